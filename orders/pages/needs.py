"""The table a form for an order starts from: what the place has, uses and has coming, what is proposed, and what takes a reason."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from inventory.pages.frame import products
from orders.api.ground import acting
from orders.queries import known as knowing
from orders.rules.needs import Known, months_after, needs_reason
from orders.rules.states import Kind
from supply import clock
from supply.db import reading
from supply.fields import UNITS_MAX
from supply.forms import Form
from supply.reference.models import Place


@dataclass(frozen=True, kw_only=True)
class Row:
    """A product as a form for an order shows it: what is known of it, the packs written, and what follows from them."""

    number: int
    known: Known
    packs: int | None
    months_after: float | None
    takes_reason: tuple[str, ...]

    @property
    def units(self) -> int:
        """Give the units of the packs written."""
        return (self.packs or 0) * self.known.pack


def of_place(place: Place, kind: Kind, *, gives: bool = False, without: int | None = None) -> dict[int, Known]:
    """Give what is known of each product at a place, in the order pages list products; where it gives, of what lies there alone."""
    session = reading()
    by = acting()
    found = knowing.known(session, place, by.settings, now=by.now, without=without)
    order = {code: nth for nth, code in enumerate(products())}
    ordered = sorted(found.items(), key=lambda item: order[item[1].product])
    if kind is Kind.RETURN:
        return {number: replace(one, pack=1) for number, one in ordered if one.on_hand}  # loose units go back too
    return {number: one for number, one in ordered if one.on_hand or not gives}


def rows(known: dict[int, Known], form: Form, kind: Kind) -> list[Row]:
    """Give the rows of the table as the form is filled in."""
    today = clock.today()
    found = []
    for number, of_it in known.items():
        packs = packs_in(form, number)
        units = (packs or 0) * of_it.pack
        why = tuple(needs_reason(of_it, units, today=today)) if units and asks_for_need(kind) else ()
        found.append(Row(number=number, known=of_it, packs=packs, months_after=months_after(of_it, units), takes_reason=why))
    return found


def proposed(known: dict[int, Known]) -> dict[str, str]:
    """Give the fields of a form filled in with what is proposed, in whole packs."""
    return {f"lines-{number}-packs": str(of_it.proposal // of_it.pack) for number, of_it in known.items() if of_it.proposal}


def asks_for_need(kind: Kind) -> bool:
    """Whether an order of this kind is held against what the place needs: not what is lent or given back."""
    return kind in {Kind.ORDER, Kind.SUPPLY}


def packs_in(form: Form, number: int) -> int | None:
    """Give the packs written beside a product, where they can be read."""
    text = form.value(f"lines-{number}-packs").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= UNITS_MAX else None


def with_products(form: Form, known: dict[int, Known]) -> Form:
    """Give the form as it is sent: the product beside each number, and no line where none was written."""
    kept = replace(form, values={name: text for name, text in form.values.items() if not name.startswith("lines-")})
    for number, of_it in known.items():
        text = form.value(f"lines-{number}-packs").strip()
        if text.strip("0"):
            kept = kept.with_row("lines", number, {"product": of_it.product, "packs": text})
    return kept


@dataclass(frozen=True, kw_only=True)
class TooOld:
    """That the last count of some of what lies at a place is too old to order by; the day furthest back, None where nothing of it was ever counted."""

    since: date | None


def counts_too_old(known: Collection[Known]) -> TooOld | None:
    """Say of which day the counts are that are too old to order by; None where none is."""
    today = clock.today()
    old = [of_it.counted_on for of_it in known if "count_too_old" in needs_reason(of_it, 0, today=today)]
    return TooOld(since=min((day for day in old if day is not None), default=None)) if old else None
