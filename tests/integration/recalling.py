"""Recalls as tests ask for them, and what must be so of each, asked of the moves one by one."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.models import KitLotPart, Lot, Move, Stock
from supply import clock
from supply.reference.models import VIRTUAL, Place, Product

SPRAY, SYRINGE, SET = "naloxone-nyxoid", "syringe-1ml-29g", "kit-full"
DEPOT, BUS, CLINIC = "osl-depot", "oslo-outreach", "oslo-servicepoint"
GTIN = "05060571490001"
NO_PLACES = {number: code for code, number in VIRTUAL.items()}


def notice(*lots, product=SPRAY, **changes):
    """Give a notice of some lots, each said by its number or with its expiry."""
    named = [{"lot": lot} if isinstance(lot, str) else {"lot": lot[0], "expires_on": lot[1]} for lot in lots or ("A1",)]
    return {"class": 1, "product": product, "lots": named, "document": "DMP 26/1234", "authority": "DMP", "reason": "The spray may be blocked."} | changes


def recalled(who, *lots, **changes):
    """Recall lots; gives the recall."""
    answer = who.post("/recalls", notice(*lots, **changes))
    assert answer.status_code == 201, answer.text
    return answer.json


def answer(who, recall, place, *lines, **more):
    """Answer a recall: a line is lot, found, destroyed, returned (or a whole line); gives the answer as it is."""
    sent = [one if isinstance(one, dict) else dict(zip(("lot", "found", "destroyed", "returned"), one, strict=False)) for one in lines]
    return who.post(f"/recalls/{recall['number']}/answers", {"place": place, "lines": sent, **more})


def answered(who, recall, place, *lines, **more):
    """Answer a recall; gives the place as it then stands."""
    given = answer(who, recall, place, *lines, **more)
    assert given.status_code == 201, given.text
    return given.json


def now(who, recall):
    return who.get(f"/recalls/{recall['number']}").json


def place_of(recall, code):
    return next((one for one in recall["places"] if one["place"] == code), None)


def lot_at(recall, code, lot="A1"):
    return next(one for one in place_of(recall, code)["lots"] if one["lot"]["number"] == lot)


def refused(given, code, status=409):
    assert (given.status_code, given.json.get("code")) == (status, code), given.text
    return given.json


def today():
    return clock.today().isoformat()


def ever_had(session: Session, product: str, number: str) -> dict[str, int]:
    """Give by place that ever had a unit of a lot, loose or in a kit, how many lie there now: by every move there is, one by one."""
    lots = {lot.id: (code, lot.number) for lot, code in session.execute(select(Lot, Product.code).join(Product, Product.id == Lot.product_id))}
    (own,) = [lot_id for lot_id, named in lots.items() if named == (product, number)] or [None]
    each = {own: 1} | {row.kit_lot_id: row.units for row in session.scalars(select(KitLotPart)) if row.part_lot_id == own}
    codes = {place.id: place.code for place in session.scalars(select(Place))}
    found: Counter[str] = Counter()
    for move in session.scalars(select(Move)):
        if move.lot_id not in each:
            continue
        places = [place for place in (move.from_place_id, move.to_place_id) if place >= 0] or [move.place_id]
        for place in places:
            found[codes[place]] += 0
        for place, sign in ((move.from_place_id, -1), (move.to_place_id, 1)):
            if place >= 0:
                found[codes[place]] += sign * move.units * each[move.lot_id]
    shelves = Counter({codes[row.place_id]: 0 for row in session.scalars(select(Stock)) if row.lot_id in each and codes[row.place_id] in found})
    for row in session.scalars(select(Stock)):
        if row.lot_id in each and codes[row.place_id] in found:
            shelves[codes[row.place_id]] += row.on_hand * each[row.lot_id]
    assert {place: units for place, units in found.items() if units} == {place: units for place, units in shelves.items() if units}
    return dict(found)


def assert_nothing_is_unexplained(session: Session, recall, product=SPRAY) -> None:
    """Assert of a recall as the whole country sees it that the sums close, and that it lists just the places that ever had a unit."""
    for one in recall["sums"]:
        gone = one["on_hand"] + one["in_transit"] + one["handed_out"] + one["destroyed"] + one["returned"] + one["lost"] + one["in_kits"]
        assert (one["received"] - gone, one["unexplained"], one["kits"]["unexplained"]) == (0, 0, 0), one
        kits = one["kits"]
        assert one["in_kits"] + kits["received"] == sum(kits[name] for name in ("on_hand", "in_transit", "handed_out", "destroyed", "returned", "lost")) or one["in_kits"] < 0, one
    for place in recall["places"]:
        assert all(lot["unexplained"] == 0 for lot in place["lots"]), place
    had: Counter[str] = Counter()
    for lot in recall["lots"]:
        had.update(ever_had(session, product, lot["lot"]))
        for place in ever_had(session, product, lot["lot"]):
            had[place] += 0
    listed = {
        one["place"]: one["on_hand"] + one["in_kits"]
        for one in recall["places"]
        if one["lots"] and any(lot["received"] or lot["came"] or lot["taken_back"] or lot["on_hand"] or lot["packed"] or lot["lost"] for lot in one["lots"])
    }
    assert {place: listed.get(place) for place in had} == dict(had)
