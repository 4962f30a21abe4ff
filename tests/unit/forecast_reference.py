"""Forecasts one series by plain loops, written from the papers' formulae and not from the service's code; prints what stands frozen in test_forecast_reference.py.

Run once, by hand: python tests/unit/forecast_reference.py. It knows nothing of numpy, scipy or the service.

Croston 1972: after each demand z ← z + α(size − z), p ← p + α(wait − p); rate z ÷ p. Syntetos and Boylan 2005: × (1 − α ÷ 2).
Teunter, Syntetos and Babai 2011: after each period chance ← chance + β(1 or 0 − chance); after each demand z ← z + α(size − z); rate chance × z.
Our own additions, as said in orders/rules/forecast/rates.py: weights that sum to one from the start, and weeks of which some days count.
"""

import math
import random
import sys

SES, CROSTON, TSB = (0.05, 0.1, 0.2, 0.3), (0.05, 0.1, 0.2), (0.05, 0.1, 0.2, 0.3)
WAYS = [("mean", 0.0), *(("ses", a) for a in SES), *(("croston_sba", a) for a in CROSTON), *(("tsb", a) for a in TSB)]


def weighted(pairs, alpha):
    """Average (value, days): a value's weight is what its own days bring, times what all later days leave of it."""
    top = bottom = 0.0
    for i, (value, days) in enumerate(pairs):
        later = sum(d for _, d in pairs[i + 1 :])
        weight = (1 - (1 - alpha) ** (days / 7)) * (1 - alpha) ** (later / 7)
        top += weight * value
        bottom += weight
    return top / bottom if bottom else 0.0


def smoothed(values, alpha):
    """Smooth one value after the other; the nth step is α ÷ (1 − (1 − α)ⁿ)."""
    level = 0.0
    for n, value in enumerate(values, 1):
        level += alpha / (1 - (1 - alpha) ** n) * (value - level)
    return level


def rate(way, alpha, weeks):
    known = [(units, days) for units, days in weeks if days]
    if way == "mean":
        return sum(u for u, _ in known) / sum(d for _, d in known) if known else 0.0
    if way == "ses":
        return weighted([(u / d, d) for u, d in known], alpha)
    sizes, waits, waited = [], [], 0
    for units, days in known:
        waited += days
        if units > 0:
            sizes.append(units)
            waits.append(waited)
            waited = 0
    if not sizes:
        return 0.0
    if way == "croston_sba":
        return (1 - alpha / 2) * smoothed(sizes, alpha) / smoothed(waits, alpha)
    return weighted([((1 if u > 0 else 0) / d, d) for u, d in known], alpha) * smoothed(sizes, 0.1)


def known_weeks(weeks):
    return sum(1 for _, days in weeks if days)


def error(way, alpha, weeks):
    """Mean square of units wrong over four weeks, per day squared, and how often it could be judged."""
    wrong, squares, total, times = 0.0, 0.0, 0.0, 0
    for end in range(1, len(weeks) - 3):
        days = sum(d for _, d in weeks[end : end + 4])
        if known_weeks(weeks[:end]) >= 8 and days:
            units = sum(u for u, d in weeks[end : end + 4] if d)
            wrong += (units - rate(way, alpha, weeks[:end]) * days) ** 2
            squares += days**2
            total += days
            times += 1
    return wrong / squares if squares else 0.0, times, total / squares if squares else 0.0


def remembered(way, alpha, weeks):
    days = sum(d for _, d in weeks)
    if way == "mean":
        return days
    demands = sum(1 for u, d in weeks if d and u > 0)
    step = 7 if way != "croston_sba" else days / demands if demands else 0
    return min(days, (2 - alpha) / alpha * step)


def variance(way, alpha, weeks):
    days_all = sum(d for _, d in weeks)
    mean = sum(u for u, d in weeks if d) / days_all
    wrong = expected = 0.0
    for end in range(1, len(weeks)):
        units, days = weeks[end]
        if days and known_weeks(weeks[:end]):
            sure = min(sum(d for _, d in weeks[:end]), remembered(way, alpha, weeks))
            wrong += (units - rate(way, alpha, weeks[:end]) * days) ** 2
            expected += days + (days**2 / sure if sure else 0)
    return wrong / expected / mean * rate(way, alpha, weeks) if mean else 0.0


def forecast(weeks):
    judged = [(error(way, alpha, weeks), way, alpha) for way, alpha in WAYS]
    least = min(e for (e, _, _), _, _ in judged)
    (wrong, times, inverse), way, alpha = next(one for one in judged if one[0][0] * 0.95 <= least)
    if times < 8:
        way, alpha = "mean", 0.0
    found = rate(way, alpha, weeks)
    spread = variance(way, alpha, weeks)
    behind = remembered(way, alpha, weeks)
    if times and max(spread, found):
        moved = wrong / max(spread, found) - inverse
        if moved > 0 and times >= 8:
            behind = max(min(behind, 1 / moved), min(behind, 7))
    return {"method": way, "alpha": alpha, "rate": found, "error": math.sqrt(wrong) if times >= 8 else None, "variance": spread, "behind": behind}


def quantile(found, days, level):
    """Add up the chances of 0, 1, 2 … until they reach the level."""
    mean, spread = found["rate"] * days, max(found["variance"], found["rate"])
    if not mean:
        return 0
    wide = spread * days * (1 + days / found["behind"])
    shape, chance = mean**2 / (wide - mean), mean / wide
    reached, q = 0.0, -1
    while reached < level:
        q += 1
        reached += math.exp(math.lgamma(shape + q) - math.lgamma(shape) - math.lgamma(q + 1) + shape * math.log(chance) + q * math.log(1 - chance))
    return q


def series():
    """Make series up, with a fixed seed: rare, lumpy, steady, dying, risen, with weeks unknown and half known, short, and nothing at all."""
    draw = random.Random(1957)

    def lumps(chance, biggest, weeks):
        return [draw.randint(1, biggest) if draw.random() < chance else 0 for _ in range(weeks)]

    full = [7] * 52
    gaps = [draw.choice([7, 7, 7, 7, 3, 0]) for _ in range(52)]
    yield "rare", lumps(0.15, 2, 52), full
    yield "lumpy", lumps(0.35, 20, 52), full
    yield "steady", [draw.randint(8, 14) for _ in range(52)], full
    yield "dying", lumps(0.7, 6, 26) + [0] * 26, full
    yield "risen", lumps(0.6, 4, 26) + lumps(0.9, 16, 26), full
    yield "with gaps", [round(units * days / 7) for units, days in zip(lumps(0.6, 9, 52), gaps, strict=True)], gaps
    yield "slower, with gaps", [units if days else 0 for units, days in zip(lumps(0.8, 9, 26) + lumps(0.1, 3, 26), gaps, strict=True)], gaps
    yield "clustered", [units for _ in range(13) for units in (0, 0, *lumps(0.5, 6, 2))], full
    yield "short", [4, 0, 0, 2, 5, 0, 1], full[:7]
    yield "nothing", [0] * 52, full


def words(numbers):
    return " ".join(f"{number:.10g}" for number in numbers)


if __name__ == "__main__":
    for name, units, days in series():
        weeks = list(zip(units, days, strict=True))
        found = forecast(weeks)
        rates = words(rate(way, alpha, weeks) for way, alpha in WAYS)
        quantiles = words(quantile(found, ahead, level) for ahead in (7, 28, 90) for level in (0.5, 0.9, 0.99))
        numbers = words(math.nan if found[key] is None else found[key] for key in ("alpha", "rate", "error", "variance", "behind"))
        sys.stdout.write(f'    Frozen("{name}", "{words(units)}", "{words(days)}", "{rates}", "{found["method"]}", "{numbers}", "{quantiles}"),\n')
