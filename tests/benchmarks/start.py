"""F: how long the service takes to start, and how much memory a worker holds."""

import os
import subprocess
import sys
from collections.abc import Iterable
from time import perf_counter

from figures import Row, at_least, at_most
from stage import ROOT, Database, Stage, serving

OURS = "import wsgi; wsgi.create_app()"
BARE = "import flask, flask_sqlalchemy, marshmallow; flask.Flask('bare')"


def of_the_service(stage: Stage, *, rounds: int) -> Iterable[Row]:
    """F: a fresh interpreter up to the application, and gunicorn up to its first answer."""
    database = stage.sqlite()
    starts, bare, firsts, memory = [], [], [], []
    for _ in range(rounds):
        starts.append(_timed_interpreter(database, OURS))
        bare.append(_timed_interpreter(database, BARE))
        with serving(database, stage.folder / "gunicorn.log", workers=1) as served:
            firsts.append(served.seconds_to_first_answer)
            memory += served.workers_rss_mib()
    yield at_most("F  fresh interpreter to application", 2, starts, "s")
    yield at_least("   (÷ importing Flask and the libraries alone)", 0, [ours / other for ours, other in zip(starts, bare, strict=True)])
    yield at_most("F  gunicorn to its first answer", 2, firsts, "s")
    yield at_most("F  memory of a worker at the start", 110, memory, "MiB")


def _timed_interpreter(database: Database, code: str) -> float:
    started = perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=os.environ | database.environment, check=True, capture_output=True)
    return perf_counter() - started
