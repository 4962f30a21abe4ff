"""The notice of a recall on paper: it says what to do and by when, in every letter there is, and that it is a drill on every page of one."""

import io

import pypdf
import pypdfium2

from expiry.pdf import recalls as pdf
from tests.pdf.printed import fonts_in, places_of, words_on

SAMI = "Kárášjohka – Karasjok, Áŋel čŋđŧž ØÆÅ"
LOT = {"product": "Nyxoid nesespray 1,8 mg", "expires_on": "31. jan. 2031", "units": 1250, "each": 1}


def notice(lots=1, **changes):
    given = {
        "heading": "Tilbakekalling R-2026-0001",
        "facts": (("Sted", SAMI), ("Produkt", "Nyxoid nesespray 1,8 mg"), ("Hvorfor", "Sprayen kan være <b>tett</b> & tom"), ("Svar innen", "21. nov. 2026 12:00")),
        "todo_heading": "Dette gjør dere nå",
        "todo": ("Slutt å dele ut.", "Sett for seg selv.", "Svar."),
        "lots_heading": "Partiene",
        "columns": ("Produkt", "Parti", "Utløper", "På lager", "Enheter i hver"),
        "lots": tuple(pdf.LotLine(lot=f"L-{nth:03}", **LOT) for nth in range(lots)),
        "numbers": (("Til sammen", "1250"), ("På vei dit", "0")),
        "signed": ("Dato", "Sett etter av", "Funnet, destruert, returnert"),
    }
    return pdf.notice_pdf(pdf.NoticePrinted(**given | changes), language="nb", footer="Side {page} av {pages}")


def test_it_says_what_why_and_what_to_do_in_every_letter():
    (words,) = words_on(notice())

    for said in (SAMI, "<b>tett</b> & tom", "1. Slutt å dele ut.", "3. Svar.", "L-000", "1 250", "21. nov. 2026 12:00", "Side 1 av 1"):
        assert said in words.replace("\N{NO-BREAK SPACE}", " "), said
    assert "ØVELSE" not in words


def test_only_fonts_that_are_in_the_file_are_used_and_the_same_content_gives_the_same_bytes():
    fonts = fonts_in(notice())

    assert fonts
    assert all(fonts.values())
    assert notice() == notice()


def test_a_drill_says_so_in_large_letters_on_every_page_clear_of_the_text():
    document = notice(lots=120, stamp="ØVELSE", stamp_says="Dette er en øvelse.")
    pages = words_on(document)

    assert len(pages) > 2
    assert all("ØVELSE" in words for words in pages)
    for page in range(len(pages)):
        (_, left, bottom, right, _), *_ = [place for place in places_of(document, page) if place[0] == "ØVELSE"]
        others = [place for place in places_of(document, page) if place[0] != "ØVELSE"]
        assert right - left > 50
        assert max(top for *_, top in others) < bottom
    assert len(pypdf.PdfReader(io.BytesIO(document)).pages) == len(pages)


def test_a_notice_of_very_many_lots_goes_on_over_pages():
    document = notice(lots=400)

    assert len(pypdfium2.PdfDocument(document)) > 5
    assert "L-399" in words_on(document)[-1] + words_on(document)[-2]
