"""How often something was handed out in a month, so that what is of one or two acts can be hidden whatever its units. Reads the moves of that month."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from inventory.models import CheckpointHead, Lot, Move, Posting
from inventory.queries.coverage import PEOPLE, kit_parts
from supply.coverage.rules.numerators import Acts, AsOf
from supply.coverage.rules.windows import Window
from supply.reference.models import Product


def acts(session: Session, window: Window, known: AsOf) -> Iterable[Acts]:
    """Give by place, product group and occasion how many postings handed out, less those taken back as wrong: at least as many acts as the most frequent product of the group tells."""
    groups = dict(session.execute(select(Product.id, Product.group)).all())
    parts = kit_parts(session)
    by_product: dict[tuple[int, str, str], Counter[int]] = defaultdict(Counter)
    for to_people, sign in ((True, 1), (False, -1)):
        for place_id, product_id, version, occasion, postings in session.execute(_postings(window, known, to_people=to_people)):
            inside = parts.get((product_id, version or 0)) or parts.get((product_id, 0)) or [(product_id, 1)]
            for group in {groups[part_id] for part_id, _ in inside}:
                by_product[place_id, group, occasion or ""][product_id] += sign * postings
    for (place_id, group, occasion), postings in by_product.items():
        yield Acts(place_id=place_id, group=group, occasion=occasion, acts=max(0, *postings.values()))


def _postings(window: Window, known: AsOf, *, to_people: bool) -> Select[*tuple[Any, ...]]:
    """Give by place, product and occasion the postings of what went to people, or (a correction) came back from them as never having gone, up to the checkpoint."""
    place, people = (Move.from_place_id, Move.to_place_id) if to_people else (Move.to_place_id, Move.from_place_id)
    keys = (place, Lot.product_id, Lot.kit_version, Move.occasion)
    query = select(*keys, func.count(func.distinct(Move.number))).select_from(Move).join(Lot, Lot.id == Move.lot_id)
    query = query.where(people == PEOPLE, Move.occurred_on.between(window.starts_on, window.ends_on)).group_by(*keys)
    if not to_people:
        query = query.join(Posting, and_(Posting.place_id == Move.place_id, Posting.number == Move.number)).where(Posting.corrects.is_not(None))
    if known.checkpoint is not None:
        head = and_(CheckpointHead.checkpoint_id == known.checkpoint, CheckpointHead.place_id == Move.place_id)
        query = query.join(CheckpointHead, head).where(Move.number <= CheckpointHead.number)
    return query
