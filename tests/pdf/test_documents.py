"""Documents say what they were given, as text, in letters for every name, and are the same each time."""

import io
import re
import sys
from concurrent.futures import ThreadPoolExecutor

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supply import pdf
from tests.pdf.printed import fonts_in, places_of, words_on

FOOT = "Side {page} av {pages}"
MARKUP = ['<b>Åse & <img src="file:///etc/passwd">', "<para>unclosed <font size=90>", "a < b && c > d &amp; &lt;", "]]> <!-- <br/> </para>", "{page} %s \\N"]


def document(*flowables, title="Følgeseddel", footer=FOOT, language="nb", **settings):
    return pdf.document(title=title, language=language, flowables=flowables, footer=footer, **settings)


def full_document():
    """Give a document with one of each there is."""
    rows = [pdf.Group("Nalokson"), ["Nyxoid", 12, None], ["Ventizolve", 1_234_567, pdf.text("ja")]]
    return document(
        pdf.heading("Følgeseddel"),
        pdf.heading("Varer", level=2),
        pdf.facts([("Sted", "Oslo")]),
        pdf.text("Merk:\nto linjer", "small"),
        pdf.table(["Vare", "Antall", "Telt"], rows, [80, 40, 60], numbers={1}, boxes={2}),
        pdf.blanks([("Dato", "Underskrift")], (60, 120)),
    )


def rows(count, width=3):
    return [[f"row-{number}", *[None] * (width - 1)] for number in range(count)]


def test_every_norwegian_and_sami_letter_comes_out_as_it_went_in():
    letters = "å ø æ Å Ø Æ č š ŋ ŧ đ ž Č Š Ŋ Ŧ Đ Ž á ï ö ä – « » … €"

    pages = words_on(document(pdf.heading(letters), pdf.text(letters), pdf.facts([(letters, letters)]), title=letters))

    assert pages[0].count(letters) == 5


def test_a_letter_put_together_of_two_is_one():
    assert "Åse Kárášjohka" in words_on(document(pdf.text("A\u030ase Ka\u0301ra\u0301s\u030cjohka")))[0]


def test_all_fonts_are_embedded_and_none_is_helvetica():
    fonts = fonts_in(full_document())

    assert {name.split("+")[1] for name in fonts} == {"DejaVuSans", "DejaVuSans-Bold"}
    assert all(fonts.values())


def test_the_same_content_gives_the_same_bytes_whatever_was_made_before():
    first = full_document()
    document(pdf.text("noe annet, ŧŋ"), title="Annet")

    assert full_document() == first


def test_documents_made_at_once_do_not_mix():
    def lettered(shift):
        return document(pdf.heading("Følgeseddel"), pdf.table(["a", "b"], [[f"x{chr(200 + number + shift)}", number] for number in range(30)], [60, 60], numbers={1}))

    shifts = [0, 1, 2, 3, 4] * 24
    alone = {shift: lettered(shift) for shift in set(shifts)}
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads take turns as often as they can

    try:
        with ThreadPoolExecutor(6) as threads:
            made = list(threads.map(lettered, shifts))
    finally:
        sys.setswitchinterval(usual)

    assert made == [alone[shift] for shift in shifts]


def test_a_document_has_its_title_and_its_language():
    reader = pypdf.PdfReader(io.BytesIO(document(pdf.text("x"), title="Telleliste\n<b>Ås</b>", language="nn")))

    assert reader.metadata.title == "Telleliste <b>Ås</b>"
    assert reader.trailer["/Root"]["/Lang"] == "nn"
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/PrintScaling"] == "/None"


@pytest.mark.parametrize("words", MARKUP)
def test_markup_in_what_people_wrote_is_printed_as_it_stands(words):
    cells = [[words, words], pdf.Group(words)]

    page = words_on(
        document(
            pdf.heading(words), pdf.text(words), pdf.facts([(words, words)]), pdf.table([words, words], [*cells, [1, 2]], [90, 90]), pdf.blanks([(words, words)], (90, 90)), title=words, footer=words
        )
    )[0]

    assert page.replace("1 of 1", "").count(words) >= 10


def test_the_foot_puts_numbers_in_and_nothing_else():
    assert "1 {0.__class__} {} 1" in words_on(document(pdf.text("x"), footer="{page} {0.__class__} {} {pages}"))[0]


@pytest.mark.parametrize("words", ["x" * 200, "x" * 200_000, "W" * 200_000, "ord " * 50_000, "\n" * 200_000, "<b>" * 70_000, "&" * 200_000])
def test_however_long_a_text_is_it_is_cut_and_printed(words):
    made = document(
        pdf.heading(words),
        pdf.text(words),
        pdf.facts([(words, words)]),
        pdf.table([words, words], [pdf.Group(words), [words, words]], [160, 20], numbers={1}),
        pdf.blanks([(words, words)], (60, 120)),
        title=words,
    )

    assert len(words_on(made)) < 120


def test_a_word_of_200_letters_is_broken_and_whole():
    letters = "".join(f"{number:03}" for number in range(67))[:200]

    assert letters in words_on(document(pdf.text(letters)))[0].replace(" ", "")


def test_what_is_left_out_is_shown_to_be():
    assert "x…" in words_on(document(pdf.text("x" * 5000)))[0]
    assert "x…" in words_on(document(pdf.table(["a"], [["x" * 5000]], [20])))[0]


def test_line_breaks_stay_and_what_nobody_sees_is_left_out():
    made = document(pdf.text("første\r\nandre\x00\x1b\ud800\u202e\u200b\ttredje 😴"))

    assert "første andre tredje □" in words_on(made)[0]


@settings(max_examples=60, deadline=None)
@given(words=st.text(st.characters(), max_size=400))
def test_no_text_whatsoever_stops_a_document(words):
    document(pdf.heading(words), pdf.text(words), pdf.facts([(words, words)]), pdf.table([words], [pdf.Group(words), [words]], [25]), title=words, footer=words)


def test_each_page_says_which_it_is_and_of_how_many():
    pages = words_on(document(pdf.table(["Vare"], rows(150, 1), [60])))

    assert len(pages) > 2
    assert [re.search(r"Side (\d+) av (\d+)", page).groups() for page in pages] == [(str(number), str(len(pages))) for number in range(1, len(pages) + 1)]
    assert all("Følgeseddel" in page for page in pages)


def test_a_document_without_a_foot_says_nothing_there():
    assert words_on(document(pdf.text("x"), footer=None)) == ["x"]


def test_a_document_of_nothing_is_an_empty_page():
    assert len(words_on(document(title="tomt"))) == 1


def test_a_table_over_several_pages_repeats_its_header_and_loses_no_row():
    pages = words_on(document(pdf.table(["Vare", "Antall", "Telt"], rows(150), [60, 60, 60], boxes={2})))

    assert all(page.startswith("Vare Antall Telt") for page in pages)
    assert re.findall(r"row-(\d+)", " ".join(pages)) == [str(number) for number in range(150)]


def test_a_group_is_never_parted_from_its_first_row_and_is_named_again_on_the_next_page():
    groups = [part for number in range(20) for part in (pdf.Group(f"group-{number}"), *[[f"{number}/{row}"] for row in range(13)])]

    pages = words_on(document(pdf.table(["Vare"], groups, [60])))

    for page in pages:
        seen = re.findall(r"group-(\d+)|(\d+)/\d", page)
        assert seen[0][0], "a page begins with the group"
        assert seen[-1][1], "and ends with a row"
    assert len(re.findall("group-", " ".join(pages))) > 20, "some went on over a page"
    assert [row for page in pages for row in re.findall(r"\d+/\d+", page)] == [f"{number}/{row}" for number in range(20) for row in range(13)]


def test_numbers_stand_to_the_right_in_groups_of_three():
    made = document(pdf.table(["wide heading", "n"], [["left", 1_234_567], ["l", -5]], [60, 60], numbers={1}), footer=None)
    edges = {words: (left, right) for words, left, _, right, _ in places_of(made)}

    assert edges["1 234 567"][1] == pytest.approx(edges["\N{MINUS SIGN}5"][1], abs=0.4)
    assert edges["n"][1] == pytest.approx(edges["\N{MINUS SIGN}5"][1], abs=0.4)
    assert edges["left"][0] == pytest.approx(edges["l"][0], abs=0.4)


def test_without_the_fonts_it_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(pdf, "FONTS", tmp_path)

    with pytest.raises(pdf.FontsMissing, match="make setup"):
        pdf.register_fonts.__wrapped__()
