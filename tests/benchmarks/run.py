"""`make bench`: every figure is a ratio of things measured in turn in this run, with the machine and its disk beside it.

A, B, C: postings against a bare endpoint. D: stock of a long ledger against that of a short one. E: import against COPY, and verify. F: the start. G: what is owed held in one run. H: the alerts of a country in one night. I: the forecast of a country. J: the national figures of coverage. K: the audit report.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import allocating
import coverage
import figures
import forecasting
import intake
import machine
import nightly
import postings
import reports
import start
import stock
from stage import Stage


def main() -> None:
    """Run the benchmarks asked for and print their table."""
    chosen = _read_options()
    benchmarks = _benchmarks(chosen)
    rows: list[figures.Row] = []
    with tempfile.TemporaryDirectory(prefix="forsyn-bench-") as folder:
        stage = Stage(folder=Path(folder))
        print(machine.machine_line())
        for name, benchmark in benchmarks.items():
            if chosen.only and name not in chosen.only:
                continue
            print(f"\n{name}: {_probes(stage)}", flush=True)
            started = time.perf_counter()
            rows += benchmark(stage)
            print(f"   took {time.perf_counter() - started:.0f} s; after it {_probes(stage)}", flush=True)
    print(f"\n{figures.table(rows)}\n\n{machine.machine_line()}")


def _benchmarks(chosen: argparse.Namespace) -> dict[str, Callable[[Stage], Iterable[figures.Row]]]:
    size = postings.Size.quick() if chosen.quick else postings.Size()
    moves = chosen.moves or (10**6 if chosen.quick else 10**7)
    lines, rounds = (20_000, 3) if chosen.quick else (100_000, size.rounds)
    return {
        "postings": lambda stage: postings.on_postgresql(stage, size),
        "batches": lambda stage: postings.in_batches(stage, size),
        "sqlite": lambda stage: postings.on_sqlite(stage, size),
        "stock": lambda stage: stock.of_a_long_ledger(stage, moves=moves, rounds=size.rounds),
        "import": lambda stage: intake.against_copy(stage, lines=lines, lines_a_posting=10, rounds=rounds),
        "import-singly": lambda stage: intake.against_copy(stage, lines=lines, lines_a_posting=1, rounds=rounds),
        "orders": lambda stage: allocating.of_open_orders(stage, rounds=size.rounds),
        "nightly": lambda stage: nightly.of_a_country(stage, moves=moves, rounds=rounds),
        "forecast": lambda stage: forecasting.of_a_country(stage, rounds=max(5, size.rounds)),
        "report": lambda stage: reports.of_an_edition(stage, rounds=max(5, size.rounds)),
        "coverage": lambda stage: coverage.of_national_figures(stage, moves=moves, rounds=rounds),
        "start": lambda stage: start.of_the_service(stage, rounds=size.rounds),
    }


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes: minutes instead of an hour")
    parser.add_argument(
        "--only",
        action="append",
        metavar="NAME",
        help="only this benchmark (postings, batches, sqlite, stock, import, import-singly, orders, nightly, forecast, coverage, report, start); can be said again",
    )
    parser.add_argument("--moves", type=int, help="how many moves the long ledger has (10⁷, quick: 10⁶)")
    return parser.parse_args()


def _probes(stage: Stage) -> str:
    return f"{machine.fsyncs_a_second(stage.folder):,.0f} fsyncs a second, {machine.hashes_a_second():,.0f} hashes of 8 KiB a second"


if __name__ == "__main__":
    main()
