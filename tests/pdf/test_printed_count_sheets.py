"""A sheet to count by shows each lot once, under its product, and no number on it when the count is blind."""

import re
from datetime import date

import pytest

from inventory import pdf
from inventory.rules import labels
from tests.pdf.printed import codes_on, fonts_in, places_of, words_on

WORDS = pdf.CountWords(
    place="Sted",
    day="Dag",
    counted="Telles",
    code="Kode",
    lot="Parti",
    expires_on="Utløper",
    expected="Forventet",
    first="1. telling",
    second="2. telling",
    remarks="Merknad",
    signed_on="Dato",
    first_signature="Underskrift A",
    second_signature="Underskrift B",
)
PRODUCTS = ("Fullt brukersett til injeksjon", "Nyxoid nesespray 1,8 mg", "Sprøyte 1 ml – Kárášjoga ŋ đ ŧ")


def row(number=0, *, product=PRODUCTS[0], expected=None, code=True):
    elements = labels.own_label("kit-full", f"K-{number:03}", date(2027, 1, 31)) if code else None
    return pdf.CountRow(product=product, lot=f"K-{number:03}", expires_on="31. jan. 2027", expected=expected, elements=elements)


def sheet(*rows, footer="Side {page} av {pages}", **changes):
    given = {"heading": "Telleliste", "place": "Depotet i Oslo", "day": "20. november 2026", "counted": "Alt", "notes": ("Tell to ganger.",), "words": WORDS, "rows": rows}
    return pdf.count_sheet_pdf(pdf.CountSheetPrinted(**given | changes), language="nb", footer=footer)


def test_a_sheet_says_where_when_and_what_is_counted_and_has_places_to_sign():
    (page,) = words_on(sheet(row(expected=41)))

    assert page.startswith("Telleliste Sted Depotet i Oslo Dag 20. november 2026 Telles Alt Tell to ganger. Kode Parti Utløper Forventet 1. telling 2. telling Merknad")
    assert "Fullt brukersett til injeksjon K-000 31. jan. 2027 41" in page
    assert "Dato Underskrift A Dato Underskrift B" in page
    assert "Telleliste – Depotet i Oslo – 20. november 2026" in page


def test_a_blind_sheet_shows_no_expected_number_and_no_column_for_it():
    assert "Forventet" not in words_on(sheet(row()))[0]
    assert "Forventet" in words_on(sheet(row(), row(1, expected=0)))[0]


def test_a_lot_of_which_nothing_is_expected_says_0_and_one_that_is_not_known_nothing():
    page = words_on(sheet(row(1, expected=0), row(2)))[0]

    assert "K-001 31. jan. 2027 0 K-002 31. jan. 2027 Dato" in page


def test_lots_stand_under_their_product_in_the_order_they_came():
    page = words_on(sheet(row(1), row(2, product=PRODUCTS[2]), row(3), footer=""))[0]

    found = re.findall(r"K-\d+|Fullt|Sprøyte", page)

    assert found == ["Fullt", "K-001", "K-003", "Sprøyte", "K-002"]


def test_each_lots_code_is_read_from_the_paper():
    pages = codes_on(sheet(*(row(number, code=number % 3 > 0) for number in range(60))))

    read = [code for page in pages for code in page]
    assert sorted(read) == [("]d2", f"91kit-full\x1d1727013110K-{number:03}") for number in range(60) if number % 3]


def test_without_any_codes_there_is_no_column_for_them():
    assert "Kode" not in words_on(sheet(row(code=False)))[0]


def test_400_lots_go_over_pages_and_each_page_says_what_its_columns_and_its_products_are():
    pages = words_on(sheet(*(row(number, product=PRODUCTS[number % 3], expected=number) for number in range(400))))

    assert sorted(re.findall(r"K-\d{3}", " ".join(pages))) == [f"K-{number:03}" for number in range(400)]
    for number, page in enumerate(pages, start=1):
        assert "Kode Parti Utløper Forventet 1. telling 2. telling Merknad" in page
        assert any(product in page.partition("K-")[0] for product in PRODUCTS)
        assert f"Side {number} av {len(pages)}" in page
    assert [number for number, page in enumerate(pages, start=1) if "Underskrift A" in page] == [len(pages)]


def test_there_is_room_to_write_by_hand():
    heights = {words: bottom for words, _, bottom, _, _ in places_of(sheet(*(row(number, code=False) for number in range(3))))}

    assert heights["K-000"] - heights["K-001"] >= 10


@pytest.mark.parametrize("words", ['<b>Åse & <img src="file:///etc/passwd">', "<para>", "x" * 200_000, "\x00\ud800", ""])
def test_whatever_people_wrote_is_printed(words):
    given = pdf.CountRow(product=words, lot=words, expires_on=words, expected=1)

    pages = words_on(sheet(given, heading=words, place=words, day=words, counted=words, notes=(words, words)))

    assert "".join(words[:30].split()).strip("\x00\ud800") in "".join(pages[0].split())


def test_a_sheet_without_lots_still_says_what_it_is():
    assert "Telleliste" in words_on(sheet())[0]


def test_sheets_have_their_fonts_with_them_and_are_the_same_each_time():
    made = sheet(row(expected=1), row(2, product=PRODUCTS[2]))

    assert all(fonts_in(made).values())
    assert "Helvetica" not in " ".join(fonts_in(made))
    assert sheet(row(expected=1), row(2, product=PRODUCTS[2])) == made
