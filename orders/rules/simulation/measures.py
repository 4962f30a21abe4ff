"""What came of a rule: how much of what was asked for was given, days without stock, waste, stock, orders. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

DAYS_A_MONTH = 30.4375


@dataclass(kw_only=True)
class Tally:
    """What is counted of a group while it is played, on the days that are judged."""

    demanded: int = 0
    handed_out: int = 0
    days: int = 0
    days_without: int = 0
    wasted: int = 0
    stock_days: int = 0
    """Units × days at places and depots."""
    orders: int = 0


@dataclass(kw_only=True)
class Outcome:
    """What came of a rule in a play, by product; `ledger` counts units over all days: received and begun with, handed out, wasted, on hand and in transit at the end."""

    rule: str
    seed: int
    judged_days: int
    groups: dict[str, str]
    products: dict[str, Tally] = field(default_factory=dict)
    ledger: Counter[str] = field(default_factory=Counter)

    def of(self, group: str | None = None) -> "Figures":
        """Sum up a group, or all."""
        chosen = [tally for product, tally in self.products.items() if group in {None, self.groups[product]}]
        return figures(chosen, days=self.judged_days)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The measures: shares of 1, units, days; stock on the average, in units and in months of demand (each product weighs alike)."""

    demanded: int
    handed_out: int
    fill: float
    days_without: int
    without: float
    wasted: int
    waste: float
    """Of what was handed out and wasted."""
    stock: float
    months: float
    orders: int


def figures(tallies: Sequence[Tally], *, days: int) -> Figures:
    """Reckon the measures of some products over the days that were judged."""
    demanded, handed_out, wasted, without = (sum(getattr(tally, name) for tally in tallies) for name in ("demanded", "handed_out", "wasted", "days_without"))
    months = [tally.stock_days / tally.demanded / DAYS_A_MONTH for tally in tallies if tally.demanded]
    return Figures(
        demanded=demanded,
        handed_out=handed_out,
        fill=handed_out / max(1, demanded),
        days_without=without,
        without=without / max(1, sum(tally.days for tally in tallies)),
        wasted=wasted,
        waste=wasted / max(1, handed_out + wasted),
        stock=sum(tally.stock_days for tally in tallies) / days,
        months=sum(months) / max(1, len(months)),
        orders=sum(tally.orders for tally in tallies),
    )


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """Add up the plays of a rule over several seeds; figures of stock are then those of an average play times as many."""
    first = outcomes[0]
    added = {product: Tally(**{name: sum(getattr(outcome.products[product], name) for outcome in outcomes) for name in vars(tally)}) for product, tally in first.products.items()}
    return Outcome(
        rule=first.rule, seed=first.seed, judged_days=first.judged_days * len(outcomes), groups=first.groups, products=added, ledger=sum((outcome.ledger for outcome in outcomes), Counter())
    )


def is_better(ours: Outcome, other: Outcome) -> dict[str, bool]:
    """Say of each yardstick whether ours reaches it: more of what was asked for is given, in all and of naloxone, with no more stock and less waste."""
    mine, theirs = ours.of(), other.of()
    return {
        "higher fill rate": mine.fill > theirs.fill,
        "higher fill rate of naloxone": ours.of("naloxone").fill > other.of("naloxone").fill,
        "no more stock": mine.stock <= theirs.stock,
        "less waste": mine.wasted < theirs.wasted,
    }
