"""Trials of the house's rule against the plain one: over some seeds, on months the defaults were tuned on and on others, and what is said of it. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from orders.rules.policies import Policy
from orders.rules.simulation.measures import Outcome, is_better, together
from orders.rules.simulation.network import Network
from orders.rules.simulation.ours import Ours
from orders.rules.simulation.plain import Plain
from orders.rules.simulation.play import play
from orders.rules.simulation.seen import Rule

OURS = "ours"


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What is judged: from which day to which, and with which seeds of chance."""

    title: str
    judged: tuple[date, date]
    seeds: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What came of each rule in a trial, ours last."""

    trial: Trial
    outcomes: Sequence[Outcome]

    @property
    def holds(self) -> bool:
        """Whether ours is better than the strong plain rule in every respect that is asked for. The one as published orders again what is on its way, and buys what it gives with far more stock: it is shown."""
        return all(is_better(self.outcomes[-1], self.outcomes[-2]).values())

    def lines(self) -> Iterator[str]:
        """Say it as a table and a sentence for each rule it was compared with."""
        since, until = self.trial.judged
        yield f"{self.trial.title}: {since} to {until}, seeds {', '.join(map(str, self.trial.seeds))}"
        yield HEAD
        for outcome in self.outcomes:
            for group in (None, *dict.fromkeys(outcome.groups.values())):
                yield _row(outcome, group)
        for other in self.outcomes[:-1]:
            told = "; ".join(f"{what}: {'yes' if reached else 'NO'}" for what, reached in is_better(self.outcomes[-1], other).items())
            yield f"Ours against {other.rule}: {told}"

    def facts(self) -> dict[str, Any]:
        """Give all of it as JSON has it."""
        outcomes = [{"rule": one.rule, "all": asdict(one.of()), **{group: asdict(one.of(group)) for group in dict.fromkeys(one.groups.values())}} for one in self.outcomes]
        better = {other.rule: is_better(self.outcomes[-1], other) for other in self.outcomes[:-1]}
        return {"trial": self.trial.title, "judged": [day.isoformat() for day in self.trial.judged], "seeds": [*self.trial.seeds], "outcomes": outcomes, "better": better, "holds": self.holds}


HEAD = f"{'rule':14} {'group':9} {'demanded':>10} {'fill':>9} {'days without':>13} {'wasted':>8} {'waste':>7} {'stock':>10} {'months':>7} {'orders':>7}"


def rules(places: Mapping[str, Policy], depots: Mapping[str, Policy], *, months: int) -> list[Rule]:
    """Give the rules that are compared: the plain one as published, a strong one, and ours."""
    return [
        Plain(name="plain", months=months, is_strong=False),
        Plain(name="plain, strong", months=months, is_strong=True),
        Ours(name=OURS, places=places, depots=depots),
    ]


def judge(trial: Trial, network: Callable[[int, tuple[date, date]], Network], compared: Sequence[Rule], each: Callable[[], None] = lambda: None) -> Verdict:
    """Play each rule over the network of each seed, and add up."""
    played: list[list[Outcome]] = [[] for _ in compared]
    for seed in trial.seeds:
        demanded = network(seed, trial.judged)
        for outcomes, rule in zip(played, compared, strict=True):
            outcomes.append(play(demanded, rule))
            each()
    return Verdict(trial=trial, outcomes=[together(outcomes) for outcomes in played])


def _row(outcome: Outcome, group: str | None) -> str:
    found = outcome.of(group)
    return (
        f"{outcome.rule:14} {group or 'all':9} {found.demanded:>10} {found.fill:>9.3%} {found.days_without:>6} {found.without:>6.2%} "
        f"{found.wasted:>8} {found.waste:>7.3%} {found.stock:>10.0f} {found.months:>7.2f} {found.orders:>7}"
    )
