"""What the tests of the interface share: a body that is right for each act, and what any refusal must look like."""

import copy
import re
from collections.abc import Iterator
from typing import Any

from tests.conftest import DAY

PLACE, KITS_AT = "oslo-servicepoint", "oslo-servicepoint-2"
PRODUCT, KIT = "naloxone-nyxoid", "kit-one"
KIT_LOT = ["K-not-packed-yet"]
"""The lot of the kits that were packed at KITS_AT: the service makes its number up, so whoever packs them writes it here."""
Body = dict[str, Any]
Path = tuple[str | int, ...]


def bodies() -> dict[str, Body]:
    """Give a body for each act that is right once, after A1 was received and some of it handed out (postings 1 and 2 at PLACE), and kits of one unit each lie at KITS_AT."""
    line = {"product": PRODUCT, "lot": "A1", "units": 2}
    one = line | {"units": 1}
    found = line | {"expires_on": "2028-01-31", "units": 85, "reasons": [{"reason": "damaged", "units": 2}]}
    act = {"place": PLACE, "occurred_on": DAY.isoformat()}
    receipt = act | {"supplier": "Apotek 1", "document": "D-1", "lines": [line | {"expires_on": "2028-01-31"}]}
    return {
        "receipts": receipt,
        "handouts": act | {"lines": [line | {"occasion": "first_time", "recipient": "at_risk"}], "unmet": [{"product": PRODUCT, "units": 1}]},
        "returns": act | {"reason": "unused", "lines": [line], "used": [{"product": PRODUCT, "units": 1}]},
        "supplier-returns": act | {"reason": "damaged", "lines": [line]},
        "disposals": act | {"reason": "damaged", "lines": [line]},
        "transfers": act | {"to": "oslo-outreach", "lines": [line]},
        "reclassifications": act | {"reason": "other", "lines": [line | {"from": "people", "to": "lost"}]},
        "corrections": {"journal": PLACE, "number": 2, "reason": "mistyped"},
        "counts": act | {"seen": 2, "whole": False, "lines": [found]},
        "assemblies": act | {"kit": KIT, "units": 2, "parts": [line]},
        "unpackings": act | {"place": KITS_AT, "kit": KIT, "lot": KIT_LOT[0], "units": 2, "parts": [one], "missing": [dict(one)]},
        "postings/batch": {"postings": [{"kind": "receipt", "key": "entry-0001", "body": receipt | {"document": "D-2"}}]},
    }


def paths_to(body: Any, name: str, above: Path = ()) -> Iterator[Path]:
    """Find every member of a name, however deep."""
    members = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in members:
        if key == name:
            yield (*above, key)
        yield from paths_to(value, name, (*above, key))


def objects_in(body: Any, above: Path = ()) -> Iterator[Path]:
    """Find every object of a body, itself first."""
    if isinstance(body, dict):
        yield above
    for key, value in body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ():
        yield from objects_in(value, (*above, key))


def changed(body: Body, path: Path, value: Any) -> Body:
    """Give a copy of a body with one member another."""
    result = copy.deepcopy(body)
    inner: Any = result
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return result


def without(body: Body, path: Path) -> Body:
    """Give a copy of a body with one member left out."""
    result = copy.deepcopy(body)
    inner: Any = result
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return result


def problem(answer: Any, status: int, code: str | None = None) -> Body:
    """Assert that an answer is a refusal as RFC 9457 has it; give its members."""
    assert answer.status_code == status, answer.text[:400]
    assert answer.mimetype == "application/problem+json"
    said: Body = answer.json
    assert {"type", "title", "status", "detail", "instance", "code"} <= set(said)
    assert said["status"] == status
    assert said["type"] == f"/problems/{said['code']}"
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", said["code"])
    assert said["title"]
    assert "{" not in said["detail"]
    assert said["instance"] == answer.request.path
    if code is not None:
        assert said["code"] == code
    return said


def names(said: Body, path: Path) -> bool:
    """Tell whether a refusal points at a member: by the field errors, or by `at`."""
    if said.get("at") == ".".join(map(str, path)):
        return True
    inner: Any = said.get("errors")
    for step in path:
        if not isinstance(inner, dict) or str(step) not in inner:
            return False
        inner = inner[str(step)]
    return bool(inner)
