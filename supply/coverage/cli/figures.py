"""`flask coverage show` and `gaps`: the figures of an area, and where what is handed out does not reach."""

from datetime import datetime

import click
from flask import current_app

from supply import clock
from supply.coverage.cli.group import DAY, OPERATOR, coverage, day, refusals_told
from supply.coverage.queries.edition import Edition, edition
from supply.coverage.rules.allocation import Model
from supply.coverage.rules.asked import Wanted
from supply.coverage.rules.figures import Figure
from supply.db import in_one_snapshot


@coverage.command("show")
@click.option("--from", "first", type=DAY, help="The first day; twelve months up to now where none is named.")
@click.option("--to", "last", type=DAY, help="The last day.")
@click.option("--area", default="NO", show_default=True, help="NO, a county, a municipality, set:network.")
@click.option("--indicator", help="Only this one.")
@click.option("--model", type=click.Choice([model.value for model in Model]), default=Model.BLENDED.value, show_default=True)
@click.option("--as-of", type=int, help="A checkpoint; now where none is named.")
def show(first: datetime | None, last: datetime | None, area: str, indicator: str | None, model: str, as_of: int | None) -> None:
    """Say an area's figures: low, point, high, the verdict, how far it is reported."""
    found = _edition(Wanted(from_=day(first), to=day(last), area=area, indicator=indicator, model=model, as_of=as_of))
    click.echo(f"{found.area.name or found.area.code}, {found.window.starts_on} to {found.window.ends_on}, as of {_moment(found)}")
    for figure in found.figures:
        click.echo(f"{figure.indicator} ({figure.counted}): {_said(figure)}")


@coverage.command("gaps")
@click.option("--area", default="NO", show_default=True, help="NO, a county, a municipality, set:network.")
def gaps(area: str) -> None:
    """Say where something is lacking, and what would close it."""
    for gap in _edition(Wanted(area=area)).gaps:
        needs = [f"{gap.needs_syringes:,.0f} syringes a year"] if gap.needs_syringes else []
        needs += [f"{gap.needs_places} service point"] if gap.needs_places else []
        needs += [*gap.lacks, *([f"reports since {gap.silent_since:%Y-%m}"] if gap.silent_since else [])]
        people = f", {gap.people:,.0f} {'known' if gap.are_known else 'by a model'}" if gap.people else ""
        click.echo(f"{gap.kind.value:<16} {gap.area or '-':<5} {gap.name}{people}: needs {', '.join(needs) or 'nothing more'}")


def _edition(wanted: Wanted) -> Edition:
    today = clock.today()
    with refusals_told():
        asked = wanted.asked(today)
        return in_one_snapshot(lambda session: edition(session, asked, by=OPERATOR, ledger=current_app.extensions["coverage_ledger"], today=today))


def _said(figure: Figure) -> str:
    if figure.why_not is not None or figure.value.point is None:
        return f"not known: {(figure.why_not or 'not reported').replace('_', ' ')}"
    low, high = figure.value.low, figure.value.high
    between = f" ({low:,.4g} to {high:,.4g})" if low is not None and high is not None else ""
    certainty = figure.verdict.certainty if figure.verdict else None
    sure = "" if certainty is None else ", over 99% sure" if certainty > 0.99 else f", {certainty:.0%} sure"
    verdict = f", {figure.verdict.label}{sure}" if figure.verdict else ""
    numerator = figure.numerator
    state = f", {numerator.state.value.replace('_', ' ')}" if numerator and numerator.state else ""
    origin = f", {numerator.origin.value}" if numerator else ""
    model = f", denominator by the model {figure.denominator.model}" if figure.denominator and figure.denominator.is_model else ""
    return f"{figure.value.point:,.4g}{between}{verdict}{state}{origin}{model}"


def _moment(found: Edition) -> str:
    number = found.as_of.checkpoint
    return f"checkpoint {number}" if number is not None else f"{found.as_of.at:%Y-%m-%d %H:%M}Z"
