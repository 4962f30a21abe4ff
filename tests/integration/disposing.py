"""A disposal as tests ask for it: somebody prepares it, somebody else is the witness."""

from typing import Any

from supply import clock

SPRAY, SWAB = "naloxone-nyxoid", "swab"
BUS = "oslo-outreach"
OVER = "2026-10-31"


def stocked(who: Any, place: str = BUS) -> None:
    """Put two lots of sprays and one of swabs on a shelf, all of them expired by now."""
    who.receive(SPRAY, 10, lot="A1", expires_on=OVER, place=place, on="2026-10-01")
    who.receive(SPRAY, 6, lot="B1", expires_on="2026-09-30", place=place, on="2026-09-01")
    who.receive(SWAB, 40, lot="S1", expires_on=OVER, place=place, on="2026-10-01")


def asked(place: str = BUS, **more: Any) -> dict[str, Any]:
    """Give what is said to destroy everything expired at a place today."""
    return {"place": place, "occurred_on": clock.today().isoformat(), **more}


def prepared(who: Any, place: str = BUS) -> dict[str, Any]:
    """Prepare a disposal; gives it as it is answered."""
    answer = who.post("/disposal-runs", asked(place))
    assert answer.status_code == 201, answer.text
    run: dict[str, Any] = answer.json
    return run


def act(who: Any, run: dict[str, Any], what: str, **settings: Any) -> Any:
    """Confirm or drop a disposal; gives the answer, whatever it is."""
    return who.post(f"/disposal-runs/{run['number']}/{what}", {}, **settings)


def disposals_at(who: Any, place: str = BUS) -> list[dict[str, Any]]:
    """Give the postings of disposals at a place."""
    found: list[dict[str, Any]] = who.get(f"/journals/{place}", kind="disposal", limit=500).json
    return found
