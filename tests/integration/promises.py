"""What was promised to somebody, and what the places were told when it was taken back."""

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from supply.notices.models import Notice
from supply.reference.models import Place


def promise(owner: Engine, place: str, lot: str, *units: int) -> None:
    """Promise units of a lot at a place to order 1, order 2 and so on, as allocation will."""
    with owner.connect() as connection:
        place_id, lot_id = connection.execute(text("SELECT p.id, l.id FROM place p, lot l WHERE p.code = :code AND l.number = :lot"), {"code": place, "lot": lot}).one()
        for nth, some in enumerate(units, start=1):
            values = {"place": place_id, "lot": lot_id, "units": some, "document": f"order {nth}", "at": "2026-01-01 00:00:00"}
            connection.execute(text("INSERT INTO hold (place_id, lot_id, units, document, made_at) VALUES (:place, :lot, :units, :document, :at)"), values)
        connection.execute(text("UPDATE stock SET held = held + :units WHERE place_id = :place AND lot_id = :lot"), {"units": sum(units), "place": place_id, "lot": lot_id})
        connection.commit()


def held(session: Session) -> tuple[list[str], int]:
    """Give the documents of the holds that are open, and how many units all shelves say are held."""
    session.rollback()
    documents = list(session.execute(text("SELECT document FROM hold WHERE ended_at IS NULL ORDER BY id")).scalars())
    return documents, int(session.execute(text("SELECT sum(held) FROM stock")).scalar_one())


def notices(session: Session) -> list[tuple[str, str, str, str, int]]:
    """Give what the people at each place will be told, of which document, which lot and how many units."""
    rows = session.execute(select(Place.code, Notice.kind, Notice.facts).join(Place, Place.id == Notice.place_id).order_by(Notice.id))
    return [(code, kind, str(facts["document"]), str(facts["lot"]), facts["units"]) for code, kind, facts in rows]
