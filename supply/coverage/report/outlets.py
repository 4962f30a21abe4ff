"""The two lists that European and world bodies ask for: syringe availability by type of outlet and region, and needles and syringes per person who injects."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from supply.coverage import Ledger
from supply.coverage.queries.background import PlaceKnown
from supply.coverage.queries.edition import Edition
from supply.coverage.queries.summed import summed
from supply.coverage.report.flat import Value
from supply.coverage.report.templates import template
from supply.coverage.rules.bodies import county_of
from supply.coverage.rules.estimates import NATION
from supply.coverage.rules.figures import Figure
from supply.coverage.rules.numerators import NEEDLE, SYRINGE, USED_RETURNED, Origin, Sums

COUNTRY = "Norway"


@dataclass(frozen=True, kw_only=True)
class Outlet:
    """A place that had something to report in the window, and what it came to."""

    place: PlaceKnown
    county: str | None
    sums: Sums

    @property
    def has_reported(self) -> bool:
        """Whether it recorded something, or said that all is entered."""
        return bool(self.sums.active or self.sums.said)


def outlets(session: Session, edition: Edition, ledger: Ledger) -> list[Outlet]:
    """Give the places of the country that hand out, each with its sums, as of the edition's moment."""
    found = summed(session, edition.background, edition.window, edition.as_of, ledger, apart=True)
    there = ((place, found.by_place[place.id]) for place in edition.background.places if place.id in found.by_place)
    return [Outlet(place=place, county=county_of(body) if (body := edition.background.home[place.id]) else None, sums=sums) for place, sums in there if sums.places]


def st10(edition: Edition, there: Iterable[Outlet]) -> tuple[Sequence[str], list[Sequence[Value]]]:
    """Give the European standard table of syringe availability: its heads, and a row for each region and type of outlet, those of the country last. Pharmacy sales are no part of it."""
    form = template("st10")
    by_kind: dict[tuple[str, str], list[Outlet]] = defaultdict(list)
    for one in there:
        for region in (one.county or "", NATION):
            by_kind[region, one.place.kind].append(one)
    names = {**edition.background.counties, "": "Not known", NATION: COUNTRY}
    kinds = list(form["outlets"])
    ordered = sorted(by_kind, key=lambda key: (key[0] == NATION, key[0], kinds.index(key[1]) if key[1] in kinds else len(kinds)))
    rows = (_st10_row(edition, region, names.get(region, region), form["outlets"].get(kind, kind), by_kind[region, kind], form["note"]) for region, kind in ordered)
    keys = [column["key"] for column in form["columns"]]
    return [column["title"] for column in form["columns"]], [[row[key] for key in keys] for row in rows]


def _st10_row(edition: Edition, code: str, region: str, outlet: str, sites: Sequence[Outlet], note: str) -> Mapping[str, Value]:
    reporting = [one for one in sites if one.has_reported]
    return {
        "country": COUNTRY,
        "year": _period(edition),
        "region_code": code,
        "region": region,
        "outlet": outlet,
        "sites": len(sites),
        "sites_reporting": len(reporting),
        "coverage_percent": round(100 * len(reporting) / len(sites), 1),
        "syringes_thousands": sum(one.sums.handed_out(SYRINGE) for one in reporting) / 1000 if reporting else None,
        "returned_thousands": sum(one.sums.units[USED_RETURNED, SYRINGE] for one in reporting) / 1000 if reporting else None,
        "comment": note,
    }


def unaids(edition: Edition, there: Sequence[Outlet]) -> tuple[Sequence[str], list[Sequence[Value]]]:
    """Give the world's indicator: the country, by type of provider, and by county; numerator and denominator beside it. Values are reckoned to a year, numerators are as counted."""
    form = template("unaids")
    names = {area.code: area.name or COUNTRY for area in edition.areas}
    figures = [figure for figure in edition.figures if figure.indicator == "syringes_per_person" and len(figure.area) == 2 and figure.numerator and figure.numerator.origin is Origin.LEDGER]
    rows = [_unaids_row(form, edition, figure, names[figure.area]) for figure in figures]
    rows[1:1] = [_by_provider(form, edition, provider, sums) for provider, sums in _providers(there, form["providers"])] if rows else []
    return form["columns"], [[row.get(key) for key in form["columns"]] for row in rows]


def _unaids_row(form: Mapping[str, Any], edition: Edition, figure: Figure, name: str) -> dict[str, Value]:
    numerator, denominator = figure.numerator, figure.denominator
    by_model = f"allocated by the model {denominator.model}; " if denominator and denominator.model else ""
    assert numerator is not None
    return {
        **_common(form, edition),
        "level": "national" if figure.area == NATION else "subnational",
        "area_code": figure.area,
        "area": name,
        "provider": "all",
        "numerator": numerator.units,
        "loose_needles": None if numerator.units is None else numerator.aside.get("loose_needles"),
        **({f"denominator_{bound}": value for bound, value in vars(denominator.interval).items() if bound != "point"} if denominator else {}),
        "denominator": denominator.interval.middle if denominator else None,
        "value_low": figure.value.low,
        "value": figure.value.point,
        "value_high": figure.value.high,
        "denominator_year": denominator.year if denominator else None,
        "denominator_method": f"{by_model}{denominator.method or ''}" if denominator else None,
        "denominator_source": denominator.source if denominator else None,
        "reporting": figure.why_not.value if figure.why_not else numerator.state.value if numerator.state else None,
    }


def _by_provider(form: Mapping[str, Any], edition: Edition, provider: str, sums: Sums) -> dict[str, Value]:
    state = sums.state(SYRINGE)
    is_known = bool(sums.said or sums.active)
    told = {"numerator": sums.handed_out(SYRINGE), "loose_needles": sums.handed_out(NEEDLE)} if is_known else {}
    return {**_common(form, edition), "level": "national", "area_code": NATION, "area": COUNTRY, "provider": provider, **told, "reporting": state.value}


def _providers(there: Iterable[Outlet], names: Mapping[str, str]) -> Iterator[tuple[str, Sums]]:
    found: dict[str, Sums] = {}
    for one in there:
        name = names[_owner_kind(one.place.owner)]
        found.setdefault(name, Sums()).take_in(one.sums)
    yield from sorted(found.items())


def _owner_kind(owner: str | None) -> str:
    return "unknown" if not owner else "municipality" if owner.isdigit() else "org"


def _common(form: Mapping[str, Any], edition: Edition) -> dict[str, Value]:
    window = edition.window
    return {"indicator": form["indicator"], "country": COUNTRY, "from": window.starts_on.isoformat(), "to": window.ends_on.isoformat(), "comment": form["note"]}


def _period(edition: Edition) -> str:
    window = edition.window
    is_a_year = (window.starts_on.month, window.months) == (1, 12)
    return str(window.starts_on.year) if is_a_year else f"{window.starts_on:%Y-%m} to {window.ends_on:%Y-%m}"
