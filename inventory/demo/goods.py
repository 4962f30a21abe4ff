"""What is handed out in the made-up history, and how much of it: national totals from sources, the rest made up. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

SYRINGES_A_YEAR = 2_900_000
"""EMCDDA, Country Drug Report 2019, for 2017."""
SPRAYS_A_YEAR = 4_500
"""The middle of the 4,000 to 5,000 naloxone sprays handed out in 2019."""
NETWORK = 35
"""Municipalities of the learning network; the totals are theirs together."""
SHARES = {"0301": 0.50, "4601": 0.13, "5001": 0.07, "1103": 0.07}
"""Of the national use. About half in Oslo and most in the big cities: EMCDDA 2017; how the others share is made up."""
SUMMER = {6: 1.2, 7: 1.3, 8: 1.2}
REST_OF_THE_YEAR = (12 - sum(SUMMER.values())) / (12 - len(SUMMER))
"""Overdoses peak from June to August (FHI); how high is made up."""
BATCH_DAYS = 90
BEGINNING = date(2020, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Good:
    """A product as places use it: units for each syringe, on every so many opening days, in boxes; how long it keeps (0: no lot)."""

    product: str
    prefix: str = ""
    per_syringe: float
    every: int
    box: int
    shelf_life_days: int = 0


SYRINGES = (
    Good(product="syringe-1ml-29g", prefix="SA", per_syringe=0.56, every=1, box=100, shelf_life_days=1826),
    Good(product="syringe-05ml-29g", prefix="SB", per_syringe=0.28, every=1, box=100, shelf_life_days=1826),
    Good(product="syringe-1ml", prefix="SC", per_syringe=0.10, every=3, box=100, shelf_life_days=1826),
    Good(product="syringe-2ml", prefix="SD", per_syringe=0.05, every=6, box=100, shelf_life_days=1826),
    Good(product="kit-full", prefix="KF", per_syringe=0.01, every=3, box=20, shelf_life_days=730),
)
"""What counts as a syringe; a full kit holds one."""
OTHERS = (
    Good(product="needle-25g", prefix="NA", per_syringe=0.10, every=3, box=100, shelf_life_days=1826),
    Good(product="needle-30g", prefix="NB", per_syringe=0.06, every=3, box=100, shelf_life_days=1826),
    Good(product="cooker", per_syringe=0.45, every=2, box=100),
    Good(product="swab", prefix="SW", per_syringe=0.80, every=2, box=200, shelf_life_days=1095),
    Good(product="acid", prefix="AC", per_syringe=0.35, every=2, box=100, shelf_life_days=1095),
    Good(product="filter", prefix="FI", per_syringe=0.50, every=2, box=100, shelf_life_days=1826),
    Good(product="water", prefix="WA", per_syringe=0.10, every=6, box=50, shelf_life_days=1095),
    Good(product="foil", per_syringe=0.05, every=6, box=50),
    Good(product="sharps-box", per_syringe=0.01, every=6, box=20),
    Good(product="card-113", per_syringe=0.002, every=12, box=100),
)
SPRAYS = (
    Good(product="naloxone-nyxoid", prefix="NX", per_syringe=0.7 * SPRAYS_A_YEAR / SYRINGES_A_YEAR, every=1, box=2, shelf_life_days=1095),
    Good(product="naloxone-ventizolve", prefix="VE", per_syringe=0.3 * SPRAYS_A_YEAR / SYRINGES_A_YEAR, every=1, box=2, shelf_life_days=913),
)
GOODS = (*SYRINGES, *OTHERS, *SPRAYS)


def season(day: date) -> float:
    """Give how much is used in a day's month against the average month."""
    return SUMMER.get(day.month, REST_OF_THE_YEAR)


def lot_made(good: Good, day: date) -> tuple[str, date | None]:
    """Give the lot a supplier was making of a good on a day, and its expiry: the last day of a month; the same lot for the whole country."""
    if not good.shelf_life_days:
        return "-", None
    batch = (day - BEGINNING).days // BATCH_DAYS
    end = BEGINNING + timedelta(days=batch * BATCH_DAYS + good.shelf_life_days)
    expires_on = (end.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return f"{good.prefix}{batch + 1000}", expires_on


def lot_delivered(good: Good, day: date, *, days_left: int | None) -> tuple[str, date | None]:
    """Give the lot that arrives on a day: one made some weeks before, or an old one with about so many days left."""
    age = 45 if days_left is None else max(45, good.shelf_life_days - days_left)
    return lot_made(good, day - timedelta(days=age))
