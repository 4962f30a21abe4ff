"""The made-up history of one owner's places, in the order of its days, as commands. Pure: the same seed tells the same."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from inventory.demo.goods import NETWORK, SHARES, SPRAYS, SPRAYS_A_YEAR, SYRINGES, SYRINGES_A_YEAR
from inventory.demo.places import MAKE, PlaceLife, Spot
from inventory.rules.commands import Command, Correction, HandOut, HandOutLine, Transfer, TransferLine

FESTIVAL_AT, FESTIVAL_BEFORE, FESTIVAL_DAYS = "oslo-outreach", timedelta(days=41), 3
"""Where a festival was, how long before the last day it began, and how many days it lasted; made up."""
MISTYPED = 0.004
"""How many hand-outs are put right afterwards; made up."""


@dataclass(frozen=True, kw_only=True)
class KnownPlace:
    """A place as the reference data has it."""

    code: str
    kind: str
    owner: str
    served_by: str | None


@dataclass(frozen=True, kw_only=True)
class Tale:
    """What an owner's people record: first all that happens, then what they put right of it; `units` is what was handed out, by product."""

    owner: str
    places: tuple[str, ...]
    first: tuple[Command, ...]
    later: tuple[Command, ...]
    units: Counter[str]


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What the history comes to, about."""

    syringes: int
    sprays: int


def spots_of(places: Sequence[KnownPlace], persons: dict[str, int], *, municipalities: int) -> list[tuple[str, Spot]]:
    """Share the national use among the places of the largest municipalities, and give each with its kind; depots share what they serve."""
    shares = _municipal_shares(places, persons)
    chosen = dict(list(shares.items())[:municipalities])
    found = []
    for owner, share in chosen.items():
        own = [place for place in places if place.owner == owner]
        weights = {place.code: 0.02 if place.kind == "prison" else 1 / (2 + nth) for nth, place in enumerate(own)}
        found += [(place.kind, Spot(code=place.code, owner=owner, share=share * weights[place.code] / sum(weights.values()))) for place in own]
    served: Counter[str] = Counter()
    for _, spot in found:
        depot = next(place.served_by for place in places if place.code == spot.code)
        if depot is not None:
            served[depot] += spot.share  # type: ignore[assignment]  # a Counter adds fractions as well
    found += [(place.kind, Spot(code=place.code, owner=place.owner, share=float(served[place.code]))) for place in places if place.code in served]
    return found


def promise(spots: Sequence[tuple[str, Spot]], *, years: int) -> Promise:
    """Say what the places hand out in so many years, about."""
    share = sum(spot.share for kind, spot in spots if kind != "depot")
    return Promise(syringes=round(share * SYRINGES_A_YEAR * years), sprays=round(share * SPRAYS_A_YEAR * years))


def tell(owner: str, spots: Sequence[tuple[str, Spot]], *, seed: int, first_day: date, last_day: date) -> Tale:
    """Tell the history of an owner's places from day to day."""
    lives = [MAKE.get(kind, PlaceLife)(spot, Random(f"{seed} {spot.code}")) for kind, spot in spots]  # noqa: S311  a story, not a secret
    for life in lives:
        if life.spot.code == FESTIVAL_AT:
            life.festival = frozenset(festival_days(last_day))
    first: list[Command] = [command for life in lives for command in life.begin(first_day)]
    day = first_day
    while day < last_day:
        day += timedelta(days=1)
        for life in lives:
            first += life.live(day)
        if day.day == 15 and len(lives) > 1:
            first += _transfer(lives[0], lives[1], day)
    later = [command for life in lives for command in _put_right(life)]
    return Tale(owner=owner, places=tuple(spot.code for _, spot in spots), first=tuple(first), later=tuple(later), units=sum((life.units for life in lives), Counter()))


def festival_days(last_day: date) -> list[date]:
    """Give the days of the made-up festival."""
    return [last_day - FESTIVAL_BEFORE + timedelta(days=nth) for nth in range(FESTIVAL_DAYS)]


def handed_out(tales: Sequence[Tale]) -> Promise:
    """Say what the tales hand out."""
    units: Counter[str] = sum((tale.units for tale in tales), Counter())
    return Promise(syringes=sum(units[good.product] for good in SYRINGES), sprays=sum(units[good.product] for good in SPRAYS))


def _municipal_shares(places: Sequence[KnownPlace], persons: dict[str, int]) -> dict[str, float]:
    """Give each municipality's share of the national use, the largest first: known for the big cities, by inhabitants for the rest of the network."""
    owners = {place.owner for place in places if place.owner.isdigit()}
    rest = sorted(owners - SHARES.keys(), key=lambda owner: (-persons.get(owner, 0), owner))[: NETWORK - len(SHARES)]
    inhabitants = sum(max(persons.get(owner, 0), 1) for owner in rest)
    left = 1 - sum(SHARES.values())
    return {owner: share for owner, share in SHARES.items() if owner in owners} | {owner: left * max(persons.get(owner, 0), 1) / inhabitants for owner in rest}


def _transfer(giver: PlaceLife, taker: PlaceLife, day: date) -> Iterator[Command]:
    """Move some boxes to the next place of the owner."""
    product, units = SYRINGES[0].product, SYRINGES[0].box
    if giver.shelves.usable(product, day) < 5 * units:
        return
    for lot, taken in giver.shelves.take(product, units, day):
        taker.shelves.put(product, lot, giver.shelves.expiry_of(product, lot), taken)
    line = TransferLine(product=product, units=units)
    yield giver.entered(Transfer(place=giver.spot.code, to=taker.spot.code, occurred_on=day, lines=(line,), document=f"Made-up {giver.spot.code} {giver.number + 1}"))


def _put_right(life: PlaceLife) -> Iterator[Command]:
    """Undo some hand-outs and enter them anew with a little less; what comes back lies on the shelf from then on, so nothing later is short."""
    for number, day, lines in life.handed:
        if not lines or life.chance.random() >= MISTYPED:
            continue
        yield Correction(journal=life.spot.code, number=number, reason="mistyped")
        anew = []
        for line in lines:
            for lot, units in line.picked:
                less = 1 if units > 1 and line.good in SYRINGES else 0
                life.units[line.good.product] -= less
                anew.append(HandOutLine(product=line.good.product, units=units - less, lot=lot, occasion=line.occasion, recipient=line.recipient))
        yield HandOut(place=life.spot.code, occurred_on=day, lines=tuple(anew))
