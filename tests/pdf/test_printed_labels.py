"""A label printed by us is read by a scanner as what it says, and nothing on it overlaps."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory import pdf
from inventory.rules import labels
from inventory.rules.labels import Label, NotALabel, Why
from tests.pdf.printed import codes_on, fonts_in, places_of, words_on

GS = "\x1d"
NYXOID = "05060571490001"
DAY = date(2027, 1, 31)
LONG = "Nyxoid nesespray 1,8 mg, 2 doser – Unjárga-Nesseby ja Kárášjoga gielda, utlånt fra depotet i Porsáŋgu"


def printed(title="Fullt brukersett til injeksjon", lines=("Parti K-7", "Utløper 31. jan. 2027"), elements=None):
    return pdf.LabelPrinted(title=title, lines=lines, elements=elements or labels.own_label("kit-full", "K-7", DAY))


def sheet(*given, title="Etiketter", language="nb"):
    return pdf.labels_pdf(given, title=title, language=language)


@pytest.mark.parametrize(
    ("elements", "scanned"),
    [
        (labels.own_label("kit-full", "K-7", DAY), f"91kit-full{GS}1727013110K-7"),
        (labels.own_label("kit-full", "A/1-(2)", DAY), f"91kit-full{GS}1727013110A/1-(2)"),
        (labels.own_label("kit-full", "%&'()*+,-./:;<=>?_A", DAY), f"91kit-full{GS}1727013110%&'()*+,-./:;<=>?_A"),
        (labels.own_label("kit-full", "ABCDEFGHIJKLMNOPQRST"), f"91kit-full{GS}10ABCDEFGHIJKLMNOPQRST"),
        (labels.own_label("cooker", expires_on=DAY), f"91cooker{GS}17270131"),
        (labels.own_label("cooker"), "91cooker"),
        (labels.own_label("naloxone-nyxoid", "A1B2", date(2027, 2, 28), NYXOID), f"01{NYXOID}1727022810A1B2"),
        (labels.own_label("k" * 90, "ABCDEFGHIJKLMNOPQRST", DAY), f"91{'k' * 90}{GS}1727013110ABCDEFGHIJKLMNOPQRST"),
        (labels.own_label("%&Aa9" * 18, "%&Aa9" * 4, DAY), f"91{'%&Aa9' * 18}{GS}1727013110{'%&Aa9' * 4}"),
    ],
)
def test_a_scanner_reads_from_the_paper_what_the_label_says(elements, scanned):
    assert codes_on(sheet(printed(elements=elements))) == [[("]d2", scanned)]]


def test_what_is_scanned_from_the_paper_is_our_label():
    ((kind, scanned),) = codes_on(sheet(printed()))[0]

    assert labels.read_label(kind + scanned) == (Label(product="kit-full", lot="K-7", expires_on=DAY),)


@settings(max_examples=25, deadline=None)
@given(product=st.from_regex(r"[!\"%-;=?A-Z_a-z]{1,90}", fullmatch=True), lot=st.none() | st.from_regex(r"[!\"%-;=?A-Z_a-z]{1,20}", fullmatch=True))
def test_whatever_a_label_may_say_is_read_from_the_paper(product, lot):
    elements = labels.own_label(product, lot, DAY)

    assert codes_on(sheet(printed(elements=elements))) == [[("]d2", labels.element_string(elements))]]


def test_a_sheet_holds_24_labels_and_the_25th_comes_on_the_next():
    given = [printed(elements=labels.own_label("kit-full", f"K-{number}", DAY)) for number in range(25)]

    pages = codes_on(sheet(*given))

    assert [len(page) for page in pages] == [24, 1]
    assert {scanned for page in pages for _, scanned in page} == {labels.element_string(label.elements) for label in given}


def test_a_label_shows_name_lot_expiry_and_in_small_what_its_code_holds():
    page = words_on(sheet(printed(title="Đuoddara – šlubbu ŋ")))[0]

    assert page == "Đuoddara – šlubbu ŋ Parti K-7 Utløper 31. jan. 2027 (91)kit-full (17)270131 (10)K-7"


def test_what_stands_in_small_can_be_typed():
    page = words_on(sheet(printed(title="x", lines=())))[0]

    assert labels.read_label(page.removeprefix("x ")) == (Label(product="kit-full", lot="K-7", expires_on=DAY),)


@pytest.mark.parametrize(
    "label",
    [
        printed(),
        printed(title=LONG),
        printed(title="W" * 200_000, lines=("W" * 300, "x " * 200, "Æ" * 300)),
        printed(title=LONG, elements=labels.own_label("%&Aa9" * 18, "%&Aa9" * 4, DAY)),
        printed(title="x", lines=tuple(f"line {number}" for number in range(30))),
    ],
)
def test_no_words_leave_their_sticker_or_stand_on_its_code_or_on_each_other(label):
    made = sheet(*[label] * 24)
    runs = places_of(made)

    for _, left, bottom, right, top in runs:
        from_top = 296.5 - top
        assert left // 70 == right // 70
        assert from_top // 37 == (296.5 - bottom) // 37
        assert left % 70 > 12
        assert right % 70 < 68
        assert 2 < from_top % 37 < 35
    for one in (runs_of_one := [run for run in runs if run[1] < 70 and run[2] > 296.5 - 37]):
        assert not [other for other in runs_of_one if other is not one and _overlap(one, other)]
    assert len(codes_on(made)[0]) == 24


def _overlap(one, other):
    """Say whether two runs of words stand on each other by more than the hair by which lines touch."""
    return min(one[3], other[3]) - max(one[1], other[1]) > 0.3 and min(one[4], other[4]) - max(one[2], other[2]) > 0.3


def test_markup_in_a_name_is_printed_as_it_stands():
    assert words_on(sheet(printed(title='<b>Åse & <img src="x">', lines=("</para><i>",))))[0].startswith('<b>Åse & <img src="x"> </para><i>')


def test_labels_have_their_fonts_with_them_and_are_the_same_each_time():
    made = sheet(printed(), printed(title=LONG))

    assert all(fonts_in(made).values())
    assert "Helvetica" not in " ".join(fonts_in(made))
    assert sheet(printed(), printed(title=LONG)) == made


def test_no_labels_are_an_empty_sheet():
    assert words_on(sheet()) == [""]


@pytest.mark.parametrize(
    ("elements", "why"),
    [
        ((("01", "05060571490002"), ("10", "A")), Why.CHECK_DIGIT),
        ((("91", "kit"), ("17", "271331")), Why.NOT_A_DATE),
        ((("91", "sprøyte"),), Why.UNREADABLE),
        ((("91", "kit"), ("10", "A][17]270131")), Why.UNREADABLE),
        ((("10", "K" * 21), ("91", "kit")), Why.UNREADABLE),
        ((("91", "kit"), ("00", "106141412345678900")), Why.UNREADABLE),
        ((), Why.EMPTY),
    ],
)
def test_a_code_that_would_not_read_back_is_not_drawn(elements, why, capfd):
    with pytest.raises(NotALabel) as refused:
        pdf.datamatrix(elements)

    assert refused.value.why is why


def test_a_code_has_its_size_from_its_modules_and_is_quiet_around():
    small, large = (pdf.datamatrix(labels.own_label("kit-full", "K-7", DAY), module_mm=size) for size in (0.5, 1))

    assert large.width == pytest.approx(2 * small.width)
    assert small.width == small.height
    left, bottom, right, top = small.contents[0].getBounds()
    quiet = 2 * 0.5 * 72 / 25.4
    assert (left, bottom, small.width - right, small.height - top) == pytest.approx((quiet,) * 4)
