"""What happens to a lot: quarantine, release, another expiry; recalls (see `recalls`) stand on the same. Kits follow their parts, and holds on what is blocked end.

All journals are locked first, so that whoever is recording an act is done before it, and whoever comes later sees it: nothing leaves after a quarantine has committed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from inventory import queries
from inventory.errors import BlockedAlready, LotTwice, NotEverywhere, NothingToRelease, NotRedated, NotYourPlace, SameExpiry
from inventory.models import Hold, Journal, Lot, LotEvent, Stock
from inventory.queries import lots as known_lots
from inventory.rules.commands import NO_LOT
from inventory.rules.lots import LotAct, Redating
from inventory.service import holds
from inventory.service.book import lock_new_journals
from supply import clock
from supply.auth.rules import Person
from supply.db import table_of
from supply.errors import Missing
from supply.notices import service as notices
from supply.reference import queries as reference
from supply.reference.models import Place
from supply.rows import insert_for


@dataclass(frozen=True, kw_only=True)
class By:
    """Who does it, in which role, when, and under which key."""

    person: Person
    role: str
    now: datetime
    key: str

    @property
    def today(self) -> date:
        """Give the day in Oslo."""
        return clock.day_of(self.now)


def quarantine(session: Session, act: LotAct, *, person: Person, now: datetime, key: str) -> Sequence[known_lots.EventRead]:
    """Let nothing of a lot leave, at a place or anywhere, and nothing that it is a part of; holds on it end. Refuses one that is blocked there."""
    place, by = _allowed(session, act.place, person, now, key)
    lock_everything(session)
    lot = _lot(session, act.product, act.number, at=None)
    if known_lots.open_quarantine(session, lot.id, place.id if place else None) is not None:
        raise BlockedAlready(product=act.product, lot=act.number)
    event_id = add_event(session, by, lot.id, kind="quarantine", place=place, reason=act.reason, document=act.document)
    kits = known_lots.kits_with(session, lot.id, at=place)
    follow(session, by, kits, event_id, kind="quarantine", place=place, reason=act.reason, document=act.document)
    blocked = [lot.id, *kits]
    shift_blocks(session, blocked, place, 1, by)
    end_holds(session, blocked, place, by)
    return known_lots.events(session, [event_id])


def release(session: Session, act: LotAct, *, person: Person, now: datetime, key: str) -> Sequence[known_lots.EventRead]:
    """Let a lot leave again where it was blocked, and what it is a part of. It does not become usable that has expired. Refuses one that is not blocked there."""
    place, by = _allowed(session, act.place, person, now, key)
    lock_everything(session)
    lot = _lot(session, act.product, act.number, at=None)
    quarantined = known_lots.open_quarantine(session, lot.id, place.id if place else None)
    if quarantined is None:
        raise NothingToRelease(product=act.product, lot=act.number)
    event_id = add_event(session, by, lot.id, kind="release", place=place, reason=act.reason, document=act.document)
    kits = known_lots.followed(session, quarantined)
    follow(session, by, kits, event_id, kind="release", place=place, reason=act.reason, document=act.document)
    shift_blocks(session, [lot.id, *kits], place, -1, by)
    return known_lots.events(session, [event_id])


def redate(session: Session, redating: Redating, *, person: Person, now: datetime, key: str) -> Sequence[known_lots.EventRead]:
    """Give lots another expiry, all or none; kits expire with their earliest part as before. Refuses a lot that has that expiry already."""
    _, by = _allowed(session, None, person, now, key)
    lock_everything(session)
    seen: dict[int, int] = {}
    """The event of each lot that was re-dated."""
    for nth, line in enumerate(redating.lots):
        lot = _lot(session, line.product, line.lot, at=f"lots.{nth}.lot")
        if lot.id in seen:
            raise LotTwice(product=line.product, lot=line.lot, at=f"lots.{nth}.lot")
        if lot.expires_on == line.expires_on:
            raise SameExpiry(product=line.product, lot=line.lot, known=line.expires_on, at=f"lots.{nth}.expires_on")
        if lot.packed_here or lot.number == NO_LOT:
            raise NotRedated(product=line.product, lot=line.lot, at=f"lots.{nth}.lot")
        seen[lot.id] = _redated(session, by, lot.id, lot.expires_on, line.expires_on, redating)
    for kit_id, before, after, part_id in known_lots.kit_expiries(session, list(seen)):
        if before != after and after is not None:
            _redated(session, by, kit_id, before, after, redating, because_of=seen[part_id])
    return known_lots.events(session, [*seen.values()])


def _allowed(session: Session, code: str | None, person: Person, now: datetime, key: str) -> tuple[Place | None, By]:
    """Give the place it is about and in which role; refuses who may not do it there, or everywhere."""
    if code is None:
        grant = next((grant for grant in person.granting("change lots") if grant.everywhere), None)
        if grant is None:
            raise NotEverywhere
        return None, By(person=person, role=grant.role.value, now=now, key=key)
    place = reference.find_place(session, code)
    if place is None or not person.sees(place):
        raise Missing(at="place")
    role = next((grant.role for grant in person.granting("change lots") if grant.records_at(place)), None)
    if role is None:
        raise NotYourPlace(place=place.code)
    return place, By(person=person, role=role.value, now=now, key=key)


def lock_everything(session: Session) -> None:
    """Wait for every act that is being recorded, and let none begin before this is done. In the order in which acts lock: journals by place, then those that are not there yet."""
    journals = select(Journal.place_id).order_by(Journal.place_id).with_for_update()
    session.execute(journals)
    lock_new_journals(session, alone=True)
    session.execute(journals)  # also those that were opened while this waited


def _lot(session: Session, product: str, number: str, *, at: str | None) -> known_lots.LotKnown:
    lot = known_lots.find_lot(session, product, number)
    if lot is None:
        raise Missing(at=at)
    return lot


def add_event(session: Session, by: By, lot_id: int, *, kind: str, place: Place | None = None, **facts: object) -> int:
    """Write that something happened to a lot, everywhere or at a place; gives the event's id."""
    return int(session.execute(insert(LotEvent).values(**_row(by, lot_id, kind, place), **facts).returning(LotEvent.id)).scalar_one())


def follow(session: Session, by: By, kits: Collection[int], event_id: int, *, kind: str, place: Place | None = None, **facts: object) -> None:
    """Carry what happens to a part over to the kits it is in."""
    if kits:
        session.execute(insert(LotEvent), [_row(by, kit_id, kind, place) | facts | {"because_of_id": event_id} for kit_id in kits])


def _row(by: By, lot_id: int, kind: str, place: Place | None) -> dict[str, object]:
    return {
        "lot_id": lot_id,
        "place_id": place.id if place else None,
        "kind": kind,
        "happened_on": by.today,
        "recorded_at": by.now,
        "recorded_by": by.person.account_id,
        "role": by.role,
        "request_key": by.key,
    }


def _redated(session: Session, by: By, lot_id: int, before: date | None, after: date, redating: Redating, *, because_of: int | None = None) -> int:
    session.execute(update(Lot).where(Lot.id == lot_id).values(expires_on=after, changed_on=by.today).execution_options(synchronize_session=False))
    return add_event(session, by, lot_id, kind="redate", document=redating.document, authority=redating.authority, expires_before=before, expires_after=after, because_of_id=because_of)


def shift_blocks(session: Session, lot_ids: Collection[int], place: Place | None, by_how_many: int, by: By) -> None:
    """Count a quarantine or a recall on or off: of lots everywhere, or of a lot's shelf at a place."""
    lots = table_of(Lot)
    changed = {"changed_on": by.today} | ({"blocks": lots.c.blocks + by_how_many} if place is None else {})
    session.execute(update(lots).where(lots.c.id == bindparam("of_lot")).values(changed), [{"of_lot": lot_id} for lot_id in lot_ids])
    for lot_id in lot_ids if place else ():
        assert place is not None
        empty = {"place_id": place.id, "lot_id": lot_id, "on_hand": 0, "held": 0, "last_moved_on": date.min}  # nothing moved yet
        session.execute(insert_for(session, table_of(Stock)).values(empty).on_conflict_do_nothing())
        shelf = update(Stock).where(Stock.place_id == place.id, Stock.lot_id == lot_id)
        session.execute(shelf.values(blocks=Stock.blocks + by_how_many).execution_options(synchronize_session=False))


def end_holds(session: Session, lot_ids: Collection[int], place: Place | None, by: By, *, because: str = "quarantine") -> None:
    """End the holds on what is blocked, tell the places, and let whoever promised them know."""
    ended = queries.holds_on(session, lot_ids, place.id if place else None)
    for held in ended:
        session.execute(update(Hold).where(Hold.id == held.hold_id).values(ended_at=by.now, ended_because=because).execution_options(synchronize_session=False))
        shelf = update(Stock).where(Stock.place_id == held.place_id, Stock.lot_id == held.lot_id)
        session.execute(shelf.values(held=Stock.held - held.units).execution_options(synchronize_session=False))
        facts = {"product": held.product, "lot": held.lot, "units": held.units, "document": held.document}
        notices.queue(session, place_id=held.place_id, kind="hold-released", facts=facts, now=by.now)
    gone = [holds.GaveWay(document=held.document, product=held.product, lot=held.lot, units=held.units, because=because, role=by.role) for held in ended]
    holds.gave_way(session, gone, by=by.person, now=by.now)
