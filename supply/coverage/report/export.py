"""Everything an edition was made from, as files: so that a stranger recomputes every figure of it with the script that comes along."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from supply import sheets
from supply.clock import day_of, instant_text
from supply.coverage import Ledger
from supply.coverage.queries import basis
from supply.coverage.queries.edition import Edition
from supply.coverage.report import flat
from supply.coverage.report.parts import Material
from supply.coverage.rules.windows import Window, months_from
from supply.reference.models import KitPart, Product

FORMAT = "forsyn-coverage/1"
SCRIPT = Path(__file__).parents[1] / "standalone.py"
COUNTED = ("place", "month", "product", "group", "what", "occasion", "units", "in_kits")
REPORTING = ("place", "month", "active", "said")
KITS = ("kit", "version", "part", "units")
READ_ME = """What this is
============
All figures of coverage of a period (figures.csv), and all that they were made from.

  recompute.py     python recompute.py .   recomputes every figure; needs nothing but Python 3.11
  edition.json     the period, the one before, the borders, the model, and the checkpoint with the seal of each journal
  counted.csv      what each place handed out (to_people) or got back used (used_returned), by month and product; kits as their parts
  reporting.csv    months in which a place recorded something (active), and which it said are fully entered (said)
  kits.csv         what is in a kit, by version
  reference.json   places, municipalities and their changes, inhabitants, deaths, estimates as published, memberships, published totals,
                   thresholds, packs: each with its source. Its SHA-256 stands in edition.json and on the audit report
  figures.csv      the figures
"""


def files(session: Session, found: Material, ledger: Ledger) -> dict[str, bytes]:
    """Give the files of an edition's export, by name. Read it in the snapshot in which the edition was read."""
    edition = found.edition
    windows = (edition.window.before, edition.window)
    frozen = basis.canonical(edition.background)
    return {
        "README.txt": READ_ME.encode(),
        "counted.csv": _csv(COUNTED, _counted(session, edition, ledger, windows)),
        "edition.json": _json(_edition(found, basis.digest_of(frozen))),
        "figures.csv": _csv(flat.HEAD, flat.rows(edition)),
        "kits.csv": _csv(KITS, _kits(session)),
        "recompute.py": SCRIPT.read_bytes(),
        "reference.json": frozen,
        "reporting.csv": _csv(REPORTING, _reporting(session, edition, ledger, windows)),
    }


def _edition(found: Material, reference: str) -> Mapping[str, Any]:
    edition, window = found.edition, found.edition.window
    return {
        "format": FORMAT,
        "period": [window.starts_on.isoformat(), window.ends_on.isoformat()],
        "before": [window.before.starts_on.isoformat(), window.before.ends_on.isoformat()],
        "borders": edition.background.borders.isoformat(),
        "model": edition.asked.model.value,
        "areas": [area.code for area in edition.areas],
        "as_of": {"checkpoint": edition.as_of.checkpoint, "at": instant_text(edition.as_of.at), "day": day_of(edition.as_of.at).isoformat()},
        "journals": {code: {"number": head.number, "digest": head.digest} for code, head in sorted(found.heads.items())},
        "reference": reference,
    }


def _counted(session: Session, edition: Edition, ledger: Ledger, windows: Sequence[Window]) -> Iterator[Sequence[flat.Value]]:
    codes = {place.id: place.code for place in edition.background.places}
    for month in (month for window in windows for month in window.each_month()):
        of_the_month = ledger.counted(session, months_from(month, 1), edition.as_of, None)
        yield from sorted((codes[one.place_id], month.isoformat(), one.product, one.group, one.what, one.occasion, one.units, one.in_kits) for one in of_the_month if one.place_id in codes)


def _reporting(session: Session, edition: Edition, ledger: Ledger, windows: Sequence[Window]) -> Iterator[Sequence[flat.Value]]:
    codes = {place.id: place.code for place in edition.background.places}
    for window in windows:
        reporting = ledger.reporting(session, window, edition.as_of)
        for place_id in sorted((reporting.active.keys() | reporting.said.keys()) & codes.keys()):
            active, said = reporting.active.get(place_id, frozenset()), reporting.said.get(place_id, frozenset())
            for month in sorted(active | said):
                yield codes[place_id], month.isoformat(), int(month in active), int(month in said)


def _kits(session: Session) -> Sequence[Sequence[flat.Value]]:
    codes = dict(session.execute(select(Product.id, Product.code)).all())
    parts = session.execute(select(KitPart.kit_id, KitPart.version, KitPart.part_id, KitPart.units))
    return sorted((codes[kit], version, codes[part], units) for kit, version, part, units in parts)


def _csv(head: Sequence[str], rows: Iterable[Sequence[flat.Value]]) -> bytes:
    target = io.BytesIO()
    sheets.write_csv(target, head, ([flat.plain(value) for value in row] for row in rows))
    return target.getvalue()


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
