"""The public edition of a quarter, made of the ledger as it was at the last checkpoint."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from sqlalchemy.orm import Session

from supply.coverage import Ledger
from supply.coverage.queries import background as backgrounds
from supply.coverage.queries.areas import area_of
from supply.coverage.queries.background import Background
from supply.coverage.queries.summed import summed
from supply.coverage.rules import quarters
from supply.coverage.rules.asked import PROGRAMME_SETS, SETS
from supply.coverage.rules.bodies import Body, county_of
from supply.coverage.rules.estimates import NATION
from supply.coverage.rules.numerators import AsOf, Sums
from supply.coverage.rules.quarters import Quarter
from supply.coverage.rules.suppression import Cell
from supply.coverage.rules.windows import Window, months_from


def quarter(session: Session, window: Window, *, ledger: Ledger) -> Quarter | None:
    """Make the public edition of a quarter; None where no checkpoint was taken since it was closed. It takes seconds: read it in one snapshot, and not in the transaction that keeps it."""
    background = backgrounds.read(session, borders=window.ends_on)
    as_of = _last_checkpoint(session, ledger)
    if as_of is None or as_of.checkpoint is None or as_of.at.date() < window.ends_on + timedelta(days=quarters.CLOSED_DAYS):
        return None
    months = [months_from(month, 1) for month in window.each_month()]
    by_month = {month.starts_on: _by_code(summed(session, background, month, as_of, ledger).by_body) for month in months}
    acts = _acts(session, months, background, as_of, ledger)
    return quarters.quarter(window, as_of.checkpoint, by_month, acts, _parts(background), _sets(background, window.ends_on))


def _last_checkpoint(session: Session, ledger: Ledger) -> AsOf | None:
    now = ledger.as_of(session, None)
    return ledger.as_of(session, now.newest_checkpoint) if now is not None and now.newest_checkpoint is not None else None


def _by_code(by_body: Mapping[Body | None, Sums]) -> dict[str, Sums]:
    found: defaultdict[str, Sums] = defaultdict(Sums)
    for body, sums in by_body.items():
        found[_code(body)].take_in(sums)
    return found


def _code(body: Body | None) -> str:
    """Give the municipality; of what lies in none the rest of its county, or of the country."""
    if isinstance(body, str):
        return body
    return f"{quarters.REST}{(county_of(body) if body else None) or NATION}"


def _acts(session: Session, months: Iterable[Window], background: Background, as_of: AsOf, ledger: Ledger) -> Mapping[Cell, int]:
    """Give how many acts of handing out there were at most, by municipality, month and what."""
    home, found = background.home, Counter[Cell]()
    for month in months:
        for one in ledger.acts(session, month, as_of):
            for item in quarters.items_of(one.group, one.occasion):
                found[_code(home.get(one.place_id)), quarters.month_name(month.starts_on), item] += one.acts
    return found


def _parts(background: Background) -> dict[str, list[str]]:
    """Say of what the country and its counties consist."""
    counties = {county: sorted(number for number in background.municipalities if number.startswith(county)) for county in background.counties}
    return {NATION: [*counties, _code(None)], **{county: [*numbers, f"{quarters.REST}{county}"] for county, numbers in counties.items()}}


def _sets(background: Background, day: date) -> dict[str, list[str]]:
    areas = (area_of(background, f"set:{name}", day=day) for name in (*PROGRAMME_SETS, *SETS))
    return {area.code: sorted(area.numbers) for area in areas}
