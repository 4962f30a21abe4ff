"""What a barcode scanner sent, read into what a depot needs: product code, lot and expiry; and the other way, what our own labels say.

A serial number is read past and never kept.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum

from biip import ParseConfig, ParseError
from biip.checksums import gs1_standard_check_digit
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementString
from biip.gs1_messages import GS1Message
from biip.symbology import GS1Symbology

from supply.facts import facts

SEPARATORS = (
    *("|", "~", "^", "]", "#", "␝"),
    *("{GS}", "<GS>", "[GS]", "{FNC1}", "<FNC1>", "[FNC1]"),
    *(r"\x1d", r"\u001d", r"\F"),
    *("\xe8", "\xf1"),  # FNC1 as Data Matrix counts it (code word 232), and as programs for Code 128 write it.
)
"""What keyboards and programs make of the separator, in either case. No lot can hold them, save `<GS>` and `<FNC1>`, and none does."""

RAW_LENGTH_MAX = 200  # Ours. A label with all we know of has about a hundred characters.
_STEPS_MAX = 5_000  # Ours. Labels like those of real packs take under a hundred; see the test of the worst.

_GS = "\x1d"
_SPACES = " \t\r\n\N{NO-BREAK SPACE}"
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")  # ISO/IEC 15424
_GS1_SYMBOLOGIES = frozenset(f"]{symbology.value}" for symbology in GS1Symbology.with_gs1_messages())
_URI = re.compile(r"https?://[\x21-\x7e]+", re.IGNORECASE)
_BRACKETED_AI = re.compile(r"\(([0-9]{2,4})\)")
_CHARACTERS = r"[!\"%-?A-Z_a-z]"  # GS1 General Specifications, character set 82.
_ELEMENTS = re.compile(rf"(?:{_CHARACTERS}|{_GS})+")
_GTIN = re.compile(r"[0-9]{14}")
_DATE = re.compile(r"[0-9]{6}")
_LOT = re.compile(rf"{_CHARACTERS}{{1,20}}")
_PRODUCT = re.compile(rf"{_CHARACTERS}{{1,90}}")
_ITEM_NUMBER_IN_GTIN = re.compile(r"0704626([0-9]{6})[0-9]")  # NTIN of the Nordic Number Centre: wiki.vnr.fi.

# A date we do not use must be a likely one, or any eight digits in a lot that begin with 11 or 15 would make one more reading.
_LIKELY_DATE = re.compile(r"[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])")
_FIXED = {"01": _GTIN, "17": _DATE, "11": _LIKELY_DATE, "15": _LIKELY_DATE}
_SHAPES = _FIXED | dict.fromkeys(("10", "21", "710", "711", "712", "713", "714", "715", "716"), _LOT)
_SHAPES_OF_OURS = _SHAPES | {"91": _PRODUCT}

_LENIENT = ParseConfig(gs1_element_strings_verify_date=False)  # A production date nobody uses must not spoil the rest.


class Why(StrEnum):
    """Why something is not a label."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
    CHECK_DIGIT = "check-digit"
    NOT_A_DATE = "not-a-date"
    UNREADABLE = "unreadable"


class NotALabel(ValueError):  # named like the refusals, as a sentence
    """What was scanned cannot be read, or what is to be printed could not. It carries nothing of the text, which may hold a serial number."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@facts
class Label:
    """What a label says, as far as it says it.

    `gtin` has 14 digits. `item_number` is the Nordic six-digit one (varenummer); when it comes out of the GTIN it is a hint, for the table of packs decides.
    `product` is our own code (AI 91), on labels we print for goods that have no GTIN; beside a GTIN, AI 91 is the maker's and means nothing to us.
    """

    gtin: str | None = None
    item_number: str | None = None
    lot: str | None = None
    expires_on: date | None = None
    product: str | None = None


def read_label(raw: str, *, separators: tuple[str, ...] = SEPARATORS) -> tuple[Label, ...]:
    """Give the possible readings of what a scanner sent or a person typed, the most literal first.

    There is at least one; with more than one, only the person who holds the pack knows. That happens when a scanner leaves out the separators, for
    nobody can then see where a lot ends and the next field begins: the most literal reading takes what follows for part of the lot, a serial number too.

    A day 00 is the last of its month. The century is as in GS1, from 49 years back to 50 ahead, and counted from the clock's year, by biip.

    Raises NotALabel for anything else, and no other exception.
    """
    if len(raw) > RAW_LENGTH_MAX:
        raise NotALabel(Why.TOO_LONG)
    symbology, text = _split_symbology(raw.strip(_SPACES + _GS))
    is_gs1 = symbology in _GS1_SYMBOLOGIES
    if _URI.fullmatch(text):
        return _choose([_judge(_read_uri(text))], needs_proof=True)
    text = _with_separators(text, separators)
    if not text:
        raise NotALabel(Why.EMPTY)
    if not is_gs1 and (number := _read_bare_number(text)):
        return _choose([number], needs_proof=False)
    if _BRACKETED_AI.match(text):
        return _choose([_judge(_read_bracketed(text))], needs_proof=False)
    return _choose(_read_element_string(text), needs_proof=not is_gs1)


def own_label(product: str, lot: str | None = None, expires_on: date | None = None, gtin: str | None = None) -> tuple[tuple[str, str], ...]:
    """Give the AIs and values of a label of our own: the GTIN (01), or without one our code of the product (91); expiry (17) and lot (10) if any.

    Raises NotALabel for what would not read back as it is: a letter outside GS1's character set 82, a lot of more than 20 characters or a product
    of more than 90, a GTIN whose check digit is wrong, a day more than 50 years off.
    """
    expiry = None if expires_on is None else f"{expires_on:%y%m%d}"
    printed = {"01": gtin, "91": product if gtin is None else None, "17": expiry, "10": lot}
    elements = tuple((ai, value) for ai, value in printed.items() if value is not None)
    read = read_label(f"]d2{element_string(elements)}")[0]
    if (read.gtin, read.product, read.expires_on, read.lot) != (gtin, printed["91"], expires_on, lot):
        raise NotALabel(Why.UNREADABLE)
    return elements


def element_string(elements: Iterable[tuple[str, str]]) -> str:
    """Give what a scanner sends for these AIs and values: a separator (ASCII 29) after each that has no fixed length, save the last."""
    return "".join(f"{ai}{value}{'' if ai in _FIXED else _GS}" for ai, value in elements).removesuffix(_GS)


def in_brackets(elements: Iterable[tuple[str, str]]) -> str:
    """Give what stands beside the code for people, `(91)kit-full(17)270131(10)K1`; it can be typed where a scanner is not at hand."""
    return "".join(f"({ai}){value}" for ai, value in elements)


def _choose(answers: Iterable[Label | Why], *, needs_proof: bool) -> tuple[Label, ...]:
    """Give the labels among the answers, or raise the best reason that there is none.

    Those with a GTIN go before those without: a lot that swallowed the GTIN is no reading. Where nothing but a GTIN, or a product of ours that holds
    a letter, shows that the text is GS1 (`needs_proof`), one without may be anything: an EAN-13 that begins with 7038 would else be a food
    processor (AI 7038).
    """
    answers = list(dict.fromkeys(answers))
    labels = tuple(answer for answer in answers if isinstance(answer, Label))
    with_gtin = tuple(label for label in labels if label.gtin)
    proven = with_gtin or tuple(label for label in labels if not needs_proof or any(map(str.isalpha, label.product or "")))
    if proven:
        return proven
    reasons = [answer for answer in answers if isinstance(answer, Why) and answer is not Why.UNREADABLE]
    raise NotALabel(reasons[0] if reasons else Why.UNREADABLE)


def _judge(elements: Iterable[tuple[str, str]]) -> Label | Why:
    """Make a label of pairs of AI and value, or say what is wrong with them; what the depot does not need is left behind here."""
    found: dict[str, str] = {}
    for ai, value in elements:
        if ai in {"01", "10", "17", "91"} and found.setdefault(ai, value) != value:
            return Why.UNREADABLE
    gtin, lot, expiry = found.get("01"), found.get("10"), found.get("17")
    product = found.get("91") if gtin is None else None
    expires_on = None if expiry is None else _find_date(expiry)
    shapes = ((gtin, _GTIN), (lot, _LOT), (product, _PRODUCT))
    if not found or any(value is not None and not shape.fullmatch(value) for value, shape in shapes):
        return Why.UNREADABLE
    if gtin is not None and gs1_standard_check_digit(gtin[:-1]) != int(gtin[-1]):
        return Why.CHECK_DIGIT
    if expiry is not None and expires_on is None:
        return Why.NOT_A_DATE
    hint = _ITEM_NUMBER_IN_GTIN.fullmatch(gtin or "")
    return Label(gtin=gtin, item_number=hint[1] if hint else None, lot=lot, expires_on=expires_on, product=product)


def _find_date(yymmdd: str) -> date | None:
    try:
        return GS1ElementString.parse(f"17{yymmdd}").date if _DATE.fullmatch(yymmdd) else None
    except ParseError:
        return None


def _split_symbology(text: str) -> tuple[str, str]:
    match = _SYMBOLOGY.match(text)
    return (match[0], text[match.end() :]) if match else ("", text)


def _with_separators(text: str, separators: tuple[str, ...]) -> str:
    """Put a true separator for each substitute, and none at the ends, where it says nothing about those between."""
    longest_first = sorted(filter(None, separators), key=len, reverse=True)
    pattern = "|".join(re.escape(separator) for separator in (*longest_first, _GS))
    return re.sub(pattern, _GS, text, flags=re.IGNORECASE).strip(_SPACES + _GS)


def _read_bare_number(text: str) -> Label | Why | None:
    """Read an EAN or GTIN or item number, with the spaces printed under the bars or without; None is for something else."""
    digits = text.replace(" ", "")
    if not (digits.isascii() and digits.isdecimal()):
        return None
    match len(digits):
        case 6:
            return Label(item_number=digits)
        case 8 | 12 | 13 | 14:
            return _judge([("01", digits.zfill(14))])
        case _:
            return None


def _read_uri(text: str) -> list[tuple[str, str]]:
    """Read a GS1 Digital Link, which says what an element string does; nothing is fetched."""
    try:
        return [(element.ai.ai, element.value) for element in GS1DigitalLinkURI.parse(text).element_strings]
    except (ParseError, ValueError):  # ValueError is what urllib says to a bad host.
        return []


def _read_bracketed(text: str) -> list[tuple[str, str]]:
    """Read what is printed for people, `(01)…(17)…(10)…`; biip's reader drops what it does not understand, and a lot may hold brackets."""
    _, *parts = _BRACKETED_AI.split(re.sub(f"[{_SPACES}{_GS}]", "", text))
    elements = list(zip(parts[::2], parts[1::2], strict=True))
    return elements if all(_is_ai(ai) for ai, _ in elements) else []


def _is_ai(ai: str) -> bool:
    try:
        return GS1ApplicationIdentifier.extract(ai).ai == ai
    except ParseError:
        return False


def _read_element_string(text: str) -> list[Label | Why]:
    """Read AIs and values in a row: as biip does, and in every way they can be cut; with separators that is the same."""
    if not _ELEMENTS.fullmatch(text):
        return [Why.UNREADABLE]
    return [_judge(_read_literally(text)), *map(_judge, map(dict.items, _cuts(text)))]


def _read_literally(text: str) -> list[tuple[str, str]]:
    """Read as biip does, with all AIs there are, but not past the 20 characters of a field into what a separator should have set off."""
    try:
        parts = [GS1Message.parse(part, config=_LENIENT).element_strings for part in text.split(_GS) if part]
    except ParseError:
        return []
    if any(element.ai.separator_required for part in parts for element in part[:-1]):
        return []
    return [(element.ai.ai, element.value) for part in parts for element in part]


def _cuts(text: str) -> Iterator[dict[str, str]]:
    """Give every way to cut a text into the AIs found on medicines, each at most once, trying the longest value first.

    Refuses a text made to be cut in thousands of ways, rather than offer some of them and not the true one. Without separators a product of
    ours can only come first, where we print it: further on, 91 is likelier a part of some lot.
    """
    has_separators = _GS in text
    shapes = _SHAPES_OF_OURS if has_separators or text.startswith("91") else _SHAPES
    unread = [_read_fixed(text)]
    for _ in range(_STEPS_MAX):
        if not unread:
            return
        rest, read = unread.pop()
        if not rest:
            yield read
        unread += [(after, read | {ai: value}) for ai, value, after in _beginnings(rest, shapes, has_separators=has_separators) if ai not in read]
    raise NotALabel(Why.UNREADABLE)


def _read_fixed(text: str) -> tuple[str, dict[str, str]]:
    """Take the elements of fixed length off the front, whatever they are: where they end is no question. Give the rest and them."""
    read: dict[str, str] = {}
    try:
        while text:
            element = GS1ElementString.extract(text, config=_LENIENT)
            if element.ai.separator_required or element.ai.ai in read:
                break
            read[element.ai.ai] = element.value
            text = text[len(element) :].lstrip(_GS)
    except ParseError:
        pass  # A cut will show whether it is a date out of the calendar or nothing we know.
    return text, read


def _beginnings(text: str, shapes: dict[str, re.Pattern[str]], *, has_separators: bool) -> Iterator[tuple[str, str, str]]:
    """Give each AI and value a text can begin with, the shortest value first, and the text after it."""
    ai = next(filter(text.startswith, shapes), "")
    longest = shapes[ai].match(text, len(ai)) if ai else None
    if longest is None:
        return
    is_open = ai not in _FIXED and not has_separators
    must_be_set_off = ai not in _FIXED and has_separators
    for end in range(len(ai) + 1 if is_open else longest.end(), longest.end() + 1):
        after = text[end:].lstrip(_GS)
        if must_be_set_off and text[end : end + 1] not in {"", _GS}:
            continue
        if not after or after.startswith(tuple(shapes)):
            yield ai, text[len(ai) : end], after
