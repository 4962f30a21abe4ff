"""The certificate of a disposal says what was destroyed, by whom and before whom, and nothing that was written is markup."""

from expiry.pdf.disposals import CertificatePrinted, CertificateWords, LotDestroyed, certificate_pdf
from tests.pdf.printed import fonts_in, places_of, words_on

NUMBER = "D-karasjok-servicepoint-2026-0001"
SAMI = "Kárášjohka – Karasjok, Áŋel čđŋšŧž"
WORDS = CertificateWords(product="Vare", lot="Parti", expires_on="Utløper", units="Enheter", total="Til sammen", day="Dato", prepared_by="Gjort klar av", witness="Vitne")


def lot(number=0, *, product="Nyxoid nesespray 1,8 mg", units=12):
    return LotDestroyed(product=product, lot=f"L-{number:03}", expires_on="31. okt. 2026", units=units)


def certificate(*rows, footer="Side {page} av {pages}", **changes):
    given = {
        "heading": "Destruksjonsbevis",
        "number": NUMBER,
        "warnings": (),
        "facts": (("Destruksjon", NUMBER), ("Sted", SAMI), ("Gjort klar av", "Birk Kommune (S23456789A)"), ("Vitne", "Gro Nasjonal (SBCDEFGHJK)")),
        "method": None,
        "rows": rows,
        "total": sum(row.units for row in rows),
        "seal": (("Journal", "karasjok-servicepoint, nummer 12"), ("Segl", "ab" * 32)),
        "has_witness": True,
        "words": WORDS,
    }
    return certificate_pdf(CertificatePrinted(**given | changes), language="nb", footer=footer)


def test_it_says_what_was_destroyed_by_whom_and_before_whom():
    (page,) = words_on(certificate(lot(1), lot(2, units=1300)))

    assert page.startswith(f"Destruksjonsbevis Destruksjon {NUMBER} Sted {SAMI} Gjort klar av Birk Kommune (S23456789A) Vitne Gro Nasjonal (SBCDEFGHJK)")
    assert "Nyxoid nesespray 1,8 mg L-001 31. okt. 2026 12 Nyxoid nesespray 1,8 mg L-002 31. okt. 2026 1 300 Til sammen 1 312" in page
    assert f"Journal karasjok-servicepoint, nummer 12 Segl {'ab' * 32}" in page
    assert page.endswith(f"Dato Gjort klar av Vitne Destruksjonsbevis {NUMBER} Side 1 av 1")


def test_without_a_witness_there_is_no_line_for_one():
    (page,) = words_on(certificate(lot(), has_witness=False))

    assert "Dato Gjort klar av Destruksjonsbevis" in page


def test_a_warning_stands_above_all_else():
    (page,) = words_on(certificate(lot(), warnings=("Oppdiktede data: ingenting av dette ble destruert.",)))

    assert page.startswith("Oppdiktede data: ingenting av dette ble destruert. Destruksjonsbevis")


def test_what_people_wrote_is_text_and_never_markup():
    wicked = "<b>fet</b> <img src='http://example.no/x.png'/> & </para> {page} %(a)s"

    (page,) = words_on(certificate(lot(product=wicked), method=("Hvordan", wicked)))

    assert page.count("fet</b>") == 2
    assert "<img src='http://example.no/x.png'/> & </para> {page} %(a)s" in page.replace("\n", " ")


def test_very_many_lots_go_on_over_pages_each_with_its_number_and_stay_on_the_paper():
    made = certificate(*(lot(number) for number in range(130)))

    pages = words_on(made)

    assert len(pages) > 2
    for nth, page in enumerate(pages, start=1):
        assert page.endswith(f"Side {nth} av {len(pages)}")
        assert "Vare Parti Utløper Enheter" in page or nth == len(pages)
    assert all(f"L-{number:03}" in " ".join(pages) for number in range(130))
    assert "Til sammen 1 560" in pages[-1]
    for nth in range(len(pages)):
        for words, left, bottom, right, top in places_of(made, nth):
            assert left >= 14, words
            assert right <= 196, words
            assert bottom >= 5, words
            assert top <= 290, words


def test_its_letters_are_all_its_own():
    assert all(fonts_in(certificate(lot(product=SAMI))).values())


def test_the_same_certificate_is_the_same_bytes():
    assert certificate(lot()) == certificate(lot())


def test_how_it_was_destroyed_stands_there_whole_however_long():
    (page,) = words_on(certificate(lot(), method=("Hvordan", "\n".join(["levert på apotek, i to esker"] * 17) + " til sist")))

    assert page.count("levert på apotek, i to esker") == 17
    assert "til sist" in page
