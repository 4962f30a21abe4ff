"""What was handed out month by month in an area, every published total beside what it comes to, and where municipalities lie."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from supply.coverage import Ledger
from supply.coverage.queries.denominators import Denominators
from supply.coverage.queries.edition import Edition
from supply.coverage.rules import reckoning, windows
from supply.coverage.rules.circles import Spot
from supply.coverage.rules.estimates import NATION
from supply.coverage.rules.facts import Facts
from supply.coverage.rules.figures import Figure, WhyNot
from supply.coverage.rules.numerators import HANDED_OUT, NALOXONE, NEEDLE, SYRINGE, Origin, State, Sums
from supply.reference.models import Point

Count = int | WhyNot
"""How many, or why that is not shown."""


@dataclass(frozen=True, kw_only=True)
class MonthSeen:
    """What an area's places handed out in a month."""

    month: date
    syringes: Count
    in_kits: Count
    needles: Count
    sprays: Count


def by_month(session: Session, edition: Edition, ledger: Ledger) -> list[MonthSeen]:
    """Give what the places of an edition's area handed out in each month of its window: as of the same moment, or as the public edition shows it."""
    if edition.area.code not in edition.own:
        return [_shown(month, edition.public.in_month(month).of(edition.area)) for month in edition.window.each_month()]
    home = edition.background.home
    places = [place.id for place in edition.background.places if edition.area.holds(home[place.id])]
    units: Counter[tuple[date, str]] = Counter()
    in_kits: Counter[date] = Counter()
    for month, one in ledger.by_month(session, edition.window, edition.as_of, places):
        if one.what == HANDED_OUT:
            units[month, one.group] += one.units
            in_kits[month] += one.in_kits if one.group == SYRINGE else 0
    return [MonthSeen(month=month, syringes=units[month, SYRINGE], in_kits=in_kits[month], needles=units[month, NEEDLE], sprays=units[month, NALOXONE]) for month in edition.window.each_month()]


def _shown(month: date, sums: Sums) -> MonthSeen:
    def count(group: str) -> Count:
        if sums.unpublished:
            return WhyNot.NOT_PUBLIC
        if sums.state(group) is State.NOT:
            return WhyNot.NOT_REPORTED
        return WhyNot.HIDDEN if group in sums.hidden else sums.handed_out(group)

    return MonthSeen(month=month, syringes=count(SYRINGE), in_kits=WhyNot.NOT_PUBLIC, needles=count(NEEDLE), sprays=count(NALOXONE))


def spots(session: Session) -> list[Spot]:
    """Give the point of each municipality, for maps."""
    rows = session.execute(select(Point.number, Point.east_km, Point.north_km).order_by(Point.number))
    return [Spot(number=number, east=east, north=north) for number, east, north in rows]


def published_series(edition: Edition, code: str) -> Sequence[Figure]:
    """Give an indicator's figures of every published total of the country that is about just one calendar year, each over the denominator of its own year."""
    background = edition.background
    found: list[Figure] = []
    for year in sorted({one.starts_on.year for one in background.published if one.area == NATION}):
        window = windows.year(year)
        denominators = Denominators.of(background, window, edition.asked.model)
        facts = Facts(
            area=NATION,
            window=window,
            sums=Sums(),
            people=denominators.people(NATION, ()),
            deaths=denominators.deaths(NATION),
            persons=denominators.persons(NATION, ()),
            published=tuple(one for one in background.published if one.area == NATION),
            pack_units=background.common_pack,
        )
        found += [figure for figure in reckoning.figures(facts, background.thresholds, codes=(code,)) if figure.numerator is not None and figure.numerator.origin is Origin.PUBLISHED]
    return found
