"""Places that use something day by day, and what is proposed for them."""

from datetime import date, timedelta

from sqlalchemy import select

from orders.models import Proposal
from orders.service import proposals
from supply.db import db, in_one_transaction, reading
from supply.reference.models import Place, Product
from tests.integration.clockwork import at, look
from tests.integration.ordering import BUS, SPRAY

TODAY = "2026-11-20"
NOW = at(TODAY)
SINCE = date(2026, 9, 1)


def lives(who, *, place=BUS, product=SPRAY, units=200, a_week=14, weeks=11, lot="L1", expires_on="2031-01-31"):
    """Let a place have stock since September and hand some out once a week."""
    who.receive(product, units, lot=lot, place=place, expires_on=expires_on, on=SINCE.isoformat())
    for nth in range(weeks):
        assert who.hand_out(a_week, product, place=place, on=(SINCE + timedelta(days=7 * nth)).isoformat()).status_code == 201


def overnight(app, now=NOW):
    """Reckon as the clock does; gives what the job says it did."""
    db.session.rollback()
    return look(app, "reorder", now)


def reckon(app, *codes, now=NOW):
    """Reckon for some places now."""
    db.session.rollback()

    def work(session):
        places = session.scalars(select(Place).where(Place.code.in_(codes or [BUS])).order_by(Place.id)).all()
        return proposals.reckon(session, places, now=now, settings=app.extensions["settings"])

    return in_one_transaction(work)


def kept(*, place=BUS, product=None, **wanted):
    """Give the proposals of a place as they are kept, in the order in which they were made."""
    db.session.rollback()
    query = select(Proposal).join(Place, Place.id == Proposal.place_id).where(Place.code == place).where(*(getattr(Proposal, name) == value for name, value in wanted.items())).order_by(Proposal.id)
    if product is not None:
        query = query.join(Product, Product.id == Proposal.product_id).where(Product.code == product)
    return list(reading().scalars(query))
