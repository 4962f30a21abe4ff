"""What is drawn stands where its value says, is well-formed whatever it is called, and shows what is not known as not known."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from supply.charts.bars import Bars, Ranking, ranked
from supply.charts.scale import scale_of, ticks
from supply.charts.spark import Spark
from supply.charts.svg import FONT, NARROW, WIDE
from supply.charts.trend import Line, Trend
from supply.charts.values import Mark, Row, Value

SVG = "{http://www.w3.org/2000/svg}"
UNKNOWN = Value(point=None, text="unknown")
TOLD = {"name": "c", "title": "Syringes", "description": "Syringes handed out.", "unit": "syringes", "number": lambda value: f"{value:g}"}


def value(point, low=None, high=None):
    return Value(point=point, low=low, high=high, text=f"{point:g}")


def trend(*values, periods=None, **more):
    lines = (Line(label="All", values=tuple(values)),)
    return Trend(**TOLD | {"periods": periods or tuple(f"m{nth}" for nth in range(len(values))), "lines": lines, "unknown": "unknown"} | more)


def bars(*values, kind=Bars, **more):
    return kind(**TOLD | {"rows": tuple(Row(label=f"row {nth}", value=each) for nth, each in enumerate(values))} | more)


def drawn(chart, width=WIDE):
    return ET.fromstring(chart.drawn(width))


def found(picture, element, class_=None):
    return [node for node in picture.iter(SVG + element) if class_ is None or class_ in node.get("class", "").split()]


def words(picture):
    return [node.text for node in picture.iter(SVG + "text")]


def heights(picture):
    """Give how high above the ground each point of a trend stands."""
    ground = float(found(picture, "line", "base")[0].get("y1"))
    return [ground - float(node.get("cy")) for node in found(picture, "circle")]


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_twice_the_value_is_drawn_twice_as_high(width):
    one, two, three = heights(drawn(trend(value(10), value(20), value(30)), width))

    assert two == pytest.approx(2 * one, abs=0.2)
    assert three == pytest.approx(3 * one, abs=0.3)


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_twice_the_value_is_a_bar_twice_as_long(width):
    one, two = (float(bar.get("width")) for bar in found(drawn(bars(value(50), value(100)), width), "rect", "bar"))

    assert two == pytest.approx(2 * one, abs=0.2)


@example(values=[1e-05], start=0.0, length=50.0)
@given(values=st.lists(st.floats(0, 1e9), min_size=1, max_size=20), start=st.floats(-100, 100), length=st.floats(50, 1000))
def test_every_value_stands_between_the_ends_in_the_order_of_its_size(values, start, length):
    scale = scale_of(values, start=start, end=start + length)

    places = [scale.at(value) for value in sorted(values)]

    assert places == sorted(places)
    assert all(start <= place <= start + length for place in places)
    assert scale.low <= min(values) <= max(values) <= scale.high


@given(high=st.floats(1e-3, 1e9))
def test_an_axis_shows_few_round_values(high):
    shown = ticks(0, high)

    assert 2 <= len(shown) <= 6
    assert shown[0] == 0
    assert all(re.fullmatch(r"[0-9.]{1,3}e[+-]\d+", f"{tick:.1e}".replace(".0e", "e")) for tick in shown)


def test_the_interval_is_a_band_around_the_line():
    picture = drawn(trend(value(20, 10, 30), value(20, 10, 30)))

    (band,) = found(picture, "polygon", "band")
    ys = {float(pair.split(",")[1]) for pair in band.get("points").split()}
    line = {float(node.get("cy")) for node in found(picture, "circle")}
    assert min(ys) < min(line) < max(ys)


def test_what_is_not_known_is_a_gap_that_says_so():
    picture = drawn(trend(value(10), value(12), UNKNOWN, value(11), value(9)))

    assert [len(node.get("points").split()) for node in found(picture, "polyline")] == [2, 2]
    assert len(found(picture, "circle")) == 4
    assert len(found(picture, "rect", "unknown")) == 1
    assert "unknown" in words(picture)


def test_a_gap_of_one_line_among_others_is_marked():
    lines = (Line(label="A", values=(value(1), UNKNOWN, value(2))), Line(label="B", values=(value(2), value(3), value(4))))

    picture = drawn(trend(value(1), value(1), value(1), lines=lines))

    assert words(picture).count("?") == 1
    assert {"A", "B"} <= set(words(picture))


def test_nothing_known_at_all_is_drawn_as_that():
    picture = drawn(trend(UNKNOWN, UNKNOWN, UNKNOWN))

    assert found(picture, "polyline") == found(picture, "circle") == []
    assert "unknown" in words(picture)


def test_zero_is_a_value_and_no_gap():
    picture = drawn(trend(value(0), value(5)))

    assert found(picture, "rect", "unknown") == []
    assert min(heights(picture)) == 0


@pytest.mark.parametrize("kind", [Bars, Ranking])
def test_a_row_that_is_not_known_has_no_bar_and_says_so(kind):
    picture = drawn(bars(value(5), UNKNOWN, kind=kind))

    assert len(found(picture, "rect", "bar") + found(picture, "circle", "point")) == 1
    assert len(found(picture, "rect", "unknown")) == 1
    assert "unknown" in words(picture)


def test_whiskers_reach_from_low_to_high():
    picture = drawn(bars(value(50, 25, 100), value(100)))

    one = found(picture, "rect", "bar")[0]
    whisker = found(picture, "line", "whisker")[0]
    zero, length = float(one.get("x")), float(one.get("width"))
    assert float(whisker.get("x1")) - zero == pytest.approx(length / 2, abs=0.3)
    assert float(whisker.get("x2")) - zero == pytest.approx(length * 2, abs=0.3)


def test_rows_whose_intervals_overlap_are_tied():
    rows = bars(value(300, 250, 350), value(280, 200, 340), value(100, 90, 110), UNKNOWN).rows

    assert [place for place, _ in ranked(rows)] == ["1–2", "1–2", "3", ""]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=12))
def test_nobody_is_ranked_surely_above_somebody_they_may_be_below(given_values):
    rows = bars(*(value(point, point - below, point + above) for point, below, above in given_values)).rows

    placed = [([int(part) for part in place.split("–")], row.value) for place, row in ranked(rows)]

    for (first, one), (second, other) in ((a, b) for a in placed for b in placed if a is not b):
        if one.low <= other.high and other.low <= one.high:
            assert first[0] <= second[-1]
            assert second[0] <= first[-1]
        elif one.low > other.high:
            assert first[0] < second[0]
            assert first[-1] < second[-1]
    assert all(1 <= place[0] <= place[-1] <= len(rows) for place, _ in placed)


def test_a_threshold_is_drawn_at_its_value():
    picture = drawn(trend(value(200), value(100), marks=(Mark(at=200, text="high from 200"),)))

    (mark,) = found(picture, "line", "mark")
    assert float(mark.get("y1")) == pytest.approx(float(found(picture, "circle")[0].get("cy")), abs=0.1)
    assert "high from 200" in words(picture)


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("name", ["<b>Åse</b>", "Ytre & indre \"by\" 'nord'", "Unjárga – Nesseby", "\x00\x1b\ud800tegn"])
def test_whatever_something_is_called_stands_as_it_is_called(name, width):
    told = {"title": name, "description": name, "unit": name}
    row = Row(label=name, value=Value(point=1, text=name), verdict="low")
    charts = [
        trend(value(1), value(2), periods=(name, name), lines=(Line(label=name, values=(value(1), value(2))),) * 2, marks=(Mark(at=1, text=name),), **told),
        bars(rows=(row,), marks=(Mark(at=1, text=name),), **told),
        bars(kind=Ranking, rows=(row, row), **told),
    ]

    for picture in [*(drawn(chart, width) for chart in charts), ET.fromstring(Spark(label=name, values=(1,)).drawn())]:
        kept = re.sub("[\x00\x1b\ud800]", "", name)
        assert picture.find(SVG + "title").text == kept
        assert not found(picture, "b")


@given(text=st.text(max_size=40), points=st.lists(st.none() | st.floats(0, 1e12), min_size=1, max_size=30))
def test_every_chart_is_well_formed(text, points):
    values = [UNKNOWN if point is None else Value(point=point, low=point / 2, high=point * 2, text=text) for point in points]

    for chart in (trend(*values, title=text), bars(*values, title=text), bars(*values, kind=Ranking, title=text)):
        for picture in (drawn(chart, NARROW), drawn(chart)):
            assert picture.get("role") == "img"
            assert not {"nan", "inf"} & {part for node in picture.iter() for key, told in node.attrib.items() if not key.startswith("aria") for part in re.split(r"[ ,]", told)}
    assert ET.fromstring(Spark(label=text, values=tuple(points)).drawn()).get("role") == "img"


@pytest.mark.parametrize("chart", [trend(value(1), value(2)), bars(value(1), value(2, 1, 3)), bars(value(1), kind=Ranking), bars()])
def test_the_policy_of_the_pages_has_nothing_to_refuse(chart):
    for width in (NARROW, WIDE):
        picture = drawn(chart, width)

        assert not [node for node in picture.iter() if node.get("style") or node.tag == SVG + "style" or any(key.startswith("on") for key in node.attrib)]


def test_letters_are_never_below_eleven_pixels():
    """A page leaves 288 of 320 pixels, and the wide drawing is shown from 640 on."""
    assert FONT * 288 / NARROW >= 11
    assert FONT * 640 / WIDE >= 11


def test_a_small_line_has_a_gap_where_nothing_is_known():
    picture = ET.fromstring(Spark(label="up", values=(1, 2, None, 3, 4)).drawn())

    assert len(found(picture, "polyline")) == 2
    assert len(found(picture, "line", "unknown")) == 1
    assert picture.get("aria-label") == "up"
