"""What goes with a shipment says what is in it, its codes are read from the paper, and nothing stands on anything else."""

import io
import re
from datetime import date

import pypdf
import pytest

from inventory.rules import labels
from inventory.rules.labels import Label, NotALabel
from orders import pdf
from tests.pdf.printed import codes_on, fonts_in, places_of, words_on

GS = "\x1d"
DAY = date(2027, 1, 31)
NUMBER, ORDER = "fin-depot-2026-0001", "5610-2026-0007"
SAMI = "Kárášjohka – Karasjok, Áŋel"
LONG = "Mottakssenteret for oppsøkende rusmiddelarbeid i Unjárga-Nesseby ja Deatnu-Tana, avdeling feltpleie og utdeling nord i Áŋel"
PRODUCTS = ("Nyxoid nesespray 1,8 mg", "Løs kanyle 23G – čŋđŧž")
COLUMNS = {"orders": "Bestillinger", "code": "Kode", "lot": "Parti", "expires_on": "Utløper", "units": "Enheter", "packs": "Pakninger"}
NOTE = pdf.ListWords(**COLUMNS, written=("Godtatt", "Avvist", "Mangler"))
PICK = pdf.ListWords(**COLUMNS, ticked="Plukket", written=("Merknader",))


def row(number=0, *, product=PRODUCTS[0], units=20, packs="10 × 2", code="naloxone-nyxoid"):
    elements = labels.own_label(code, f"L-{number:03}", DAY) if code else None
    return pdf.LotRow(product=product, lot=f"L-{number:03}", expires_on="31. jan. 2027", units=units, packs=packs, elements=elements)


def note(*rows, footer="Side {page} av {pages}", **changes):
    given = {
        "heading": "Følgeseddel",
        "number": NUMBER,
        "facts": (("Forsendelse", NUMBER), ("Fra", "Depot Finnmark"), ("Til", SAMI), ("Sendt", "20. nov. 2026")),
        "orders": (ORDER,),
        "notes": ("Tell hvert parti.",),
        "elements": labels.own_label(NUMBER),
        "words": NOTE,
        "rows": rows,
        "besides": ("Kom i tillegg",),
        "signed": (("Dato", "Sendt av"), ("Dato", "Mottatt av")),
    }
    return pdf.list_pdf(pdf.ListPrinted(**given | changes), language="nb", footer=footer)


def pick(*rows):
    facts = (("Bestilling", ORDER), ("Til", SAMI))
    return note(*rows, heading="Plukkliste", number=ORDER, facts=facts, orders=(), notes=(), elements=None, words=PICK, besides=(), signed=(("Dato", "Plukket av"),))


def label(**changes):
    given = {
        "to": ("Til", SAMI),
        "from_": ("Fra", "Depot Finnmark (eksempel)"),
        "number": ("Forsendelse", NUMBER),
        "facts": (("Sendt", "20. nov. 2026"), ("Partier", "3"), ("Bestillinger", f"{ORDER}, 5610-2026-0008")),
        "elements": labels.own_label(NUMBER),
    }
    return pdf.parcel_label_pdf(pdf.ParcelLabelPrinted(**given | changes), title="Etikett", language="nb")


def test_a_delivery_note_says_from_whom_to_whom_what_and_has_places_to_count_and_sign():
    (page,) = words_on(note(row(), row(1, product=PRODUCTS[1], units=1_500, packs="", code="needle-23g")))

    assert page.startswith(
        f"Følgeseddel Forsendelse {NUMBER} Fra Depot Finnmark Til {SAMI} Sendt 20. nov. 2026 Bestillinger {ORDER} (91){NUMBER} Tell hvert parti. "
        "Kode Parti Utløper Enheter Pakninger Godtatt Avvist Mangler "
        "Nyxoid nesespray 1,8 mg L-000 31. jan. 2027 20 10 × 2 Løs kanyle 23G – čŋđŧž L-001 31. jan. 2027 1 500 Kom i tillegg Dato Sendt av Dato Mottatt av"
    )
    assert f"Følgeseddel {NUMBER}" in page
    assert "Side 1 av 1" in page


def test_a_scanner_reads_from_a_delivery_note_the_shipment_and_each_lot():
    (page,) = codes_on(note(row(), row(1, product=PRODUCTS[1], code="needle-23g"), row(2, code=None)))

    assert sorted(page) == sorted([("]d2", f"91{NUMBER}"), ("]d2", f"91naloxone-nyxoid{GS}1727013110L-000"), ("]d2", f"91needle-23g{GS}1727013110L-001")])


def test_a_lots_code_reads_as_its_label_does():
    (page,) = codes_on(note(row(), elements=None))

    ((kind, scanned),) = page
    assert labels.read_label(kind + scanned) == (Label(product="naloxone-nyxoid", lot="L-000", expires_on=DAY),)


def test_two_orders_of_one_shipment_stand_on_its_note():
    (page,) = words_on(note(row(), orders=(ORDER, "5610-2026-0008")))

    assert f"Bestillinger {ORDER}, 5610-2026-0008" in page


def test_a_thousand_orders_are_all_named_over_the_whole_width():
    orders = tuple(f"03010000-2026-{number:06}" for number in range(1000))

    pages = words_on(note(row(), orders=orders, footer=""))

    assert re.findall(r"03010000-2026-(\d{6})", " ".join(pages)) == [f"{number:06}" for number in range(1000)]
    assert "L-000" in pages[-1]


def test_300_lots_go_on_over_pages_and_each_page_says_what_its_columns_its_products_and_its_shipment_are():
    made = note(*(row(number, product=PRODUCTS[number % 2]) for number in range(300)))

    pages = words_on(made)

    assert sorted(re.findall(r"L-\d{3}", " ".join(pages))) == [f"L-{number:03}" for number in range(300)]
    for number, page in enumerate(pages, start=1):
        assert "Kode Parti Utløper Enheter Pakninger Godtatt Avvist Mangler" in page
        assert any(product in page.partition("L-")[0] for product in PRODUCTS)
        assert f"Følgeseddel {NUMBER} Side {number} av {len(pages)}" in page
    assert [number for number, page in enumerate(pages, start=1) if "Mottatt av" in page] == [len(pages)]
    read = [code for page in codes_on(made) for _, code in page]
    assert sorted(read) == sorted([f"91{NUMBER}", *(f"91naloxone-nyxoid{GS}1727013110L-{number:03}" for number in range(300))])


def test_a_pick_list_has_a_box_to_tick_and_a_code_for_each_lot_and_none_for_itself():
    made = pick(row(), row(1))

    (page,) = words_on(made)
    assert page.startswith(f"Plukkliste Bestilling {ORDER} Til {SAMI} Kode Parti Utløper Enheter Pakninger Plukket Merknader Nyxoid nesespray 1,8 mg L-000")
    assert "Dato Plukket av" in page
    assert [len(_squares(made)), len(codes_on(made)[0])] == [2, 2]
    assert {code for _, code in codes_on(made)[0]} == {f"91naloxone-nyxoid{GS}1727013110L-{number:03}" for number in range(2)}


def test_a_parcel_label_is_one_page_of_a6_and_says_all_in_words_and_code():
    made = label()

    (box,) = [page.mediabox for page in pypdf.PdfReader(io.BytesIO(made)).pages]
    assert (float(box.width) * 25.4 / 72, float(box.height) * 25.4 / 72) == pytest.approx((105, 148), abs=0.01)
    assert words_on(made) == [f"Til {SAMI} Fra Depot Finnmark (eksempel) Forsendelse {NUMBER} Sendt 20. nov. 2026 Partier 3 Bestillinger {ORDER}, 5610-2026-0008"]
    assert codes_on(made) == [[("]d2", f"91{NUMBER}")]]


def test_where_it_goes_stands_in_the_largest_letters():
    heights = {words: top - bottom for words, _, bottom, _, top in places_of(label(to=("Til", "Karasjok"), number=("Forsendelse", "fin-depot-1"), from_=("Fra", "Vadsø")))}

    assert max(heights, key=heights.get) == "Karasjok"
    assert heights["fin-depot-1"] > heights["Vadsø"]


@pytest.mark.parametrize("name", [LONG, "Rusmiddelpolitiskhandlingsplankoordineringssenteret i Deatnu", "W" * 120, "Áŋel " * 24])
def test_a_long_name_is_made_smaller_until_all_of_it_stands_on_the_label(name):
    (page,) = words_on(label(to=("Til", name), from_=("Fra", name)))

    assert "".join(page.split()).count("".join(name.split())) == 2
    assert "…" not in page


@pytest.mark.parametrize("name", ["Rusmiddelpolitiskhandlingsplankoordineringssenteret i Deatnu"])
def test_a_word_is_made_smaller_rather_than_broken(name):
    assert name in words_on(label(to=("Til", name)))[0]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"to": ("Til", LONG), "from_": ("Fra", LONG)},
        {"to": ("Til", "W" * 5000), "from_": ("Fra", "M" * 5000), "number": ("Forsendelse", "Æ" * 5000), "facts": (("S" * 200, "W" * 900), ("P", "W" * 900), ("B", "W " * 900))},
        {"number": ("Forsendelse", "%&Aa9" * 16), "elements": labels.own_label("%&Aa9" * 16)},
    ],
)
def test_nothing_leaves_the_sticker_or_stands_on_its_code_or_on_other_words(changes):
    made = label(**changes)
    runs = places_of(made)

    assert len(words_on(made)) == 1
    for _, left, bottom, right, top in runs:
        assert left > 5
        assert right < 100
        assert bottom > 5
        assert top < 143
    assert not [(one, other) for one in runs for other in runs if one is not other and _overlap(one, other)]
    assert len(codes_on(made)[0]) == 1


def test_the_longest_number_there_can_be_is_read_from_both():
    number = "%&Aa9-" * 13 + "01"

    assert codes_on(label(number=("Forsendelse", number), elements=labels.own_label(number))) == [[("]d2", f"91{number}")]]
    assert codes_on(note(elements=labels.own_label(number), number=number)) == [[("]d2", f"91{number}")]]


def test_without_a_code_the_words_stand_alone():
    assert codes_on(label(elements=None)) == [[]]
    assert "Partier 3" in words_on(label(elements=None))[0]
    page = words_on(note(row(code=None), elements=None))[0]
    assert "(91)" not in page
    assert "Kode" not in page


def test_a_code_that_would_not_read_back_is_not_printed():
    with pytest.raises(NotALabel):
        label(elements=(("91", "sprøyte"),))


@pytest.mark.parametrize("words", ['<b>Åse & <img src="file:///etc/passwd">', "<para>", "x" * 100_000, "\x00\ud800", ""])
def test_whatever_people_wrote_is_printed(words):
    begins = "".join(words[:20].split()).strip("\x00\ud800")
    given = pdf.LotRow(product=words, lot=words, expires_on=words, units=1, packs=words)

    assert begins in "".join(words_on(note(given, heading=words, number=words, orders=(words,), facts=((words, words),)))[0].split())
    assert begins in "".join(words_on(label(to=(words, words), from_=(words, words), number=(words, words), facts=((words, words),)))[0].split())


def test_they_have_their_fonts_with_them_and_are_the_same_each_time():
    for make in (lambda: note(row(), row(1)), lambda: pick(row()), label):
        assert all(fonts_in(make()).values())
        assert "Helvetica" not in " ".join(fonts_in(make()))
        assert make() == make()


def _squares(document):
    """Give the rectangles that are drawn on the first page and not filled: the boxes to tick."""
    drawn = pypdf.PdfReader(io.BytesIO(document)).pages[0].get_contents().get_data().decode("latin-1")
    return re.findall(r"re S|re s", drawn)


def _overlap(one, other):
    """Say whether two runs of words stand on each other by more than the hair by which lines touch."""
    return min(one[3], other[3]) - max(one[1], other[1]) > 0.3 and min(one[4], other[4]) - max(one[2], other[2]) > 0.3
