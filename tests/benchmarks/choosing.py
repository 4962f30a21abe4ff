"""How near the chosen rates come, and how often what covers covers, on made-up demand of several kinds: the figures of decision 025. Run by hand: python tests/benchmarks/choosing.py.

6,000 series of each kind, 52 weeks seen and four not. The mean of a series is made up (log-normal, 0.37 arrivals a week in the middle), one to four units at a time.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from orders.rules.forecast import METHODS, choice, forecast, quantiles

SEED, SERIES, SEEN, AHEAD = 1, 6000, 52, 4
UNITS_AT_A_TIME = 2.5
KINDS = ("still", "frequent", "dead", "moved", "trend", "drifting")


def main() -> None:
    """Print a line for each kind and share: 1 takes the luckiest way, 0 always the mean."""
    draw = np.random.default_rng(SEED)
    arrivals = np.exp(draw.normal(-1, 1.2, SERIES))
    for kind in KINDS:
        means = _means(kind, arrivals, draw)
        weekly = (draw.poisson(means) * draw.integers(1, 5, means.shape)).astype(float)
        for better in (1.0, 0.95, 0.0):
            choice.BETTER = better
            print(f"{kind:9} {better:4.2f}  {_said(weekly, means, np.sqrt(arrivals * UNITS_AT_A_TIME / 7))}")


def _means(kind: str, arrivals: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    weeks = np.arange(SEEN + AHEAD)
    means = np.repeat(arrivals[:, np.newaxis], len(weeks), axis=1)
    at = draw.integers(15, 44, SERIES)[:, np.newaxis]
    match kind:
        case "frequent":
            return np.repeat(draw.uniform(2, 8, SERIES)[:, np.newaxis], len(weeks), axis=1)
        case "dead":
            return means * (weeks < at)
        case "moved":
            return np.where(weeks < at, means, means * draw.choice([0.3, 0.5, 2, 3], SERIES)[:, np.newaxis])
        case "trend":
            return means * np.exp(draw.normal(0, 0.015, SERIES)[:, np.newaxis] * (weeks - SEEN / 2))
        case "drifting":
            return means * np.exp(np.cumsum(draw.normal(0, 0.1, means.shape), axis=1))
        case _:
            return means


def _said(weekly: np.ndarray, means: np.ndarray, scale: np.ndarray) -> str:
    found = forecast(weekly[:, :SEEN], np.full((SERIES, SEEN), 7.0))
    true_rate = means[:, SEEN:].mean(axis=1) * UNITS_AT_A_TIME / 7
    error = np.sqrt(np.mean(((found.rate_a_day - true_rate) / scale) ** 2))
    units = quantiles(found, AHEAD * 7, 0.95)
    covered = np.mean(weekly[:, SEEN:].sum(axis=1) <= units)
    methods = ", ".join(f"{name} {np.mean(found.method == code):.0%}" for code, name in enumerate(METHODS))
    return f"error {error:.3f} roots of the mean, {covered:.1%} covered of 95 % by {units.mean():.1f} units; {methods}"


if __name__ == "__main__":
    main()
