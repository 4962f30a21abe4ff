"""What is so at a moment that somebody should look at, each as one statement over all places. What orders know of is handed in by wsgi in the same form."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, cast, literal, null, select
from sqlalchemy import case as sql_case

from expiry.rules.alerts import Kind, Moment, Source
from inventory.models import Lot, Stock
from inventory.queries import use
from inventory.queries.levels import levels, not_counted_since
from supply.jobs.rules import STANDSTILL
from supply.reference.models import Product
from supply.settings import Settings


def sources(settings: Settings) -> Sequence[Source]:
    """Give the sources of alerts that lie in the ledger and in the clock."""
    return [
        Source(kind=Kind.EXPIRY, what=partial(_expiring, settings), returns=False),
        Source(kind=Kind.LOW_STOCK, what=partial(_low, settings), returns=True),
        Source(kind=Kind.STOCK_OUT, what=_out, returns=True),
        Source(kind=Kind.COUNT_OLD, what=partial(_not_counted, settings), returns=True),
        Source(kind=Kind.CLOCK, what=_stood_still, returns=True),
    ]


def documents(kind: Kind, waiting: Callable[[Settings, datetime], Any]) -> Callable[[Settings], Source]:
    """Make a source, once the settings are known, of what waits for too long: a SELECT of place_id and document."""

    def what(settings: Settings, at: Moment) -> Select[*tuple[Any, ...]]:
        found = waiting(settings, at.now).subquery()
        return _row(found.c.place_id, _path(found.c.place_id, found.c.document), about_on=literal(at.today), document=found.c.document)

    return lambda settings: Source(kind=kind, what=partial(what, settings), returns=True)


def _expiring(settings: Settings, at: Moment) -> Select[*tuple[Any, ...]]:
    """A row for each lot at a place of which units lie there, with the narrowest band it has come into: see rules.alerts.band_of."""
    named = {group: days for group, days in settings.alert_days.items() if group != "other"}

    def narrowest(days: tuple[int, ...]) -> ColumnElement[int | None]:
        return sql_case(*[(Lot.expires_on <= at.today + timedelta(days=band), band) for band in sorted(days)], else_=null())

    band = cast(sql_case(*[(Product.group == group, narrowest(days)) for group, days in named.items()], else_=narrowest(settings.alert_days["other"])), Integer)
    widest = at.today + timedelta(days=max(max(days) for days in settings.alert_days.values()))
    found = (
        select(Stock.place_id, Stock.lot_id, Lot.product_id, Lot.expires_on, Stock.on_hand, band.label("band"))
        .join(Lot, Lot.id == Stock.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .where(Stock.on_hand > 0, Lot.expires_on <= widest)
        .subquery()
    )
    subject = _path(found.c.place_id, found.c.lot_id, found.c.band)
    columns = {"about_on": found.c.expires_on, "product_id": found.c.product_id, "lot_id": found.c.lot_id, "band": found.c.band, "units": found.c.on_hand}
    return _row(found.c.place_id, subject, **columns).where(found.c.band.is_not(None))


def _low(settings: Settings, at: Moment) -> Select[*tuple[Any, ...]]:
    """A row for each product of which what lies at a place lasts fewer days than it should."""
    level = _levels(at)
    low = (level.c.usable > 0) & (level.c.usable * level.c.days < level.c.used * settings.low_stock_days)
    return _row(level.c.place_id, _path(level.c.place_id, level.c.product_id), about_on=literal(at.today), product_id=level.c.product_id, units=level.c.usable).where(low)


def _out(at: Moment) -> Select[*tuple[Any, ...]]:
    """A row for each product that a place uses and has none of."""
    level = _levels(at)
    return _row(level.c.place_id, _path(level.c.place_id, level.c.product_id), about_on=literal(at.today), product_id=level.c.product_id, units=level.c.usable).where(level.c.usable == 0)


def _not_counted(settings: Settings, at: Moment) -> Select[*tuple[Any, ...]]:
    """A row for each place at which something was not counted for longer than an order may lean on; `units` are products."""
    old = not_counted_since(at.today - timedelta(days=settings.order_count_days_max)).subquery()
    return _row(old.c.place_id, _path(old.c.place_id), about_on=literal(at.today), units=old.c.products)


def _stood_still(at: Moment) -> Select[*tuple[Any, ...]]:
    """A row where the daily work had not been done for too long before this run; it is over with the next."""
    stood = at.before_at is not None and at.due_at - at.before_at > STANDSTILL
    return _row(cast(null(), Integer), literal("clock"), about_on=literal(at.today)).where(literal(stood))


def _row(place_id: Any, subject: Any, *, about_on: Any, **known: Any) -> Select[*tuple[Any, ...]]:
    """Give a source's SELECT: its place, subject and day, and what is known besides; the rest is null."""
    nothing: dict[str, Any] = {"product_id": Integer, "lot_id": Integer, "band": Integer, "document": String, "units": Integer}
    others = [known[name].label(name) if name in known else cast(null(), kind).label(name) for name, kind in nothing.items()]
    return select(place_id.label("place_id"), subject.label("subject"), about_on.label("about_on"), *others)


def _levels(at: Moment) -> Any:
    return levels(since=use.since_when(at.today), today=at.today).subquery()


def _path(*parts: Any) -> Any:
    """Write ids one after the other with a slash between."""
    text: Any = cast(parts[0], String)
    for part in parts[1:]:
        text = text + "/" + cast(part, String)
    return text
