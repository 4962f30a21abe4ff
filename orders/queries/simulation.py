"""What rules of ordering are played over: the made-up network, or what the ledger knows of the past; and the rules of the house."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.demo import service as demo
from inventory.demo.history import spots_of
from inventory.queries.demand import demand_days
from inventory.rules.consumption import DemandDays, Window
from orders.queries.policies import house, house_at_depots
from orders.queries.products import packs_of
from orders.rules.policies import Policy, Said, resolve
from orders.rules.simulation import made_up, past
from orders.rules.simulation.network import Network, Product, Series
from orders.rules.simulation.seen import Rule
from orders.rules.simulation.trials import Trial, rules
from supply.reference import queries as reference
from supply.reference.models import Place
from supply.settings import Settings

WARM_DAYS = 365
"""A year goes by before anything is judged: the rules have a past to look back on, and the old lots somebody guessed the beginning needed are gone."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is to be played: how many days are judged, the seeds of chance and those the defaults were tuned on, the first day held out, the plain rule's maximum months, how large a network; or the ledger's past."""

    days: int
    seeds: str
    tuned_seeds: str
    held_out: datetime
    months: int
    municipalities: int
    past: bool


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The trials, the network of a seed and days, and the rules that are compared."""

    trials: Sequence[Trial]
    network: Callable[[int, tuple[date, date]], Network]
    rules: Sequence[Rule]


def ground(session: Session, asked: Asked, *, today: date, settings: Settings) -> Ground:
    """Read all that is needed, so that nothing is read while it is played."""
    places, depots = house_policies(house(settings), settings), house_policies(house_at_depots(settings), settings)
    compared = rules(places, depots, months=asked.months)
    seeds, tuned = ([int(seed) for seed in text.split(",") if seed] for text in (asked.seeds, asked.tuned_seeds))
    if asked.past:
        return Ground(trials=[Trial(title="Past", judged=(today - timedelta(days=asked.days), today - timedelta(days=1)), seeds=seeds)], network=_past(session, asked, today=today), rules=compared)
    first = asked.held_out.date()
    trials = [
        *([Trial(title="Tuned on", judged=(first - timedelta(days=asked.days), first - timedelta(days=1)), seeds=tuned)] if tuned else []),
        Trial(title="Held out", judged=(first, first + timedelta(days=asked.days - 1)), seeds=seeds),
    ]
    return Ground(trials=trials, network=_made_up(session, asked, today=today), rules=compared)


def house_policies(said: Sequence[Said], settings: Settings) -> dict[str, Policy]:
    """Give by group what the configuration says of how to order; `other` is every group that is not named."""
    return {group: resolve(said, product="", group=group, days_needed=settings.reorder_days_needed) for group in settings.reorder}


def _made_up(session: Session, asked: Asked, *, today: date) -> Callable[[int, tuple[date, date]], Network]:
    spots = spots_of(demo.known_places(session, since=today), demo.persons(session), municipalities=asked.municipalities)
    served_by = _served_by(session)
    return lambda seed, judged: made_up.network_of(spots, served_by, seed=seed, judged=judged, warm_days=WARM_DAYS)


def _past(session: Session, asked: Asked, *, today: date) -> Callable[[int, tuple[date, date]], Network]:
    days, goods, served_by = _demanded(session, Window(since=today - timedelta(days=asked.days + WARM_DAYS), until=today - timedelta(days=1))), _products(session), _served_by(session)
    return lambda seed, _judged: past.network_of(days, served_by, goods, seed=seed, warm_days=WARM_DAYS)


def _demanded(session: Session, window: Window) -> dict[Series, DemandDays]:
    """Give by place and product what was demanded, at places that a depot serves."""
    places = {place.id: place.code for place in session.scalars(select(Place).where(Place.served_by_id.is_not(None)))}
    goods = {product.id: product.code for product in reference.products(session)}
    return {(places[place_id], goods[product_id]): found for (place_id, product_id), found in demand_days(session, [*places], window).items()}


def _products(session: Session) -> list[Product]:
    known = reference.products(session)
    packs = packs_of(session, [product.id for product in known])
    return [
        Product(
            code=product.code,
            group=product.group,
            pack=packs.get(product.id, 1),
            shelf_life_days=past.SHELF_LIFE_DAYS.get(product.code, past.SHELF_LIFE_DAYS_ELSE) if product.expiry_required else 0,
            ship_days_min=product.shelf_life_days_min or 0,
        )
        for product in known
    ]


def _served_by(session: Session) -> dict[str, str]:
    codes = {place.id: place.code for place in reference.places(session)}
    return {place.code: codes[place.served_by_id] for place in reference.places(session) if place.served_by_id is not None}
