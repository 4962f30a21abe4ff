"""The ledger reckoned in the plainest way: every posting kept in a list, every question answered by adding all of them up.

It knows bodies as they are sent and answers with what should come back. Nothing of the service is used here.
Kits that it packs get numbers like "?1", until somebody says what the service called them. Whatever happens to lots happens today.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Lot = tuple[str, str]
NAMES = {"receipts": "receipt", "handouts": "handout", "returns": "return", "supplier-returns": "supplier_return", "disposals": "disposal"} | {
    "transfers": "transfer",
    "reclassifications": "reclassification",
    "corrections": "correction",
    "counts": "count",
    "assemblies": "assembly",
    "unpackings": "unpacking",
}
NO_LOT = "-"


class Refused(Exception):
    """The code of a refusal; several where more than one reason stands against it."""


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
    counted: list[tuple[Lot, int, int]] = field(default_factory=list)
    paper: tuple[Any, Any] | None = None
    corrects: int | None = None
    corrected_by: int | None = None
    instant: int = 0


@dataclass
class PlainLedger:
    owners: dict[str, str]
    depots: set[str]
    with_lots: set[str]
    without_lots: set[str]
    today: date
    kits: dict[str, dict[str, int]] = field(default_factory=dict)
    expiry: dict[Lot, date | None] = field(default_factory=dict)
    formerly: dict[Lot, date | None] = field(default_factory=dict)
    """What a lot expired on before today, where it got another expiry."""
    shown: dict[Lot, set[date | None]] = field(default_factory=dict)
    """What a lot expired on at some time before it got another expiry, as its boxes still show."""
    parts: dict[Lot, dict[Lot, int]] = field(default_factory=dict)
    """What is in each kit of a lot; in the order in which the lots began."""
    packed_at: dict[Lot, str] = field(default_factory=dict)
    blocked: dict[tuple[Lot, str | None], list[Lot]] = field(default_factory=dict)
    """Lots in quarantine at a place, or everywhere (None), and the kits there that follow a part."""
    journals: dict[str, list[Entered]] = field(default_factory=dict)
    instant: int = 0
    """Postings of one request are recorded at one instant."""

    def act(self, act: str, body: dict[str, Any]) -> Entered:
        """Enter what was asked, or raise Refused with its code; then nothing is changed."""
        known, parts = dict(self.expiry), dict(self.parts)
        try:
            entered = self._correction(body) if act == "corrections" else self._dated(act, body)
        except Refused:
            self.expiry, self.parts = known, parts
            raise
        entered.instant = self.instant
        journal = self.journals.setdefault(entered.place, [])
        journal.append(entered)
        if entered.corrects is not None:
            journal[entered.corrects - 1].corrected_by = len(journal)
        return entered

    def befall(self, what: str, lot: Lot, value: Any) -> None:
        """Block a lot, or let it out (at a place, or everywhere: None), or give it another expiry; or raise Refused."""
        if lot not in self.expiry:
            raise Refused("missing")
        match what:
            case "quarantine":
                if (lot, value) in self.blocked:
                    raise Refused("blocked-already")
                lying = {shelf[1:] for shelf in self.shelves() if shelf[0] == value}
                self.blocked[lot, value] = [kit for kit, parts in self.parts.items() if lot in parts and (value is None or kit in lying)]
            case "release":
                if (lot, value) not in self.blocked:
                    raise Refused("nothing-to-release")
                del self.blocked[lot, value]
            case "redate":
                if self.expiry[lot] == value:
                    raise Refused("same-expiry")
                for one in [lot, *(kit for kit, parts in self.parts.items() if lot in parts)]:
                    self._redate(one, value if one == lot else min(filter(None, (value if part == lot else self.expiry[part] for part in self.parts[one]))))

    def call(self, number: str, lot: Lot) -> None:
        """Say what the service called a lot of kits."""
        named = (lot[0], number)
        self.expiry = {named if known == lot else known: day for known, day in self.expiry.items()}
        self.parts = {named if known == lot else known: parts for known, parts in self.parts.items()}
        self.packed_at = {named if known == lot else known: place for known, place in self.packed_at.items()}
        for _, _, move in self.all_moves():
            move.lot = named if move.lot == lot else move.lot

    def all_moves(self) -> Iterator[tuple[Entered, date, Moved]]:
        return ((entered, entered.day, move) for journal in self.journals.values() for entered in journal for move in entered.moves)

    def on_hand(self, place: str, lot: Lot) -> int:
        return self.shelves().get((place, *lot), 0)

    def shelves(self, day: date = date.max) -> dict[tuple[str, str, str], int]:
        found: Counter[tuple[str, str, str]] = Counter()
        for _, moved_on, move in self.all_moves():
            if moved_on <= day:
                for place, units in ((move.target, move.units), (move.origin, -move.units)):
                    if place in self.owners:
                        found[place, *move.lot] += units
        return {shelf: units for shelf, units in found.items() if units}

    def usable(self, place: str, lot: Lot, day: date) -> bool:
        expires_on = self._expiry_on(day, lot)
        return not self._is_blocked(place, lot, day) and (expires_on is None or day <= expires_on)

    def in_virtual(self, place: str, lot: Lot, where: str) -> int:
        """Give what a place's journal has put somewhere, less what it took out of there."""
        return sum(move.units * ((move.target == where) - (move.origin == where)) for entered in self.journals.get(place, []) for move in entered.moves if move.lot == lot)

    def last_moved(self, place: str, lot: Lot) -> date | None:
        return max((moved_on for _, moved_on, move in self.all_moves() if move.lot == lot and place in {move.origin, move.target}), default=None)

    def last_count(self, place: str, lot: Lot) -> tuple[date, int] | None:
        """Give the day and the number of the last count of a lot at a place."""
        counts = [(entered.day, number) for number, entered in enumerate(self.journals.get(place, []), start=1) for counted, _, _ in entered.counted if counted == lot]
        return counts[-1] if counts else None

    def month_totals(self) -> Counter[tuple[Any, ...]]:
        totals: Counter[tuple[Any, ...]] = Counter()
        for journal in self.journals.values():
            for entered in journal:
                original = journal[entered.corrects - 1] if entered.corrects else entered
                sign = -1 if entered.corrects else 1
                month = entered.day.replace(day=1)
                for move in original.moves:
                    product, kind = (move.lot[0], 1 if move.lot in self.parts else 0), (move.occasion, move.recipient, month)
                    here, there = move.origin in self.owners, move.target in self.owners
                    if here:
                        totals[move.origin, *product, "to_place" if there else f"to_{move.target}", *kind] += sign * move.units
                    if there:
                        totals[move.target, *product, "from_place" if here else f"from_{move.origin}", *kind] += sign * move.units
                    if not here and not there:
                        totals[entered.place, *product, f"to_{move.origin}", *kind] -= sign * move.units
                        totals[entered.place, *product, f"to_{move.target}", *kind] += sign * move.units
                for product_code, what, units in original.tallies:
                    totals[entered.place, product_code, 0, what, "", "", month] += sign * units
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
            case "counts":
                self._count(entered, body)
            case "assemblies":
                entered.moves = self._packed(entered, body["kit"], body["units"], body.get("parts"), Counter())
            case "unpackings":
                self._unpacking(entered, body)
        return entered

    def _receipt(self, entered: Entered, body: dict[str, Any]) -> None:
        paper = (body.get("supplier"), body.get("document"))
        if all(paper):
            earlier = [one for one in self.journals.get(entered.place, []) if one.paper == paper and one.corrected_by is None]
            if earlier and not body.get("confirm_duplicate"):
                raise Refused("looks-like-a-repeat")
            entered.paper = paper
        for line in body["lines"]:
            lot = self._stated(line)
            self._check_open(entered.place, lot, entered.day)
            damaged = line.get("damaged", 0)
            entered.moves += [Moved(lot, "supplier", target, units) for target, units in ((entered.place, line["units"] - damaged), ("destroyed", damaged)) if units]

    def _hand_out(self, entered: Entered, body: dict[str, Any]) -> None:
        taken: Counter[Lot] = Counter()
        for line in body.get("lines", []):
            if line.get("assemble"):
                given = self._first_to_expire(entered, line["product"], line["units"], taken)
                less = line["units"] - sum(units for _, units in given)
                packed = self._packed(entered, line["product"], less, None, taken) if less else []
                given += [(move.lot, move.units) for move in packed if move.target == entered.place]
                entered.moves += packed
            else:
                given = self._chosen(entered, line, taken)
            entered.moves += [Moved(lot, entered.place, "people", units, line.get("occasion", "unknown"), line.get("recipient", "unknown")) for lot, units in given]
        entered.tallies = [(line["product"], "unmet", line["units"]) for line in body.get("unmet", [])]

    def _return(self, entered: Entered, body: dict[str, Any]) -> None:
        for line in body.get("lines", []):
            lot = self._known(line)
            self._check_open(entered.place, lot, entered.day)
            entered.moves.append(Moved(lot, "people", entered.place, line["units"]))
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
            for lot, units in self._chosen(entered, line, taken, unusable_too=body["to"] in self.depots):
                self._check_open(body["to"], lot, entered.day)
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

    def _count(self, entered: Entered, body: dict[str, Any]) -> None:
        place, last = entered.place, len(self.journals.get(entered.place, []))
        seen = body.get("seen", last)
        if seen > last:
            raise Refused("seen-ahead")
        found = [(self._found(line), line) for line in body["lines"]]
        for nth, (lot, _) in enumerate(found):
            if lot in [other for other, _ in found[:nth]]:
                raise Refused("counted-twice")
            self._check_open(place, lot, entered.day)
            if (counted := self.last_count(place, lot)) is not None and counted[1] > seen:
                raise Refused("counted-meanwhile")
        entered.counted = [(lot, self.on_hand(place, lot) - self._moved_after(place, lot, seen, entered.day), line["units"]) for lot, line in found]
        for lot, expected, units in entered.counted:
            if expected - units > max(0, self._lowest_from(place, lot, entered.day)):
                raise Refused("count-leaves-less")
        if body.get("whole") and {shelf[1:] for shelf in self.shelves() if shelf[0] == place} - {lot for lot, _ in found}:
            raise Refused("not-all-counted")
        for (lot, expected, units), (_, line) in zip(entered.counted, found, strict=True):
            differs, way = abs(units - expected), (place, "lost") if units < expected else ("lost", place)
            why = [(one["reason"], one["units"]) for one in line.get("reasons", [])] or ([(line["reason"], differs)] if "reason" in line else [])
            unexplained = differs - sum(many for _, many in why)
            if unexplained < 0:
                raise Refused("reasons-exceed")
            entered.moves += [Moved(lot, *way, many, reason) for reason, many in [*why, ("", unexplained)] if many]

    def _packed(self, entered: Entered, kit: str, units: int, chosen: list[dict[str, Any]] | None, taken: Counter[Lot]) -> list[Moved]:
        """Fill kit after kit, unit by unit; those that hold the same come under one lot, as long as it is free to take them."""
        if kit not in self.kits:
            raise Refused("not-a-kit")
        if chosen and {line["product"] for line in chosen} - set(self.kits[kit]):
            raise Refused("parts-differ")
        picked = {product: self._part(entered, product, each * units, chosen, taken) for product, each in sorted(self.kits[kit].items())}
        singly = {product: [lot for lot, many in lots for _ in range(many)] for product, lots in picked.items()}
        full = [Counter(lot for product, each in self.kits[kit].items() for lot in singly[product][nth * each : (nth + 1) * each]) for nth in range(units)]
        moves = [Moved(lot, entered.place, "kits", many) for lots in picked.values() for lot, many in lots]
        for before, holds in zip([None, *full], full, strict=False):
            if holds == before:
                moves[-1].units += 1
                continue
            moves.append(Moved(self._lot_of_kits(entered, kit, dict(holds)), "kits", entered.place, 1))
        return moves

    def _lot_of_kits(self, entered: Entered, kit: str, holds: dict[Lot, int]) -> Lot:
        place, day = entered.place, entered.day
        for lot, parts in self.parts.items():
            alike = lot[0] == kit and parts == holds and self.packed_at[lot] == place
            if alike and self.usable(place, lot, day) and not self._is_blocked(place, lot, self.today) and not self._is_closed(place, lot, day):
                return lot
        new = (kit, f"?{len(self.parts) + 1}")
        self.parts[new], self.packed_at[new] = holds, place
        self.expiry[new] = min((day for part in holds if (day := self.expiry[part]) is not None), default=None)
        return new

    def _part(self, entered: Entered, product: str, units: int, chosen: list[dict[str, Any]] | None, taken: Counter[Lot]) -> list[tuple[Lot, int]]:
        if not chosen:
            return self._chosen(entered, {"product": product, "units": units}, taken, into_kits=True)
        own: Counter[str] = Counter()
        for line in chosen:
            own[line["lot"]] += line["units"] if line["product"] == product else 0
        if own.total() != units:
            raise Refused("parts-differ")
        return [picked for lot, many in own.items() if many for picked in self._chosen(entered, {"product": product, "lot": lot, "units": many}, taken, into_kits=True)]

    def _unpacking(self, entered: Entered, body: dict[str, Any]) -> None:
        kit, units = self._known({"product": body["kit"], "lot": body["lot"]}), body["units"]
        self._take(entered.place, kit, units, entered.day, Counter())
        if units > sum(move.units * ((move.origin == "kits") - (move.target == "kits")) for _, _, move in self.all_moves() if move.lot == kit):
            raise Refused("more-than-packed")
        held = Counter({lot: each * units for lot, each in self.parts[kit].items()})
        missing, found = (Counter({self._named(line): 0 for line in body.get(name, [])}) for name in ("missing", "parts"))
        for counter, name in ((missing, "missing"), (found, "parts")):
            for line in body.get(name, []):
                counter[self._named(line)] += line["units"]
        if any(many > held[lot] for lot, many in missing.items()) or (body.get("parts") and +found != held - missing):
            raise Refused("parts-differ")
        entered.moves = [Moved(kit, entered.place, "kits", units)]
        for lot in sorted(held):
            self._check_open(entered.place, lot, entered.day)
            entered.moves += [Moved(lot, "kits", target, many) for target, many in ((entered.place, held[lot] - missing[lot]), ("lost", missing[lot])) if many]

    def _correction(self, body: dict[str, Any]) -> Entered:
        journal = self.journals.get(body["journal"], [])
        if body["number"] > len(journal):
            raise Refused("no-such-posting")
        original = journal[body["number"] - 1]
        if original.kind == "count":
            raise Refused("is-a-count")
        if original.corrects is not None:
            raise Refused("is-a-correction")
        if original.corrected_by is not None:
            raise Refused("already-corrected")
        opposite = [Moved(move.lot, move.target, move.origin, move.units, move.occasion, move.recipient) for move in original.moves]
        net: Counter[tuple[str, Lot]] = Counter()
        for move in opposite:
            net[move.origin, move.lot] += move.units
            net[move.target, move.lot] -= move.units
        if against := {code for (place, lot), units in net.items() if place in self.owners for code in self._against_undoing(original, body["number"], place, lot, units)}:
            raise Refused(*against)
        tallies = [(product, what, -units) for product, what, units in original.tallies]
        return Entered(original.place, "correction", original.day, opposite, tallies, corrects=body["number"])

    def _against_undoing(self, original: Entered, number: int, place: str, lot: Lot, units: int) -> Iterator[str]:
        """Give what stands against taking units off a shelf again (or putting them back: negative)."""
        if (counted := self.last_count(place, lot)) is not None and (original.day < counted[0] or (original.day == counted[0] and self._came_before(original, number, place, counted[1]))):
            yield "closed-by-count"
        elif units > self.on_hand(place, lot):
            yield "not-enough-stock"
        elif units > 0 and units > self._lowest_from(place, lot, original.day):
            yield "would-have-been-empty"

    def _came_before(self, original: Entered, number: int, place: str, count: int) -> bool:
        return number < count if place == original.place else original.instant <= self.journals[place][count - 1].instant

    def _redate(self, lot: Lot, expires_on: date | None) -> None:
        if self.expiry[lot] != expires_on:
            self.formerly.setdefault(lot, self.expiry[lot])
            self.shown.setdefault(lot, set()).add(self.expiry[lot])
            self.expiry[lot] = expires_on

    def _expiry_on(self, day: date, lot: Lot) -> date | None:
        return self.formerly[lot] if day < self.today and lot in self.formerly else self.expiry.get(lot)

    def _is_blocked(self, place: str, lot: Lot, day: date) -> bool:
        return day >= self.today and any(lot in {one, *following} and where in {None, place} for (one, where), following in self.blocked.items())

    def _stated(self, line: dict[str, Any]) -> Lot:
        """Give a lot as a delivery or a count says it, known from now on; refuses what disagrees with what is known."""
        lot = self._named(line)
        expires_on = date.fromisoformat(line["expires_on"]) if "expires_on" in line else None
        if lot not in self.expiry:
            if expires_on is None and lot[0] in self.with_lots:
                raise Refused("expiry-needed")
            self.expiry[lot] = expires_on
        elif expires_on not in {None, self.expiry[lot], *self.shown.get(lot, ())}:
            raise Refused("lot-differs")
        return lot

    def _found(self, line: dict[str, Any]) -> Lot:
        if line["units"] == 0 and self._named(line) not in self.expiry and line["product"] not in self.without_lots:
            raise Refused("no-such-lot")
        return self._stated(line)

    def _named(self, line: dict[str, Any]) -> Lot:
        return (line["product"], line.get("lot", NO_LOT))

    def _known(self, line: dict[str, Any]) -> Lot:
        if self._named(line) not in self.expiry:
            raise Refused("no-such-lot")
        return self._named(line)

    def _chosen(self, entered: Entered, line: dict[str, Any], taken: Counter[Lot], *, unusable_too: bool = False, into_kits: bool = False) -> list[tuple[Lot, int]]:
        """Give the lot that is named, or those that expire first."""
        place, product, units, day = entered.place, line["product"], line["units"], entered.day
        if "lot" in line or product in self.without_lots:
            lot = self._known(line)
            if self._is_blocked(place, lot, day) and not unusable_too:
                raise Refused("lot-blocked")
            if not self.usable(place, lot, day) and not unusable_too:
                raise Refused("lot-not-usable")
            if into_kits and self._is_blocked(place, lot, self.today):
                raise Refused("lot-blocked")
            self._take(place, lot, units, day, taken)
            return [(lot, units)]
        picked = self._first_to_expire(entered, product, units, taken, into_kits=into_kits)
        if sum(number for _, number in picked) < units:
            if any(self._is_closed(place, lot, day) for lot in self._lots_of(product, place, day) if self.on_hand(place, lot)):
                raise Refused("closed-by-count")
            raise Refused("not-enough-stock")
        return picked

    def _first_to_expire(self, entered: Entered, product: str, units: int, taken: Counter[Lot], *, into_kits: bool = False) -> list[tuple[Lot, int]]:
        """Give the lots that expire first, for as many units as there are; into kits goes nothing that is blocked today."""
        picked: list[tuple[Lot, int]] = []
        for lot in self._lots_of(product, entered.place, entered.day):
            there = min(units - sum(number for _, number in picked), self._lowest_from(entered.place, lot, entered.day) - taken[lot])
            if there > 0 and not self._is_closed(entered.place, lot, entered.day) and not (into_kits and self._is_blocked(entered.place, lot, self.today)):
                picked.append((lot, there))
        taken.update(dict(picked))
        return picked

    def _lots_of(self, product: str, place: str, day: date) -> Iterable[Lot]:
        """Give the lots of a product that may be used, the first to expire first."""
        usable = [lot for lot in self.expiry if lot[0] == product and self.usable(place, lot, day)]
        return sorted(usable, key=lambda lot: (self._expiry_on(day, lot) is None, self._expiry_on(day, lot) or date.max, lot[1]))

    def _take(self, place: str, lot: Lot, units: int, day: date, taken: Counter[Lot]) -> None:
        self._check_open(place, lot, day)
        taken[lot] += units
        if taken[lot] > self.on_hand(place, lot):
            raise Refused("not-enough-stock")
        if taken[lot] > self._lowest_from(place, lot, day):
            raise Refused("would-have-been-empty")

    def _check_open(self, place: str, lot: Lot, day: date) -> None:
        if self._is_closed(place, lot, day):
            raise Refused("closed-by-count")

    def _is_closed(self, place: str, lot: Lot, day: date) -> bool:
        counted = self.last_count(place, lot)
        return counted is not None and day < counted[0]

    def _moved_after(self, place: str, lot: Lot, seen: int, day: date) -> int:
        """Give what moved on a shelf that was not seen, or moved on a later day; another journal's posting was not seen where it came with the place's next, or later."""
        own = self.journals.get(place, [])
        unseen = {id(entered) for entered in own[seen:]}
        since = own[seen].instant if seen < len(own) else None
        return sum(
            move.units * ((move.target == place) - (move.origin == place))
            for entered, moved_on, move in self.all_moves()
            if move.lot == lot and (moved_on > day or id(entered) in unseen or (entered.place != place and since is not None and entered.instant >= since))
        )

    def _lowest_from(self, place: str, lot: Lot, day: date) -> int:
        """Give the lowest balance at the end of a day, from a day on until now."""
        net: Counter[date] = Counter()
        for _, moved_on, move in self.all_moves():
            if move.lot == lot:
                net[max(moved_on, day)] += move.units * ((move.target == place) - (move.origin == place))
        balance, lowest = net[day], net[day]
        for later in sorted(net):
            balance += net[later] if later > day else 0
            lowest = min(lowest, balance)
        return lowest
