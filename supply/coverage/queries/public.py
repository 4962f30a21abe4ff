"""The public edition: what readers see of areas that are not their own. Read from the quarters that were made; what has none is not public yet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supply.coverage.models import PublicQuarter
from supply.coverage.queries.areas import Area
from supply.coverage.queries.background import Background
from supply.coverage.rules import quarters, windows
from supply.coverage.rules.estimates import NATION
from supply.coverage.rules.numerators import HANDED_OUT, NALOXONE, Sums
from supply.coverage.rules.quarters import Quarter
from supply.coverage.rules.windows import MONTHS_IN_A_YEAR, Window


@dataclass(frozen=True)
class Public:
    """What the public edition shows of a window: asked like what every place came to (edition.Summed), and answered from the cells alone."""

    window: Window
    background: Background
    quarters: Mapping[date, Quarter]

    def of(self, area: Area) -> Sums:
        """Give what is shown of an area."""
        return self._packed(quarters.shown(self.quarters, self.window, lambda edition: self._codes(edition, area)))

    @cached_property
    def by_municipality(self) -> Mapping[str, Sums]:
        """Give what is shown of every municipality of the borders."""
        return {number: self.of(Area(code=number, name=None, numbers=frozenset({number}))) for number in self.background.municipalities}

    def in_month(self, month: date) -> "Public":
        """Give what it shows of one month alone."""
        return Public(windows.months_from(month, 1), self.background, self.quarters)

    def _codes(self, edition: Quarter, area: Area) -> Iterable[str]:
        """Say which cells are an area: its own where it consisted of the same municipalities then, else those of all of these."""
        if area.code == NATION:
            return (NATION,)
        members = edition.totals.get(area.code)
        if members is not None and {self.background.body(member) for member in members} == area.numbers:
            return (area.code,)
        found = self._since[edition.starts_on]
        return [code for number in area.numbers for code in found.get(number, ())]

    @cached_property
    def _since(self) -> Mapping[date, Mapping[str, Sequence[str]]]:
        """Give by quarter and municipality of the borders those that have become it."""
        found: dict[date, dict[str, list[str]]] = {}
        for starts_on, edition in self.quarters.items():
            found[starts_on] = {}
            for code in edition.municipalities:
                if isinstance(body := self.background.body(code), str):
                    found[starts_on].setdefault(body, []).append(code)
        return found

    def _packed(self, sums: Sums) -> Sums:
        """Reckon packs from sprays; their number is not known where packs differ, for products are not told apart."""
        sprays = sums.units[HANDED_OUT, NALOXONE]
        if pack := self.background.common_pack:
            sums.packs = sprays / pack
        else:
            sums.unpacked = sprays
        return sums


def public(session: Session, window: Window, background: Background, *, by: datetime | None = None) -> Public:
    """Give what the public edition shows of a window, or showed by an instant. Pages, answers, files and reports all ask this."""
    first = window.starts_on.replace(month=(window.starts_on.month - 1) // quarters.MONTHS * quarters.MONTHS + 1)
    query = select(PublicQuarter).where(PublicQuarter.starts_on.between(first, window.ends_on))
    rows = session.scalars(query if by is None else query.where(PublicQuarter.made_at <= by))
    return Public(window, background, {row.starts_on: Quarter(starts_on=row.starts_on, checkpoint=row.checkpoint, **row.content) for row in rows})


def last_quarter(session: Session) -> date | None:
    """Give the first day of the last quarter that is public."""
    return session.scalar(select(func.max(PublicQuarter.starts_on)))


def quarters_made(session: Session) -> list[Window]:
    """Give the quarters that are public, the newest first."""
    return [windows.months_from(starts_on, quarters.MONTHS) for starts_on in session.scalars(select(PublicQuarter.starts_on).order_by(PublicQuarter.starts_on.desc()))]


def last_year(last: date) -> Window:
    """Give the twelve months up to the end of a quarter."""
    ends_on = windows.months_from(last, quarters.MONTHS).ends_on
    return windows.window(windows.last_months(ends_on, MONTHS_IN_A_YEAR - 1).starts_on, ends_on)


def not_made(session: Session, today: date, *, back: int) -> list[Window]:
    """Give the quarters that may be published and are not, the earliest first."""
    made = set(session.scalars(select(PublicQuarter.starts_on)))
    return [window for window in quarters.closed(today, back=back) if window.starts_on not in made]
