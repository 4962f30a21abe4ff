"""What coverage is asked, and what its figures look like as JSON."""

from collections.abc import Iterable
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from supply.coverage.queries.edition import Edition
from supply.coverage.rules.allocation import Model
from supply.coverage.rules.asked import NewEstimate, Wanted, Within
from supply.coverage.rules.estimates import KINDS
from supply.coverage.rules.figures import Denominator, Figure, Level, Note, Numerator, WhyNot
from supply.coverage.rules.gaps import Gap, Kind
from supply.coverage.rules.numerators import Origin, State
from supply.coverage.rules.quarters import MONTHS
from supply.coverage.rules.windows import months_from
from supply.fields import Area, Day, InstantOut, OneOf, Text, Whole, WholeText, WideArea
from supply.schemas import StrictSchema

PERSONS_MAX = 10_000_000


class CoverageArgs(StrictSchema):
    """Which figures: of which days (whole months are counted), area and indicator, by which model, as of which checkpoint; `within` gives those of its counties or municipalities too."""

    makes = Wanted
    from_ = Day(data_key="from")
    to = Day()
    area = WideArea()
    indicator = Text(60)
    model = OneOf(*Model)
    within = OneOf(*Within)
    as_of = WholeText(1, 2**31 - 1)


class EstimateIn(StrictSchema):
    """An estimate with its method and source, under the number its area had on 1 January of its year."""

    makes = NewEstimate
    area = Area(required=True)
    year = Whole(1990, 2100, required=True)
    kind = OneOf(*KINDS, required=True)
    low = Whole(0, PERSONS_MAX)
    point = Whole(0, PERSONS_MAX)
    high = Whole(0, PERSONS_MAX)
    method = Text(120, required=True)
    source = Text(300, required=True)
    published_on = Day()
    confidence = OneOf("high", "medium", "low")


def _maybe_number() -> fields.Float:
    return fields.Float(required=True, allow_none=True)


def _maybe_text() -> fields.String:
    return fields.String(required=True, allow_none=True)


def _words(of: Iterable[str], *, none: bool = False) -> fields.String:
    words = [str(word) for word in of]
    return fields.String(required=True, allow_none=none, validate=validate.OneOf([*words, None] if none else words))


class IntervalOut(ma.Schema):
    """Low, point and high, unrounded; null where not known."""

    low = _maybe_number()
    point = _maybe_number()
    high = _maybe_number()


class NumeratorOut(ma.Schema):
    """What is divided: `said` of `months` place-months are said to be entered, in `active` something was recorded. Ledger and published are never added together."""

    units = _maybe_number()
    what = fields.String(required=True)
    origin = _words(Origin)
    state = _words(State, none=True)
    places = fields.Integer(required=True)
    months = fields.Integer(required=True)
    said = fields.Integer(required=True)
    active = fields.Integer(required=True)
    aside = fields.Dict(keys=fields.String(), values=fields.Float(), required=True)
    source = _maybe_text()
    scope = _maybe_text()


class DenominatorOut(IntervalOut):
    """What it is divided by; `model` is null unless it was allocated by one."""

    what = fields.String(required=True)
    source = fields.String(required=True)
    method = _maybe_text()
    year = fields.Integer(required=True, allow_none=True)
    is_model = fields.Boolean(required=True)
    model = _words(Model, none=True)
    confidence = _maybe_text()


class LevelOut(ma.Schema):
    """A threshold: whether it is reached, the chance that it is, and the numerator a year that reaches it."""

    label = fields.String(required=True)
    value = fields.Float(required=True)
    reached = fields.Boolean(required=True, allow_none=True)
    chance = _maybe_number()
    needs = _maybe_number()
    source = fields.String(required=True)
    from_ = fields.String(required=True, data_key="from")


class VerdictOut(ma.Schema):
    """The highest level reached, and the chance that it is the right one."""

    label = fields.String(required=True)
    certainty = _maybe_number()


class BeforeOut(IntervalOut):
    """The same figure of as many months before."""

    from_ = fields.Date(required=True, data_key="from")
    to = fields.Date(required=True)
    state = _words(State, none=True)


class FigureOut(IntervalOut):
    """A figure with all it rests on; its point is null exactly where `why_not` says why."""

    indicator = fields.String(required=True)
    unit = fields.String(required=True)
    counted = fields.String(required=True)
    area = fields.String(required=True)
    state = _words(State, none=True)
    numerator = fields.Nested(NumeratorOut, required=True, allow_none=True)
    denominator = fields.Nested(DenominatorOut, required=True, allow_none=True)
    levels = fields.List(fields.Nested(LevelOut), required=True)
    verdict = fields.Nested(VerdictOut, required=True, allow_none=True)
    why_not = _words(WhyNot, none=True)
    notes = fields.List(_words(Note), required=True)
    before = fields.Nested(BeforeOut, required=True, allow_none=True)
    change = _maybe_number()


class GapOut(ma.Schema):
    """What is lacking, and what would close it."""

    kind = _words(Kind)
    area = _maybe_text()
    name = fields.String(required=True)
    place = _maybe_text()
    people = _maybe_number()
    are_known = fields.Boolean(required=True)
    people_year = fields.Integer(required=True, allow_none=True)
    persons = _maybe_number()
    coverage = _maybe_number()
    needs_syringes = _maybe_number()
    needs_places = fields.Integer(required=True)
    lacks = fields.List(fields.String(), required=True)
    silent_since = fields.Date(required=True, allow_none=True)


class AsOfOut(ma.Schema):
    """A checkpoint, or (null) now; the last posting of each journal the reader sees."""

    checkpoint = fields.Integer(required=True, allow_none=True)
    newest_checkpoint = fields.Integer(required=True, allow_none=True)
    at = InstantOut(required=True)
    postings = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class AreaOut(ma.Schema):
    """An area; members that were split since are left out, not guessed. Its figures are `whole` where it is the reader's own, else those of the `public` edition."""

    code = fields.String(required=True)
    name = _maybe_text()
    left_out = fields.List(fields.String(), required=True)
    edition = _words(("whole", "public"))


class CoverageOut(ma.Schema):
    """The figures of an area and of those parts of it that were asked for, in whole months. `public_to` is the last day of which there is a public edition."""

    from_ = fields.Date(required=True, data_key="from")
    to = fields.Date(required=True)
    cuts_a_month = fields.Boolean(required=True)
    as_of = fields.Nested(AsOfOut, required=True)
    public_to = fields.Date(required=True, allow_none=True)
    model = _words(Model)
    areas = fields.List(fields.Nested(AreaOut), required=True)
    figures = fields.List(fields.Nested(FigureOut), required=True)
    gaps = fields.List(fields.Nested(GapOut), required=True)


class EstimateEnteredOut(ma.Schema):
    """An estimate that was entered."""

    area = fields.String(required=True)
    year = fields.Integer(required=True)
    kind = fields.String(required=True)
    low = fields.Integer(required=True, allow_none=True)
    point = fields.Integer(required=True, allow_none=True)
    high = fields.Integer(required=True, allow_none=True)
    method = _maybe_text()
    source = fields.String(required=True)


def written(edition: Edition) -> dict[str, Any]:
    """Give an edition as it is written."""
    window, as_of = edition.window, edition.as_of
    return {
        "from_": window.starts_on,
        "to": window.ends_on,
        "cuts_a_month": window.cuts_a_month,
        "as_of": {"checkpoint": as_of.checkpoint, "newest_checkpoint": as_of.newest_checkpoint, "at": as_of.at, "postings": as_of.heads},
        "public_to": edition.last_public and months_from(edition.last_public, MONTHS).ends_on,
        "model": edition.asked.model.value,
        "areas": [
            {"code": area.code, "name": area.name, "left_out": [split.number for split in area.left_out], "edition": "whole" if area.code in edition.own else "public"} for area in edition.areas
        ],
        "figures": [figure_written(figure) for figure in edition.figures],
        "gaps": [gap_written(gap) for gap in edition.gaps],
    }


def figure_written(figure: Figure) -> dict[str, Any]:
    """Give a figure as it is written."""
    before = figure.before
    return {
        **vars(figure.value),
        "indicator": figure.indicator,
        "unit": figure.unit,
        "counted": figure.counted,
        "area": figure.area,
        "state": _state(figure),
        "numerator": None if figure.numerator is None else _numerator(figure.numerator),
        "denominator": None if figure.denominator is None else _denominator(figure.denominator),
        "levels": [_level(level) for level in figure.levels],
        "verdict": figure.verdict and {"label": figure.verdict.label, "certainty": figure.verdict.certainty},
        "why_not": figure.why_not and figure.why_not.value,
        "notes": [note.value for note in figure.notes],
        "before": before and {**vars(before.value), "from_": before.window.starts_on, "to": before.window.ends_on, "state": _state(before)},
        "change": figure.change,
    }


def gap_written(gap: Gap) -> dict[str, Any]:
    """Give a gap as it is written."""
    return {**vars(gap), "kind": gap.kind.value}


def _state(figure: Figure) -> str | None:
    return figure.numerator.state.value if figure.numerator and figure.numerator.state else None


def _numerator(one: Numerator) -> dict[str, Any]:
    return {**vars(one), "origin": one.origin.value, "state": one.state and one.state.value}


def _denominator(one: Denominator) -> dict[str, Any]:
    interval = {"low": one.interval.low, "point": one.interval.middle, "high": one.interval.high}
    return interval | {"what": one.what, "source": one.source, "method": one.method, "year": one.year, "is_model": one.is_model, "model": one.model, "confidence": one.confidence}


def _level(one: Level) -> dict[str, Any]:
    return {"label": one.label, "value": one.value, "reached": one.reached, "chance": one.chance, "needs": one.needs, "source": one.source, "from_": one.starts_on}
