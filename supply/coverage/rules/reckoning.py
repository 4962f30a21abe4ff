"""Figures made of what the formulas divide: low, point and high, levels, verdict, and what a reader has to know. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from supply.coverage.rules import thresholds
from supply.coverage.rules.facts import Facts, Ratio
from supply.coverage.rules.figures import Denominator, Figure, Note, Threshold, WhyNot
from supply.coverage.rules.indicators import FORMULAS
from supply.coverage.rules.intervals import Interval
from supply.coverage.rules.numerators import State

WITHHELD = (WhyNot.HIDDEN, WhyNot.NOT_PUBLIC)
"""Why a figure that somebody knows is not shown."""


def figures(facts: Facts, configured: Sequence[Threshold], *, codes: Collection[str] | None = None, before: Facts | None = None) -> list[Figure]:
    """Give the figures of an area: of every indicator that is configured, or of some; each with that of the period before beside it."""
    units = {one.code: one.unit for one in configured}
    order = list(FORMULAS)
    wanted = sorted((code for code in units if codes is None or code in codes), key=lambda code: order.index(code) if code in order else len(order))
    found = [figure for code in wanted for figure in _of(code, units[code], facts, configured)]
    if before is None:
        return found
    earlier = {figure.key: figure for code in wanted for figure in _of(code, units[code], before, configured)}
    return [replace(figure, before=earlier.get(figure.key)) for figure in found]


def _of(code: str, unit: str, facts: Facts, configured: Sequence[Threshold]) -> list[Figure]:
    formula = FORMULAS.get(code)
    if formula is None:
        return [Figure(indicator=code, unit=unit, counted="", area=facts.area, window=facts.window, value=Interval(), why_not=WhyNot.NO_FORMULA)]
    return [_figure(code, unit, facts, ratio, configured) for ratio in formula(facts)]


def _figure(code: str, unit: str, facts: Facts, ratio: Ratio, configured: Sequence[Threshold]) -> Figure:
    why = _why_not(facts, ratio)
    numerator, denominator = ratio.numerator, ratio.denominator
    divided = denominator.interval if denominator else Interval()
    units = numerator.units if numerator else None
    factor = facts.window.to_a_year if ratio.yearly else 1.0
    a_year = None if units is None or why else units * factor
    levels = thresholds.levels(thresholds.in_force(configured, code, facts.window), numerator=a_year, denominator=divided, scale=ratio.scale)
    return Figure(
        indicator=code,
        unit=unit,
        counted=ratio.counted,
        area=facts.area,
        window=facts.window,
        value=Interval() if a_year is None else divided.under(a_year * ratio.scale),
        numerator=replace(numerator, units=None) if numerator and why in WITHHELD else numerator,
        denominator=denominator,
        levels=levels,
        verdict=None if why else thresholds.verdict(levels),
        why_not=why,
        notes=tuple(dict.fromkeys([*ratio.notes, *_notes(facts, ratio, factor)])),
    )


def _why_not(facts: Facts, ratio: Ratio) -> WhyNot | None:
    if ratio.made_of and facts.sums.unpublished:
        return WhyNot.NOT_PUBLIC
    if not facts.sums.hidden.isdisjoint(ratio.made_of):
        return WhyNot.HIDDEN
    if ratio.why_not is not None:
        return ratio.why_not
    if ratio.numerator is None or ratio.numerator.units is None:
        return WhyNot.NO_PLACE if not facts.sums.places else WhyNot.NOT_REPORTED
    return None if ratio.denominator is not None and ratio.denominator.interval.is_known else WhyNot.NO_ESTIMATE


def _notes(facts: Facts, ratio: Ratio, factor: float) -> Iterable[Note]:
    if ratio.numerator is not None and ratio.numerator.state is State.PARTLY:
        yield Note.AT_LEAST
    if factor != 1:
        yield Note.TO_A_YEAR
    if facts.window.cuts_a_month:
        yield Note.CUT
    if ratio.denominator is not None:
        yield from _notes_on(ratio.denominator)


def _notes_on(denominator: Denominator) -> Iterable[Note]:
    if denominator.is_model:
        yield Note.MODEL
    yield from denominator.notes
