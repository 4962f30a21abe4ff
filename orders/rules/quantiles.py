"""How much may be asked for in some days, at most, with a given certainty. Pure.

Rare demand comes in lumps and is never below nothing: a normal curve says too little of it. Counts that vary more than by chance alone follow a negative binomial, fitted to mean and variance
(Syntetos and Boylan, 2006, on stock control of slow movers); where they vary no more than that, a Poisson. From a mean of `MANY` on, a normal curve differs from it so little that it stands in.
"""

from math import ceil, exp, log, sqrt
from statistics import NormalDist

MANY = 400
"""From this mean on the normal curve stands in; a test measures by how much it is off. Below it the chance of nothing is no smaller than e to the -400, which a float holds."""
_NORMAL = NormalDist()


def demand_at_most(mean: float, variance: float, *, level: float) -> int:
    """Give the smallest number of units that demand stays within with a certainty of 0 to below 1. None are asked for where the mean is nothing."""
    if mean <= 0:
        return 0
    if mean >= MANY:
        return max(0, ceil(mean + normal_safety(variance, level=level)))
    shape = mean * mean / max(variance - mean, mean * 1e-9)
    odds = mean / (mean + shape)
    units, chance = 0, exp(shape * log(1 - odds))
    so_far = chance
    while so_far < level and not (units > mean and chance < 1e-18):
        units += 1
        chance *= (units - 1 + shape) / units * odds
        so_far += chance
    return units


def normal_safety(variance: float, *, level: float) -> float:
    """Give z·σ: what is added to a mean so that demand stays within it with a certainty, by the normal curve; never below nothing."""
    return max(0.0, _NORMAL.inv_cdf(level)) * sqrt(max(0.0, variance))
