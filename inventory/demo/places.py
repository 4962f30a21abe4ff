"""The made-up life of one place: deliveries, hand-outs, what comes back, what expires. Pure; the chance is handed in."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from inventory.demo.goods import GOODS, SPRAYS, SYRINGES_A_YEAR, Good, lot_delivered, season
from inventory.demo.shelves import Picked, Shelves
from inventory.rules.commands import Command, Disposal, HandOut, HandOutLine, LotLine, Occasion, Receipt, ReceiptLine, Recipient, Return, SupplierReturn, TallyLine

Word = TypeVar("Word")
SUPPLIER = "Made-up supplier"
COVER_DAYS, LOW_DAYS, LEAD_DAYS, LATE_DAYS = 56, 28, 5, 45
"""How a place orders: to so many days of use when less than so many are left; it takes some days, once in a while many. All made up."""
FESTIVAL = 5.0
"""How many times the usual use a festival is; made up."""
BIG = 100  # units a day from which on a place is open every day
RETURNED = {"4601": 0.5}
RETURNED_ELSEWHERE = 0.3
"""Used syringes that come back. Bergen 45 to 55 per cent: aasanetidende.no 2022; elsewhere made up."""
OCCASIONS = ((Occasion.FIRST_TIME, 0.35), (Occasion.REFILL_USED, 0.35), (Occasion.REFILL_LOST, 0.15), (Occasion.REFILL_EXPIRED, 0.05), (Occasion.REFILL_OTHER, 0.05), (Occasion.UNKNOWN, 0.05))
RECIPIENTS = ((Recipient.AT_RISK, 0.8), (Recipient.NEXT_OF_KIN, 0.08), (Recipient.SERVICE, 0.08), (Recipient.UNKNOWN, 0.04))


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A place of the made-up history, and which part of the national use is its own."""

    code: str
    owner: str
    share: float

    @property
    def daily(self) -> float:
        """Give the syringes of an average day."""
        return self.share * SYRINGES_A_YEAR / 365


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of a hand-out as it was made: from which lots the units came."""

    good: Good
    picked: Sequence[Picked]
    occasion: Occasion
    recipient: Recipient


class PlaceLife:
    """What happens at a place from day to day; `number` counts its journal."""

    def __init__(self, spot: Spot, chance: Random) -> None:
        self.spot, self.chance = spot, chance
        self.shelves = Shelves()
        self.number = 0
        self.opened = 0
        self.arrives_on: date | None = None
        self.arriving: dict[Good, int] = {}
        self.weekdays = range(7) if spot.daily >= BIG else (0, 2, 4)
        self.order_weekday = chance.randrange(5)
        self.careless = chance.random() < 0.3
        self.handed: list[tuple[int, date, list[Line]]] = []
        self.units: Counter[str] = Counter()
        self.festival: frozenset[date] = frozenset()

    def begin(self, day: date) -> Iterator[Command]:
        """Fill the shelves for the first time."""
        yield self._receive(day, {good: self._boxes(good, COVER_DAYS) for good in GOODS})

    def live(self, day: date) -> Iterator[Command]:
        """Tell what is recorded on a day."""
        if self.arrives_on == day:
            yield self._receive(day, self.arriving)
            self.arrives_on = None
        if day.weekday() == self.order_weekday and self.arrives_on is None:
            self._order(day)
        if day.weekday() not in self.weekdays:
            return
        self.opened += 1
        yield from self._throw_away(day)
        yield from self._hand_out(day)
        if day.weekday() == 4:
            yield from self._take_back(day)

    def entered(self, command: Command) -> Command:
        """Count a posting in the journal."""
        self.number += 1
        return command

    def _boxes(self, good: Good, days: int) -> int:
        wanted = max(self.spot.daily * good.per_syringe * days, 5 * good.box if good in SPRAYS else 1)
        return -(-round(wanted) // good.box) * good.box

    def _order(self, day: date) -> None:
        near = season(day + timedelta(days=30))
        short = [good for good in GOODS if self.shelves.usable(good.product, day) < max(self.spot.daily * good.per_syringe * LOW_DAYS * near, 1)]
        if short:
            self.arriving = {good: self._boxes(good, round(COVER_DAYS * near)) for good in short}
            self.arrives_on = day + timedelta(days=LATE_DAYS if self.chance.random() < 0.02 else LEAD_DAYS)

    def _receive(self, day: date, wanted: dict[Good, int]) -> Command:
        lines = []
        for good, units in wanted.items():
            old = 0 < good.shelf_life_days < 1200 and self.chance.random() < 0.12
            lot, expires_on = lot_delivered(good, day, days_left=self.chance.randrange(30, 240) if old else None)
            self.shelves.put(good.product, lot, expires_on, units)
            lines.append(ReceiptLine(product=good.product, lot=lot if good.shelf_life_days else None, expires_on=expires_on, units=units))
        document = f"Made-up {self.spot.code} {self.number + 1}"
        return self.entered(Receipt(place=self.spot.code, occurred_on=day, lines=tuple(lines), supplier=SUPPLIER, document=document))

    def _hand_out(self, day: date) -> Iterator[Command]:
        use = self.spot.daily * 7 / len(self.weekdays) * season(day) * (FESTIVAL if day in self.festival else 1.0)
        lines: list[Line] = []
        unmet: list[TallyLine] = []
        for nth, good in enumerate(GOODS):
            if good in SPRAYS or (self.opened + nth) % good.every:
                continue
            wanted = self._about(use * good.per_syringe * good.every * self.chance.uniform(0.7, 1.3))
            self._give(good, wanted, day, Occasion.UNKNOWN, Recipient.UNKNOWN, lines, unmet)
        for good in SPRAYS:
            for (occasion, recipient), packs in self._packs(use * good.per_syringe / good.box).items():
                self._give(good, packs * good.box, day, occasion, recipient, lines, unmet)
        if lines or unmet:
            asked = [HandOutLine(product=line.good.product, units=sum(units for _, units in line.picked), occasion=line.occasion, recipient=line.recipient) for line in lines]
            yield self.entered(HandOut(place=self.spot.code, occurred_on=day, lines=tuple(asked), unmet=tuple(unmet)))
            self.handed.append((self.number, day, lines))

    def _give(self, good: Good, wanted: int, day: date, occasion: Occasion, recipient: Recipient, lines: list[Line], unmet: list[TallyLine]) -> None:
        picked = self.shelves.take(good.product, wanted, day)
        given = sum(units for _, units in picked)
        if given:
            lines.append(Line(good=good, picked=picked, occasion=occasion, recipient=recipient))
            self.units[good.product] += given
        if given < wanted:
            unmet.append(TallyLine(product=good.product, units=wanted - given))

    def _packs(self, expected: float) -> Counter[tuple[Occasion, Recipient]]:
        found: Counter[tuple[Occasion, Recipient]] = Counter()
        at = self.chance.expovariate(1)
        while at < expected:
            found[self._one_of(OCCASIONS), self._one_of(RECIPIENTS)] += 1
            at += self.chance.expovariate(1)
        return found

    def _one_of(self, words: Sequence[tuple[Word, float]]) -> Word:
        return self.chance.choices([word for word, _ in words], [weight for _, weight in words])[0]

    def _take_back(self, day: date) -> Iterator[Command]:
        used = self._about(self.spot.daily * 7 * RETURNED.get(self.spot.owner, RETURNED_ELSEWHERE) * self.chance.uniform(0.8, 1.2))
        if used:
            yield self.entered(Return(place=self.spot.code, occurred_on=day, reason="collected", used=(TallyLine(product="syringe-1ml-29g", units=used),)))
        sprays = [line for _, _, lines in self.handed[-3:] for line in lines if line.good in SPRAYS]
        if sprays and self.chance.random() < 0.02:
            good, lot = sprays[-1].good, sprays[-1].picked[-1][0]
            self.shelves.put(good.product, lot, self.shelves.expiry_of(good.product, lot), good.box)
            yield self.entered(Return(place=self.spot.code, occurred_on=day, reason="not_needed", lines=(LotLine(product=good.product, lot=lot, units=good.box),)))

    def _throw_away(self, day: date) -> Iterator[Command]:
        """Destroy what has expired, once a month; where people are careless some of it lies for long."""
        if self.opened % (len(self.weekdays) * 4) or self.chance.random() < (0.9 if self.careless else 0.1):
            return
        expired = [LotLine(product=product, lot=lot, units=units) for product, lot, units in self.shelves.take_expired(day)]
        if expired:
            yield self.entered(Disposal(place=self.spot.code, occurred_on=day, reason="expired", lines=tuple(expired), document=f"Made-up {self.spot.code} {self.number + 1}"))

    def _about(self, expected: float) -> int:
        """Round up or down by chance, so that small numbers come right in the long run."""
        return int(expected) + (self.chance.random() < expected % 1)


class DepotLife(PlaceLife):
    """A depot: large deliveries each half-year, part of them sent back; what it ships to others is told with the orders."""

    def live(self, day: date) -> Iterator[Command]:
        """Tell what is recorded on a day."""
        if (day.month, day.day) in {(3, 1), (9, 1)}:
            yield self._receive(day, {good: self._boxes(good, 14) for good in GOODS if good.shelf_life_days})
            yield from self._send_back(day)
        self.opened += 1
        yield from self._throw_away(day)

    def _send_back(self, day: date) -> Iterator[Command]:
        good = SPRAYS[0]
        picked = self.shelves.take(good.product, good.box * 2, day)
        if picked:
            lines = tuple(LotLine(product=good.product, lot=lot, units=units) for lot, units in picked)
            document = f"Made-up {self.spot.code} {self.number + 1}"
            yield self.entered(SupplierReturn(place=self.spot.code, occurred_on=day, reason="surplus", lines=lines, document=document))


MAKE: dict[str, Callable[[Spot, Random], PlaceLife]] = {"depot": DepotLife}
"""Which life a kind of place has, where it is not the usual one."""
