"""What can be seen of a PDF: its words, its codes as a scanner reads them, its fonts."""

import io

import pypdf
import pypdfium2
import zxingcpp

SCAN_DPI = 300
"""What an office printer makes at least; a code that cannot be read at it is too small."""


def words_on(document: bytes) -> list[str]:
    """Give the words of each page, with single spaces between them."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(document)).pages]


def codes_on(document: bytes) -> list[list[tuple[str, str]]]:
    """Give the codes of each page: what kind the scanner says it saw, and what it read."""
    pages = [page.render(scale=SCAN_DPI / 72).to_pil().convert("L") for page in pypdfium2.PdfDocument(document)]
    return [[(code.symbology_identifier, code.bytes.decode("ascii")) for code in zxingcpp.read_barcodes(page)] for page in pages]


def fonts_in(document: bytes) -> dict[str, bool]:
    """Give every font a PDF names, and whether it is embedded."""
    reader = pypdf.PdfReader(io.BytesIO(document))
    objects = [reader.get_object(number) for number in range(1, reader.trailer["/Size"])]
    fonts = [found for found in objects if isinstance(found, pypdf.generic.DictionaryObject) and found.get("/Type") == "/Font"]
    return {str(font["/BaseFont"]): "/FontDescriptor" in font and "/FontFile2" in font["/FontDescriptor"].get_object() for font in fonts}


def places_of(document: bytes, page: int = 0) -> list[tuple[str, float, float, float, float]]:
    """Give each run of words on a page and where it stands: left, bottom, right, top, in millimetres."""
    text = pypdfium2.PdfDocument(document)[page].get_textpage()
    edges = [text.get_rect(number) for number in range(text.count_rects())]
    return [(text.get_text_bounded(*edge).strip(), *(point * 25.4 / 72 for point in edge)) for edge in edges]
