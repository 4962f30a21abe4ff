"""A recall as one reader sees it: the notice, their places with what they had and what they answered, and for the whole country what became of every unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from expiry.models import RecallPlace
from expiry.queries import recall_traces as traces
from expiry.queries import recalls as queries
from expiry.queries.recall_traces import LotTraced, PlaceTraced, RecallTraced, UnderWay
from expiry.queries.recalls import AnswerRead, HeadRead
from expiry.rules.recalls import Lot, There, last_given, minutes_between, state_of
from expiry.rules.traces import Sum
from supply.auth import queries as accounts
from supply.auth.rules import Person
from supply.reference.models import Place


@dataclass(frozen=True, kw_only=True)
class PlaceRead:
    """A place of a recall: whether anybody who works there has an account to be told by, what lay there when it committed (None: it came to have units later), how far it has answered, what became of its units, lot by lot, and each answer."""

    place: Place
    has_accounts: bool
    row: RecallPlace | None
    state: str
    must_answer: bool
    lots: Sequence[LotTraced]
    on_hand: int
    in_kits: int
    in_transit: int
    answers: Sequence[AnswerRead]

    @property
    def answered_at(self) -> datetime | None:
        """Give when it answered last, if it has answered in full."""
        return self.answers[-1].answered_at if self.state == "answered" and self.answers else None

    @property
    def must_be_called(self) -> bool:
        """Whether it is still to answer, and nobody there is told."""
        return self.must_answer and not self.has_accounts and self.state != "answered"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How many places are asked and have answered, and how long it took to the first answer and, once all have answered, to the last."""

    asked: int
    answered: int
    first_answer_at: datetime | None
    last_answer_at: datetime | None
    minutes_to_first: int | None
    minutes_to_last: int | None


@dataclass(frozen=True, kw_only=True)
class RecallRead:
    """A recall as a reader sees it; `sums` for those who see the whole country (else None)."""

    head: HeadRead
    places: Sequence[PlaceRead]
    progress: Progress
    sums: Sequence[tuple[str, Sum]] | None


def read_recall(session: Session, number: str, *, by: Person, today: date, under_way: UnderWay) -> RecallRead | None:
    """Give a recall with those of its places that a person may see."""
    head = queries.find_recall(session, number)
    if head is None:
        return None
    traced = traces.trace(session, head.lots, under_way=under_way)
    places = [one for one in read_places(session, head, traced, today=today) if by.sees(one.place)]
    sums = [(lot.number, of_lot) for lot, of_lot in traced.sums] if queries.sees_all(by) else None
    return RecallRead(head=head, places=places, progress=_progress(head, places), sums=sums)


def read_places(session: Session, head: HeadRead, traced: RecallTraced, *, today: date) -> list[PlaceRead]:
    """Give every place of a recall: those that it listed, those that came to have units since, and those that answered unasked."""
    rows, answers = queries.places_of(session, head.id), queries.answers_of(session, head.id)
    unlisted = traces.places_by_id(session, ({*rows, *answers} - set(traced.places)))
    places = traced.places | {place_id: PlaceTraced(place=place) for place_id, place in unlisted.items()}
    staffed = accounts.staffed(session, [one.place for one in places.values()], today=today)
    return [_place(head, one, rows.get(place_id), answers.get(place_id, []), has_accounts=place_id in staffed) for place_id, one in sorted(places.items(), key=lambda item: item[1].place.name)]


def asked_lots(head: HeadRead, one: PlaceTraced) -> list[Lot]:
    """Give the lots a place is asked about: of those recalled all it ever had, of kits with them those that lie there."""
    return [(lot.lot.product, lot.lot.number) for lot in one.lots if lot.numbers.on_hand or not lot.is_kit] or [(head.product, lot.number) for lot in head.lots]


def _place(head: HeadRead, one: PlaceTraced, row: RecallPlace | None, answers: Sequence[AnswerRead], *, has_accounts: bool) -> PlaceRead:
    there = {(lot.lot.product, lot.lot.number): There(on_hand=lot.numbers.on_hand, ever_put=lot.ever_put) for lot in one.lots}
    given = last_given((answer.kept_apart, answer.lines) for answer in answers)
    return PlaceRead(
        place=one.place,
        has_accounts=has_accounts,
        row=row,
        state=state_of(asked_lots(head, one), given, there, drill=head.drill),
        must_answer=row.must_answer if row is not None else bool(one.lots),
        lots=one.lots,
        on_hand=one.on_hand,
        in_kits=one.in_kits,
        in_transit=one.in_transit,
        answers=answers,
    )


def _progress(head: HeadRead, places: Iterable[PlaceRead]) -> Progress:
    asked = [one for one in places if one.must_answer]
    answered = [one for one in asked if one.state == "answered"]
    instants = sorted(answer.answered_at for one in asked for answer in one.answers)
    first, last = (instants[0], instants[-1]) if instants else (None, None)
    return Progress(
        asked=len(asked),
        answered=len(answered),
        first_answer_at=first,
        last_answer_at=last,
        minutes_to_first=minutes_between(head.opened_at, first),
        minutes_to_last=minutes_between(head.opened_at, last) if asked and len(answered) == len(asked) else None,
    )
