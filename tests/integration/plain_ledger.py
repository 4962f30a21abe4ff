"""The ledger reckoned in the plainest way: every posting kept in a list, every question answered by adding all of them up.

It knows bodies as they are sent and answers with what should come back. Nothing of the service is used here.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

Lot = tuple[str, str]
NAMES = {"receipts": "receipt", "handouts": "handout", "returns": "return", "supplier-returns": "supplier_return", "disposals": "disposal"} | {
    "transfers": "transfer",
    "reclassifications": "reclassification",
    "corrections": "correction",
}
NO_LOT = "-"


class Refused(Exception):
    """The code of a refusal."""


@dataclass
class Moved:
    lot: Lot
    origin: str
    target: str
    units: int
    occasion: str = ""
    recipient: str = ""


@dataclass
class Entered:
    place: str
    kind: str
    day: date
    moves: list[Moved] = field(default_factory=list)
    tallies: list[tuple[str, str, int]] = field(default_factory=list)
    paper: tuple[Any, Any] | None = None
    corrects: int | None = None
    corrected_by: int | None = None


@dataclass
class PlainLedger:
    owners: dict[str, str]
    depots: set[str]
    with_lots: set[str]
    without_lots: set[str]
    today: date
    expiry: dict[Lot, date | None] = field(default_factory=dict)
    journals: dict[str, list[Entered]] = field(default_factory=dict)

    def act(self, act: str, body: dict[str, Any]) -> Entered:
        """Enter what was asked, or raise Refused with its code; then nothing is changed."""
        known = dict(self.expiry)
        try:
            entered = self._correction(body) if act == "corrections" else self._dated(act, body)
        except Refused:
            self.expiry = known
            raise
        journal = self.journals.setdefault(entered.place, [])
        journal.append(entered)
        if entered.corrects is not None:
            journal[entered.corrects - 1].corrected_by = len(journal)
        return entered

    def all_moves(self) -> list[tuple[date, Moved]]:
        return [(entered.day, move) for journal in self.journals.values() for entered in journal for move in entered.moves]

    def on_hand(self, place: str, lot: Lot, day: date = date.max) -> int:
        return sum(move.units * ((move.target == place) - (move.origin == place)) for moved_on, move in self.all_moves() if move.lot == lot and moved_on <= day)

    def shelves(self, day: date = date.max) -> dict[tuple[str, str, str], int]:
        found = {(place, *lot): self.on_hand(place, lot, day) for place in self.owners for lot in self.expiry}
        return {shelf: units for shelf, units in found.items() if units}

    def in_virtual(self, place: str, lot: Lot, where: str) -> int:
        """Give what a place's journal has put somewhere, less what it took out of there."""
        return sum(move.units * ((move.target == where) - (move.origin == where)) for entered in self.journals.get(place, []) for move in entered.moves if move.lot == lot)

    def last_moved(self, place: str, lot: Lot) -> date | None:
        return max((moved_on for moved_on, move in self.all_moves() if move.lot == lot and place in {move.origin, move.target}), default=None)

    def month_totals(self) -> Counter[tuple[Any, ...]]:
        totals: Counter[tuple[Any, ...]] = Counter()
        for journal in self.journals.values():
            for entered in journal:
                original = journal[entered.corrects - 1] if entered.corrects else entered
                sign = -1 if entered.corrects else 1
                month = entered.day.replace(day=1)
                for move in original.moves:
                    product, kind = move.lot[0], (move.occasion, move.recipient, month)
                    here, there = move.origin in self.owners, move.target in self.owners
                    if here:
                        totals[move.origin, product, "to_place" if there else f"to_{move.target}", *kind] += sign * move.units
                    if there:
                        totals[move.target, product, "from_place" if here else f"from_{move.origin}", *kind] += sign * move.units
                    if not here and not there:
                        totals[entered.place, product, f"to_{move.origin}", *kind] -= sign * move.units
                        totals[entered.place, product, f"to_{move.target}", *kind] += sign * move.units
                for product, what, units in original.tallies:
                    totals[entered.place, product, what, "", "", month] += sign * units
        return Counter({cell: units for cell, units in totals.items() if units})

    def _dated(self, act: str, body: dict[str, Any]) -> Entered:
        day = date.fromisoformat(body["occurred_on"])
        if day > self.today:
            raise Refused("in-the-future")
        entered = Entered(body["place"], NAMES[act], day)
        match act:
            case "receipts":
                self._receipt(entered, body)
            case "handouts":
                self._hand_out(entered, body)
            case "returns":
                self._return(entered, body)
            case "supplier-returns" | "disposals":
                self._removal(entered, body, "supplier" if act == "supplier-returns" else "destroyed")
            case "transfers":
                self._transfer(entered, body)
            case "reclassifications":
                self._reclassification(entered, body)
        return entered

    def _receipt(self, entered: Entered, body: dict[str, Any]) -> None:
        paper = (body.get("supplier"), body.get("document"))
        if all(paper):
            earlier = [one for one in self.journals.get(entered.place, []) if one.paper == paper and one.corrected_by is None]
            if earlier and not body.get("confirm_duplicate"):
                raise Refused("looks-like-a-repeat")
            entered.paper = paper
        for line in body["lines"]:
            lot = (line["product"], line.get("lot", NO_LOT))
            expires_on = date.fromisoformat(line["expires_on"]) if "expires_on" in line else None
            if lot not in self.expiry:
                if expires_on is None and lot[0] in self.with_lots:
                    raise Refused("expiry-needed")
                self.expiry[lot] = expires_on
            elif expires_on not in {None, self.expiry[lot]}:
                raise Refused("lot-differs")
            entered.moves.append(Moved(lot, "supplier", entered.place, line["units"]))

    def _hand_out(self, entered: Entered, body: dict[str, Any]) -> None:
        taken: Counter[Lot] = Counter()
        for line in body.get("lines", []):
            for lot, units in self._chosen(entered, line, taken, expired_too=False):
                entered.moves.append(Moved(lot, entered.place, "people", units, line.get("occasion", "unknown"), line.get("recipient", "unknown")))
        entered.tallies = [(line["product"], "unmet", line["units"]) for line in body.get("unmet", [])]

    def _return(self, entered: Entered, body: dict[str, Any]) -> None:
        for line in body.get("lines", []):
            entered.moves.append(Moved(self._known(line), "people", entered.place, line["units"]))
        entered.tallies = [(line["product"], "used_returned", line["units"]) for line in body.get("used", [])]

    def _removal(self, entered: Entered, body: dict[str, Any], target: str) -> None:
        taken: Counter[Lot] = Counter()
        for line in body["lines"]:
            lot = self._known(line)
            self._take(entered.place, lot, line["units"], entered.day, taken)
            entered.moves.append(Moved(lot, entered.place, target, line["units"]))

    def _transfer(self, entered: Entered, body: dict[str, Any]) -> None:
        if body["to"] == body["place"]:
            raise Refused("same-place")
        if self.owners[body["to"]] != self.owners[body["place"]]:
            raise Refused("not-one-owner")
        taken: Counter[Lot] = Counter()
        for line in body["lines"]:
            for lot, units in self._chosen(entered, line, taken, expired_too=body["to"] in self.depots):
                entered.moves.append(Moved(lot, entered.place, body["to"], units))

    def _reclassification(self, entered: Entered, body: dict[str, Any]) -> None:
        for line in body["lines"]:
            if line["from"] == line["to"]:
                raise Refused("same-place")
            lot = self._known(line)
            here = [move.units * ((move.target == line["from"]) - (move.origin == line["from"])) for move in entered.moves if move.lot == lot]
            if line["units"] > self.in_virtual(entered.place, lot, line["from"]) + sum(here):
                raise Refused("not-enough-stock")
            entered.moves.append(Moved(lot, line["from"], line["to"], line["units"], line.get("occasion", "")))

    def _correction(self, body: dict[str, Any]) -> Entered:
        journal = self.journals.get(body["journal"], [])
        if body["number"] > len(journal):
            raise Refused("no-such-posting")
        original = journal[body["number"] - 1]
        if original.corrects is not None:
            raise Refused("is-a-correction")
        if original.corrected_by is not None:
            raise Refused("already-corrected")
        taken: Counter[Lot] = Counter()
        for move in original.moves:
            if move.target in self.owners:
                self._take(move.target, move.lot, move.units, original.day, taken)
        opposite = [Moved(move.lot, move.target, move.origin, move.units, move.occasion, move.recipient) for move in original.moves]
        tallies = [(product, what, -units) for product, what, units in original.tallies]
        return Entered(original.place, "correction", original.day, opposite, tallies, corrects=body["number"])

    def _known(self, line: dict[str, Any]) -> Lot:
        lot = (line["product"], line["lot"])
        if lot not in self.expiry:
            raise Refused("no-such-lot")
        return lot

    def _chosen(self, entered: Entered, line: dict[str, Any], taken: Counter[Lot], *, expired_too: bool) -> list[tuple[Lot, int]]:
        """Give the lot that is named, or those that expire first."""
        product, units, day = line["product"], line["units"], entered.day
        if "lot" in line or product in self.without_lots:
            lot = self._known(line) if "lot" in line else (product, NO_LOT)
            if not (self._usable(lot, day) or expired_too):
                raise Refused("lot-not-usable")
            self._take(entered.place, lot, units, day, taken)
            return [(lot, units)]
        picked: list[tuple[Lot, int]] = []
        for lot in sorted((lot for lot in self.expiry if lot[0] == product and self._usable(lot, day)), key=lambda lot: (self.expiry[lot], lot[1])):
            there = min(units - sum(number for _, number in picked), self._lowest_from(entered.place, lot, day) - taken[lot])
            if there > 0:
                picked.append((lot, there))
        if sum(number for _, number in picked) < units:
            raise Refused("not-enough-stock")
        taken.update(dict(picked))
        return picked

    def _usable(self, lot: Lot, day: date) -> bool:
        expires_on = self.expiry.get(lot)
        return expires_on is None or day <= expires_on

    def _take(self, place: str, lot: Lot, units: int, day: date, taken: Counter[Lot]) -> None:
        taken[lot] += units
        if taken[lot] > self.on_hand(place, lot):
            raise Refused("not-enough-stock")
        if taken[lot] > self._lowest_from(place, lot, day):
            raise Refused("would-have-been-empty")

    def _lowest_from(self, place: str, lot: Lot, day: date) -> int:
        return min(self.on_hand(place, lot, day + timedelta(days=later)) for later in range((self.today - day).days + 1))
