"""G: everything that is owed held in one run, and how much of the time goes to the database."""

import gc
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from figures import Check, Row, Shown, at_least
from stage import ROOT, Database, Stage

ORDERS, LINES, PLACES = 350, 20, 35
DEPOT = "osl-depot"


def of_open_orders(stage: Stage, *, rounds: int) -> Iterable[Row]:
    """G: 350 open orders of 20 lines, stock that has just come for all of them, allocated in one transaction; on both databases."""
    for kind in ("postgresql", "sqlite"):
        seconds, shares, held = [], [], 0
        for _ in range(rounds):
            database = stage.new(kind)
            total, inside, held = _allocated(database)
            print(f"   {kind}: {total:.2f} s, of it {inside:.2f} s in the database", flush=True)
            seconds.append(total)
            shares.append(inside / total)
        name = f"G  SQL ÷ total, {ORDERS} open orders of {LINES} lines, {kind}"
        # SQLite works within the process and waits for nobody: what share of the time is its own says nothing about ours
        yield at_least(name, 0.5, shares) if kind == "postgresql" else Shown(name=f"{name} (within the process)", rounds=shares)
        yield Shown(name=f"G  in all, {kind}", rounds=seconds, unit="s")
        yield Check(name=f"G  every line held, {kind}", holds=held == ORDERS * LINES, found=f"{held:,} of {ORDERS * LINES:,}")


def _allocated(database: Database) -> tuple[float, float, int]:
    """Give the seconds it took, those of them in the database, and how many lines were held."""
    os.environ.update(database.environment | {"FORSYN_ENVIRONMENT": "development"})
    sys.path.insert(0, str(ROOT))
    from inventory.service import imports
    from orders.service import allocation
    from orders.service.hand import By
    from supply import clock
    from supply.db import db, in_one_transaction
    from supply.reference import queries as reference
    from wsgi import create_app

    app = create_app()
    with app.app_context():

        def by(session: Any) -> By:
            return By(person=imports.importer(session, now=clock.now()), now=clock.now(), key="benchmark-allocation", settings=app.extensions["settings"])

        in_one_transaction(lambda session: _owe(session, by(session)))
        gc.collect()
        gc.freeze()  # as each worker does at its start (config/gunicorn.py)
        with _counting(db.engine) as spent:
            started = time.perf_counter()
            in_one_transaction(lambda session: allocation.open_orders(session, reference.get_place(session, DEPOT), by=by(session)))
            total = time.perf_counter() - started
        held = db.session.execute(sa.text("SELECT count(DISTINCT document || '/' || line) FROM hold WHERE ended_at IS NULL")).scalar_one()
        db.session.remove()
        db.engine.dispose()
    return total, spent[0], held


def _owe(session: Any, by: Any) -> None:
    """Approve orders that nothing could be held for, and then let stock come."""
    from inventory.rules.commands import Receipt, ReceiptLine
    from inventory.service import batches
    from orders.models import Order, OrderLine
    from supply.reference.models import Place, Product

    words = dict.fromkeys(("name_nb", "name_nn", "name_en", "unit_nb", "unit_nn", "unit_en"), "made up")
    products = [Product(code=f"bench-{nth}", group="other", lot_required=True, expiry_required=True, **words) for nth in range(LINES)]
    places = session.scalars(sa.select(Place).where(Place.kind == "service_point").order_by(Place.id).limit(PLACES)).all()
    depot = session.scalar(sa.select(Place).where(Place.code == DEPOT))
    session.add_all(products)
    session.flush()
    for nth in range(ORDERS):
        order = Order(
            number=f"bench-{nth}",
            kind="order",
            place_id=places[nth % len(places)].id,
            supplied_by_id=depot.id,
            state="approved",
            version=1,
            emergency=nth % 50 == 0,
            made_at=by.now,
            made_by=by.person.account_id,
            submitted_at=by.now,
            submitted_by=by.person.account_id,
            approved_at=by.now,
        )
        session.add(order)
        session.flush()
        session.add_all(OrderLine(order_id=order.id, line=line, product_id=product.id, requested=20, pack=1, approved=20) for line, product in enumerate(products, start=1))
    lines = tuple(ReceiptLine(product=product.code, lot=f"L{lot}", expires_on=by.today.replace(year=by.today.year + 2 + lot), units=ORDERS * 5) for product in products for lot in range(4))
    stock = Receipt(place=DEPOT, occurred_on=by.today, lines=lines)
    batches.record_keyed(session, [batches.Keyed(command=stock, key="benchmark-receipt")], all_or_none=True, by=by.person, now=by.now, ledger_opens_on=by.settings.ledger_opens_on)


@contextmanager
def _counting(engine: sa.Engine) -> Iterator[list[float]]:
    """Add up the seconds the driver is busy, whichever way a statement went."""
    from supply import rows, straight

    spent, since = [0.0], [0.0]

    def timed(work: Callable[..., Any]) -> Callable[..., Any]:
        def timing(*args: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return work(*args, **named)
            finally:
                spent[0] += time.perf_counter() - started

        return timing

    def before(*_: Any) -> None:
        since[0] = time.perf_counter()

    def after(*_: Any) -> None:
        spent[0] += time.perf_counter() - since[0]

    sa.event.listen(engine, "before_cursor_execute", before)
    sa.event.listen(engine, "after_cursor_execute", after)
    known = {(module, name): getattr(module, name) for module, name in ((straight, "_run"), (straight, "_write"), (rows, "_copy"), (engine.dialect, "do_commit"))}
    for (module, name), work in known.items():
        setattr(module, name, timed(work))
    try:
        yield spent
    finally:
        for (module, name), work in known.items():
            setattr(module, name, work)
        sa.event.remove(engine, "before_cursor_execute", before)
        sa.event.remove(engine, "after_cursor_execute", after)
