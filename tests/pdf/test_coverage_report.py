"""The audit report on paper: its contents say where each part is, its charts are drawn, whatever is written stays text, in letters for every Sámi name."""

import io
from datetime import UTC, datetime

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from reportlab.graphics.shapes import Group, Line, Rect, Shape

from supply.charts.bars import Ranking
from supply.charts.trend import Line as Series
from supply.charts.trend import Trend
from supply.charts.values import Mark, Row, Value
from supply.coverage.pdf import report_pdf
from supply.coverage.report.document import Heading, Number, Part, Report, Table, Told, Words
from supply.drawings import drawing
from tests.pdf.printed import fonts_in, words_on

SAMI = "Kárášjohka – Karasjok, Áŋel čđŋšŧž"
RANKING = Ranking(
    name="r",
    title="T",
    description="D",
    unit="per person",
    number=lambda value: f"{value:g}",
    marks=(Mark(at=200, text="High 200"),),
    rows=(Row(label="Áŋel čđŋšŧž", value=Value(point=333, low=276, high=392, text="333 (276–392)"), verdict="high"), Row(label="Bodø", value=Value(point=None, text="–"))),
)
TREND = Trend(
    name="t",
    title="T",
    description="D",
    unit="by month",
    number=lambda value: f"{value:g}",
    periods=("2026-01", "2026-02", "2026-03"),
    unknown="not known",
    lines=tuple(Series(label=f"L{nth}", values=(Value(point=3.0 + nth, low=2, high=4, text="3"), Value(point=None, text="–"), Value(point=5, low=4, high=6, text="5"))) for nth in range(4)),
)


def table(many):
    return Table(name="Counties", head=("Area", "Value"), rows=tuple((f"{SAMI} {nth}", Number(nth, f"{nth}")) for nth in range(many)), widths=(120, 60), numbers=(1,))


def report(*blocks, **changes):
    given = {
        "title": "Coverage",
        "about": (("Area", SAMI),),
        "parts": (Part(key="a", title="Figures", blocks=blocks), Part(key="b", title="Method", blocks=(Words("How it is done"),))),
        "language": "nb",
        "as_of": datetime(2026, 11, 20, tzinfo=UTC),
        "contents_title": "Contents",
        "footer": "Page {page} of {pages}",
    }
    return Report(**given | changes)


def test_the_contents_say_on_which_page_each_part_begins():
    pages = words_on(report_pdf(report(table(150))))

    begins = {title: next(nth for nth, words in enumerate(pages, start=1) if nth > 1 and words.startswith(title)) for title in ("Figures", "Method")}
    assert begins == {"Figures": 2, "Method": len(pages)}
    assert len(pages) > 4
    first = pypdf.PdfReader(io.BytesIO(report_pdf(report(table(150))))).pages[0]
    forms = {name: form.get_object() for name, form in first["/Resources"]["/XObject"].items()}
    drawn = sorted(name for name in forms if "page-of" in name)
    assert len(drawn) == 2, "each part has its page, filled in when all pages were there"
    assert f"Page 1 of {len(pages)}" in pages[0]


def test_parts_can_be_leafed_through_and_the_language_is_said():
    reader = pypdf.PdfReader(io.BytesIO(report_pdf(report(table(1)))))

    assert [entry.title for entry in reader.outline] == ["Figures", "Method"]
    assert reader.trailer["/Root"]["/Lang"] == "nb"
    assert [reader.get_destination_page_number(entry) for entry in reader.outline] == [1, 2]


def test_every_letter_comes_from_the_fonts_that_are_embedded():
    found = fonts_in(report_pdf(report(table(3), RANKING, TREND, Heading("H"), Told((("a", SAMI),)))))

    assert found
    assert {font: embedded for font, embedded in found.items() if not embedded or "DejaVu" not in font} == {}


def test_what_is_written_is_text_and_never_markup():
    evil = '<b>bold</b> <img src="http://x/y.png"/> & <a href="x">'

    words = " ".join(words_on(report_pdf(report(Words(evil), Table(name="n", head=(evil,), rows=((evil,), (evil * 3,)), widths=(180,)), title=evil))))

    assert words.count('<img src="http://x/y.png"/>') >= 5


def test_the_same_report_gives_the_same_bytes_and_another_moment_changes_nothing_on_paper():
    one = report_pdf(report(table(40), RANKING, TREND))

    assert report_pdf(report(table(40), RANKING, TREND)) == one


def shapes(of):
    for shape in of.contents:
        yield from shapes(shape) if isinstance(shape, Group) else [shape]


def test_a_chart_is_drawn_as_it_stands_on_the_page():
    found: list[Shape] = list(shapes(drawing(RANKING.drawn(720), width=510)))

    interval = next(shape for shape in found if isinstance(shape, Rect) and shape.rx)
    marks = [shape for shape in found if isinstance(shape, Line) and shape.strokeDashArray]
    assert interval.width > 0
    assert len(marks) == 1
    assert {"Áŋel čđŋšŧž", "High 200", "333 (276–392)"} <= {shape.text for shape in found if hasattr(shape, "text")}


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e6)), min_size=1, max_size=30))
@settings(max_examples=25)
def test_whatever_a_trend_shows_can_be_drawn(points):
    values = tuple(Value(point=point, low=None if point is None else point / 2, high=None if point is None else point * 2, text="x") for point in points)
    trend = Trend(name="t", title="T", description="D", unit="u", number=str, periods=tuple(str(nth) for nth in range(len(points))), unknown="?", lines=(Series(label="L", values=values),))

    assert list(shapes(drawing(trend.drawn(720), width=510)))


def test_a_mark_that_is_not_known_is_refused():
    with pytest.raises(ValueError, match="ellipse"):
        drawing(Markup('<svg viewBox="0 0 10 10"><ellipse rx="1" ry="1"/></svg>'), width=10)
