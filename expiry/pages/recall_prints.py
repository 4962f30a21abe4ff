"""The notice of a recall on paper, for one place."""

from datetime import date
from typing import TYPE_CHECKING

from flask import Response, request
from flask_babel import format_decimal, gettext

from expiry.api.recalls import recall_now
from expiry.pages.frame import pages
from expiry.pages.recall_words import CLASSES, DRILL, NOTHING_FROZEN
from expiry.queries.recall_reads import PlaceRead, RecallRead
from inventory.pages import prints as ledger
from inventory.pages.frame import product_name
from inventory.rules.commands import NO_LOT
from supply import clock
from supply.db import reading
from supply.errors import Missing
from supply.pages import day_text, language_code, moment_text
from supply.web import may

if TYPE_CHECKING:
    from expiry.pdf import recalls as pdf


@pages.get("/recalls/<number>/notice.pdf")
@may("see stock")
def print_notice(number: str) -> Response:
    """Give the notice of a recall to a place that one sees."""
    from expiry.pdf import recalls as pdf  # with what draws it takes a quarter of a second, which the start need not wait for

    found = recall_now(reading(), number) if number.isprintable() else None
    here = next((one for one in found.places if one.place.code == request.args.get("place")), None) if found is not None else None
    if found is None or here is None:
        raise Missing
    head = found.head
    printed = pdf.NoticePrinted(
        heading=gettext("Recall %(number)s", number=head.number),
        facts=_facts(found, here),
        todo_heading=gettext("What to do now"),
        todo=_todo(found, here),
        lots_heading=gettext("The lots, and what the book says lies with you"),
        columns=(gettext("Product"), gettext("Lot"), gettext("Expires"), gettext("On hand"), gettext("Units in each")),
        lots=_lots(found, here),
        numbers=(
            (gettext("Together"), format_decimal(here.on_hand + here.in_kits)),
            (gettext("On the way there"), format_decimal(here.in_transit)),
            *([(gettext("Lay there when it was opened"), format_decimal(here.row.on_hand + here.row.in_kits))] if here.row is not None else []),
        ),
        signed=(gettext("Day"), gettext("Looked by"), gettext("Found, destroyed, returned")),
        stamp=str(DRILL) if head.drill else None,
        stamp_says=str(NOTHING_FROZEN) if head.drill else None,
    )
    return ledger.pdf_response(pdf.notice_pdf(printed, language=language_code(), footer=str(ledger.PAGE_OF)), f"recall-{head.number}-{here.place.code}")


def _facts(found: RecallRead, here: PlaceRead) -> tuple[tuple[str, str], ...]:
    head = found.head
    return (
        (gettext("Place"), here.place.name),
        (gettext("Product"), product_name(head.product) + (f" ({head.gtin})" if head.gtin else "")),
        (gettext("Lots"), ", ".join(_lot(lot.number) for lot in head.lots)),
        (gettext("How grave"), str(CLASSES[head.level])),
        (gettext("Why"), head.reason),
        (gettext("Document"), f"{head.document} ({head.authority})"),
        (gettext("Opened"), moment_text(head.opened_at)),
        (gettext("Answer by"), moment_text(here.row.due_at) if here.row is not None else "–"),
        (gettext("Printed"), moment_text(clock.now())),
    )


def _todo(found: RecallRead, here: PlaceRead) -> tuple[str, ...]:
    by = moment_text(here.row.due_at) if here.row is not None else "–"
    return (
        gettext("Stop handing these lots out. Look on every shelf, in every bag, car and kit."),
        gettext("Put what you find apart and mark it, so that nobody takes it by mistake."),
        gettext("Write down how many you found, destroyed and returned. Found none? That is an answer too."),
        gettext("Answer in Forsyn under %(number)s by %(by)s.", number=found.head.number, by=by),
    )


def _lots(found: RecallRead, here: PlaceRead) -> tuple["pdf.LotLine", ...]:
    from expiry.pdf import recalls as pdf

    traced = {(one.lot.product, one.lot.number): one for one in here.lots}
    rows = [(one.lot.product, one.lot.number, one.lot.expires_on, one.numbers.on_hand, one.each) for one in here.lots]
    rows += [(found.head.product, lot.number, lot.expires_on, 0, 1) for lot in found.head.lots if (found.head.product, lot.number) not in traced]
    return tuple(pdf.LotLine(product=product_name(product), lot=_lot(number), expires_on=_day(expires_on), units=units, each=each) for product, number, expires_on, units, each in rows)


def _lot(number: str) -> str:
    return gettext("no lots") if number == NO_LOT else number


def _day(day: date | None) -> str:
    return day_text(day) if day is not None else "–"
