"""Whether what is handed out reaches those who inject. It is handed its numerators by wsgi, and knows no feature."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from supply.coverage.rules.numerators import Acts, AsOf, Counted, Reporting
from supply.coverage.rules.windows import Window

if TYPE_CHECKING:
    from flask import Flask


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """What somebody who keeps account of hand-outs answers; each question is one of sums, and takes no longer for a longer history."""

    as_of: Callable[[Session, int | None], AsOf | None]
    """Where all journals stand at a checkpoint, or now; None where there is no such checkpoint."""
    counted: Callable[[Session, Window, AsOf, Collection[int] | None], Iterable[Counted]]
    """What was handed out in a window, by place and product; where some places are named, the others of a municipality may come together, under any one of them,
    and so may the products of a group; but for naloxone, of which packs are counted."""
    by_month: Callable[[Session, Window, AsOf, Collection[int] | None], Iterable[tuple[date, Counted]]]
    """The same by month and without places, of some places or of all."""
    reporting: Callable[[Session, Window, AsOf], Reporting]
    """Which places recorded anything in which months, and which months they said are entered."""
    heads: Callable[[Session, int], Mapping[str, tuple[int, str]]]
    """Where each journal stood at a checkpoint: its last posting and that one's seal."""
    take_checkpoint: Callable[[Session, datetime], int]
    """Keep where all journals stand now; gives the checkpoint's number."""
    acts: Callable[[Session, Window, AsOf], Iterable[Acts]]
    """How often something was handed out, by place and product group: the one question that reads moves. Asked once for a month, when it becomes public."""


def init_app(app: "Flask", *, ledger: Ledger) -> None:
    """Join the routes, pages and commands of coverage to the app; `ledger` is where its numerators come from."""
    from supply.coverage import api, cli, jobs, pages
    from supply.jobs.rules import Daily
    from supply.jobs.service import Job, register

    app.extensions["coverage_ledger"] = ledger
    app.extensions["api"].register_blueprint(api.api)
    app.extensions["csrf"].exempt(api.api)
    app.register_blueprint(pages.pages)
    app.cli.add_command(cli.coverage)
    register(app, Job(name="public", schedule=Daily(at=time(4, 20)), work=jobs.publish))
