"""Recompute every figure of an edition from its export, without the service: Python and this file are enough.

    python recompute.py FOLDER

FOLDER holds what `flask coverage export` wrote: counted.csv (what each place handed out, or got back used, by month and product;
kits as their parts), reporting.csv (in which months a place recorded something, and which it said are fully entered),
reference.json (municipalities and their changes, places, inhabitants, deaths, estimates as published, memberships, published
totals, thresholds, packs), edition.json (the period, the model, the checkpoint) and figures.csv, which is what is recomputed.

This file was written apart from the service and shares no line with it. It prints what it found, and exits with 1 at the first
figure that comes out otherwise, which it names. It is one file, though a long one, so that it can be handed out by itself.
"""

import argparse
import csv
import functools
import hashlib
import json
import math
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

FORMAT = "forsyn-coverage/1"
Z = 1.959963984540054  # so many standard deviations on either side hold 95 %
UNKNOWN = (None, None, None)
GIVING = ("service_point", "outreach", "prison", "pharmacy")
PARTS = ("cooker", "swab", "acid", "filter")
REFILLS = ("refill_used", "refill_lost", "refill_expired", "refill_other")
SURE = {"high": 3, "medium": 2, "low": 1}
MODELS = ("population", "deaths", "known")

Interval = tuple[Any, Any, Any]


class Failed(Exception):
    """What does not agree."""


def middle(interval: Interval) -> Any:
    """Give the point, else the geometric mean of low and high."""
    low, point, high = interval
    return math.sqrt(low * high) if point is None and low and high else point


def sigma(lower: Any, upper: Any) -> float:
    """Give the standard deviation of the logarithm between a bound and the middle."""
    return math.log(upper / lower) / Z if lower and upper and upper > lower else 0.0


def scaled(interval: Interval, factor: float) -> Interval:
    """Give an interval of so many times as much."""
    low, point, high = (None if bound is None else bound * factor for bound in interval)
    return low, point, high


def widened(interval: Interval) -> Interval:
    """Give the interval a model gives: it is taken to be right within a factor of 1.5, 95 times in 100."""
    mid = middle(interval)
    if not mid:
        return interval
    below, above = (math.sqrt(one**2 + (math.log(1.5) / Z) ** 2) for one in (sigma(interval[0], mid), sigma(mid, interval[2])))
    return mid * math.exp(-Z * below), mid, mid * math.exp(Z * above)


def chance_at_most(interval: Interval, value: float) -> Any:
    """Give the chance that what is estimated is no more than a value."""
    low, mid, high = interval[0], middle(interval), interval[2]
    if not mid or low is None or high is None:
        return None
    if value / mid <= 0:  # also where it is too small to be told from nought
        return 0.0
    spread = sigma(low, mid) if value < mid else sigma(mid, high)
    return (1 + math.erf(math.log(value / mid) / spread / math.sqrt(2))) / 2 if spread else float(value >= mid)


class Reference:
    """The reference data, and what numbers have become by the borders."""

    def __init__(self, kept: dict[str, Any], borders: str) -> None:
        self.kept, self.borders = kept, borders
        self.municipalities = kept["municipalities"]
        self.places = {place["code"]: place for place in kept["places"]}

    def body(self, number: str, since: str = "", until: str = "") -> Any:
        """Give the number a number has become, or (split, its parts)."""
        for step in self.steps(since, until or self.borders):
            if number in step:
                into = step[number]
                if any(kind == "split" for _, kind in into):
                    return number, tuple(new for new, _ in into)
                number = into[0][0]
        return number

    @functools.cache  # noqa: B019  one for each run
    def steps(self, since: str, until: str) -> list[dict[str, list[tuple[str, str]]]]:
        """Give what each number became, day by day; what happens on one day happens at once."""
        found: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
        for day, old, new, kind in self.kept["changes"]:
            if since < day <= until:
                found[day][old].append((new, kind))
        return [dict(found[day]) for day in sorted(found)]

    def carried(self, ages: str, on: str) -> tuple[dict[str, float], dict[Any, float]]:
        """Give inhabitants of a day under today's numbers, and those that stay with municipalities that were split."""
        found: dict[str, float] = defaultdict(float)
        left: dict[Any, float] = defaultdict(float)
        for area, day, of, count, _ in self.kept["populations"]:
            if (day, of, len(area)) == (on, ages, 4):
                body = self.body(area, since=on)
                (found if isinstance(body, str) else left)[body] += count
        return dict(found), dict(left)

    def complete(self, ages: str) -> list[str]:
        """Give the days on which the municipalities' inhabitants add up to the country's."""
        whole = {on: count for area, on, of, count, _ in self.kept["populations"] if (area, of) == ("NO", ages)}
        parts: dict[str, int] = Counter()
        for area, on, of, count, _ in self.kept["populations"]:
            parts[on] += count if of == ages and len(area) == 4 else 0
        return sorted(on for on, count in whole.items() if parts[on] == count)

    def then(self, number: str, day: str) -> set[str]:
        """Give the numbers of a day that have become one of the borders."""
        return {one for one, start, end, _ in self.kept["valid"] if start <= day and (end is None or end > day) and self.body(one, since=day) == number}


def share_out(weights: dict[str, float]) -> dict[str, float]:
    """Make weights shares of one."""
    whole = sum(weights.values())
    return {number: weight / whole for number, weight in weights.items()} if whole else {}


class Denominators:
    """What is divided by, in a period."""

    def __init__(self, reference: Reference, last: str, model: str) -> None:
        self.of, self.last, self.year, self.model = reference, last, int(last[:4]), model
        self.estimates = [one for one in reference.kept["estimates"] if one["year"] <= self.year and middle(bounds(one))]
        self.national = self.chosen([one for one in self.estimates if one["area"] == "NO"])
        self.own: dict[str, list[Any]] = defaultdict(list)
        known: dict[str, list[Any]] = defaultdict(list)
        for one in self.estimates:
            since = f"{one['year']}-01-01"
            body = reference.body(one["area"], since=since) if len(one["area"]) == 4 else one["area"]
            if isinstance(body, str) and (len(one["area"]) != 4 or reference.then(body, since) <= {one["area"], body}):
                self.own[body].append(one)
            if isinstance(body, str) and one["kind"] == "known_injectors" and len(one["area"]) == 4:
                known[body].append(one)
        self.known = {}
        for number, theirs in known.items():
            year = max(one["year"] for one in theirs)
            self.known[number] = sum(middle(bounds(one)) for one in {one["area"]: one for one in theirs if one["year"] == year}.values())
        self.shares = self.shared()
        whole = [on for on in reference.complete("all") if on <= last]
        self.inhabitants = reference.carried("all", whole[-1]) if whole else None

    def chosen(self, fitting: list[Any]) -> Any:
        """Give the newest estimate; of several for a year the surest, then the one that says most, then the one published last."""
        pwid = [one for one in fitting if one["kind"] == "pwid"]
        return max(pwid, key=lambda one: (one["year"], SURE.get(one["confidence"], 0), one["low"] is not None, one["published_on"] or "", one["source"]), default=None)

    def shared(self) -> dict[str, dict[str, float]]:
        """Give each model's share of the country by municipality."""
        days = self.of.complete("15-64")
        newest = max((on for area, on, ages, _, _ in self.of.kept["populations"] if (area, ages) == ("NO", "all")), default=None)
        if not days or newest is None:
            return {}
        sooner = [on for on in days if on <= self.last]
        grown, everybody = self.of.carried("15-64", sooner[-1] if sooner else days[0]), self.of.carried("all", newest)
        ratio = (sum(grown[0].values()) + sum(grown[1].values())) / (sum(everybody[0].values()) + sum(everybody[1].values()))
        persons = {number: grown[0].get(number) or everybody[0].get(number, 0) * ratio for number in self.of.municipalities}
        mapped = {number: count for number, count in self.known.items() if number in persons}
        together, whole = sum(persons[number] for number in mapped), sum(mapped.values())
        by_known = {**persons, **{number: together * count / whole for number, count in mapped.items() if whole}}
        found = {"population": share_out(persons), "deaths": share_out(self.by_deaths(persons)), "known": share_out(by_known)}
        return {**found, "blended": {number: sum(of[number] for of in found.values()) / 3 for number in persons}}

    def by_deaths(self, persons: dict[str, float]) -> dict[str, float]:
        """Share by the deaths of the counties that are known, within each by inhabitants."""
        years: dict[int, dict[str, float]] = defaultdict(dict)
        for one in self.of.kept["deaths"]:
            if one["year"] <= self.year and len(one["area"]) == 2:
                years[one["year"]][one["area"]] = one["deaths"]
        usable = [year for year, known in years.items() if "NO" in known and len(known) > 1]
        if not usable:
            return persons
        day, counties = f"{max(usable)}-12-31", dict(years[max(usable)])
        left, weights = counties.pop("NO"), {}
        for county, deaths in sorted(counties.items()):
            ever = [(number, start, end) for number, start, end, of in self.of.kept["valid"] if of == county]
            lay = [number for number, start, end in ever if start <= day and (end is None or end > day)] or [number for number, _, _ in ever]
            bodies = [self.of.body(number) for number in lay]
            flat = {one for body in bodies for one in ([body] if isinstance(body, str) else [self.of.body(part) for part in body[1]])}
            there = {number: persons[number] for number in flat if isinstance(number, str) and number in persons}
            weights.update({number: deaths * count / sum(there.values()) for number, count in there.items()})
            left -= deaths
        others = {number: count for number, count in persons.items() if number not in weights}
        return {**weights, **{number: max(left, 0) * count / sum(others.values()) for number, count in others.items()}} if weights else persons

    def people(self, area: str, numbers: set[str]) -> Any:
        """Give how many inject in an area, and the model where it is one."""
        own = self.national if area == "NO" else self.chosen(self.own.get(area, []))
        if own is not None and (area == "NO" or self.national is None or self.national["year"] - own["year"] <= 10):
            return bounds(own), None
        if self.national is None:
            return None
        found = self.allocated(numbers, self.model)
        return (found, self.model) if middle(found) else None

    def allocated(self, numbers: set[str], model: str) -> Interval:
        """Give what a model allocates to some municipalities."""
        of = self.shares.get(model, {})
        share = sum(of[number] for number in numbers) if numbers and all(number in of for number in numbers) else 0
        if not share:
            return UNKNOWN
        mine = scaled(bounds(self.national), share)
        if model != "blended":
            return widened(mine)
        ways = [one for one in (self.allocated(numbers, single) for single in MODELS) if middle(one)]
        lows, highs = [one[0] for one in ways if one[0] is not None], [one[2] for one in ways if one[2] is not None]
        return min(lows, default=None), middle(mine), max(highs, default=None)

    def deaths(self, area: str) -> Any:
        """Give the opioid deaths of the newest year that is near enough."""
        rows = [one for one in self.of.kept["deaths"] if area in {one["area"], self.of.body(one["area"])} and self.year - 5 <= one["year"] <= self.year]
        if not rows:
            return None
        newest = max(rows, key=lambda one: int(one["year"]))
        shares = {one["year"]: one["opioid_share"] for one in self.of.kept["deaths"] if one["area"] == "NO" and one["opioid_share"] is not None and one["year"] <= newest["year"]}
        share = newest["opioid_share"] if newest["opioid_share"] is not None else shares[max(shares)] if shares else None
        return None if share is None else ((None, newest["deaths"] * share, None), None)

    def persons(self, area: str, numbers: set[str]) -> Any:
        """Give the inhabitants of an area."""
        if self.inhabitants is None:
            return None
        found, left = self.inhabitants
        if area == "NO":
            count = sum(found.values()) + sum(left.values())
        elif len(area) != 2 and any(number not in found for number in numbers):
            count = 0
        else:
            count = sum(found.get(number, 0) for number in numbers) + sum(one for body, one in left.items() if len(area) == 2 and {part[:2] for part in body[1]} == {area})
        return ((None, count, None), None) if count else None


def bounds(one: Any) -> Interval:
    """Give an estimate's low, point and high."""
    return one["low"], one["point"], one["high"]


class Sums:
    """What the places of an area come to in a period."""

    def __init__(self) -> None:
        self.units: Counter[tuple[str, str]] = Counter()
        self.occasions: Counter[str] = Counter()
        self.packs, self.unpacked = 0.0, 0
        self.places = self.months = self.said = self.active = 0

    def gave(self, group: str) -> int:
        """Give the units of a group that were handed out."""
        return self.units["to_people", group]

    def known(self, group: str, units: Any) -> Any:
        """Give units as far as anything is reported, and how far that is."""
        if self.months and self.said >= self.months:
            return units, "reported" if self.gave(group) else "reported_zero"
        return (units, "partly") if self.said or self.active else (None, "not_reported")


class Period:
    """One period of the edition: every place's rows, and the facts of each area."""

    def __init__(self, export: "Export", first: str, last: str) -> None:
        self.export, self.first, self.last = export, first, last
        self.months = [month for month in every_month(first, last) if month <= export.edition["as_of"]["day"]]
        self.length = len(every_month(first, last))
        self.of, packs = export.reference, export.reference.kept["pack_units"]
        self.denominators = Denominators(self.of, last, export.edition["model"])
        self.rows: dict[str, list[Any]] = defaultdict(list)
        for row in export.counted:
            if first <= row["month"] <= last:
                self.rows[row["place"]].append(row)
        sizes = {packs.get(code) for code in self.of.kept["naloxone"]}
        self.pack = sizes.pop() if len(sizes) == 1 else None
        self.home = {code: place["municipality"] and self.of.body(place["municipality"]) for code, place in self.of.places.items()}
        self.gives = {programme: self.members_of(programme) for programme in ("equipment", "naloxone")}

    def members_of(self, programme: str) -> set[Any]:
        """Give the members of a programme on the last day; unconfirmed ones are not counted."""
        found = {
            self.of.body(number, until=min(self.last, self.of.borders))
            for number, of, start, end, confidence in self.of.kept["memberships"]
            if of == programme and start <= self.last and (end is None or end > self.last) and confidence != "unconfirmed"
        }
        return {self.of.body(member) for member in found if isinstance(member, str)}

    @functools.cache  # noqa: B019  one for each run
    def sums(self, area: str) -> Sums:
        """Sum over the places of an area."""
        found = Sums()
        numbers = {number for number in self.of.municipalities if number.startswith(area)} if area != "NO" else set()
        for code, place in self.of.places.items():
            body = self.home[code]
            split_here = isinstance(body, tuple) and len(area) == 2 and len(numbers) != 1 and {part[:2] for part in body[1]} == {area}
            if area == "NO" or body in numbers or split_here:
                self.add(found, code, place)
        return found

    def add(self, found: Sums, code: str, place: Any) -> None:
        """Add a place."""
        gave = False
        for row in self.rows[code]:
            units, group = int(row["units"]), row["group"]
            found.units[row["what"], group] += units
            if row["what"] == "to_people":
                gave = gave or bool(units)
                if group == "naloxone":
                    found.occasions[row["occasion"]] += units
                    size = self.of.kept["pack_units"].get(row["product"])
                    found.packs += units / size if size else 0
                    found.unpacked += 0 if size else units
        opened, closed = place["opened_on"] or "", place["closed_on"] or "9999"
        expected = [month for month in self.months if opened <= month_end(month) and closed > month]
        if gave or (expected and place["kind"] in GIVING):
            found.places += 1
            found.months += len(expected)
            found.said += sum((code, month) in self.export.said for month in expected)
            found.active += sum((code, month) in self.export.active for month in expected)

    def figures(self, area: str) -> Any:
        """Give the figures of an area: indicator, counted, origin, numerator, denominator, scale, whether to a year, why not."""
        sums, of = self.sums(area), self.denominators
        numbers = {number for number in self.of.municipalities if area == "NO" or number.startswith(area)}
        people, deaths, persons = of.people(area, numbers), of.deaths(area), of.persons(area, numbers)
        syringes, _ = sums.known("syringe", sums.gave("syringe"))
        yield "syringes_per_person", "syringes", "ledger", syringes, people, 1, True, None
        for one in self.published(area, "syringe"):
            yield "syringes_per_person", "syringes" if one["unit_as_reported"] == "syringes" else "needles", "published", one["units"], people, 1, True, None
        for counted, origin, units, hidden in self.naloxone(sums, area):
            yield "naloxone_against_deaths", counted, origin, units, deaths, 1, True, None if deaths and not hidden else hidden if deaths else "no_deaths"
            if counted == "sprays":
                yield "naloxone_per_100000", counted, origin, units, persons, 100_000, True, None if persons else "no_population"
                yield "naloxone_per_100_injectors", counted, origin, units, people, 100, True, None
        yield from self.shares(sums)
        if len(numbers) > 1:
            yield from self.availability(sorted(numbers))
        yield "persons_reached", "people", "", None, None, 1, False, "not_collected"

    def naloxone(self, sums: Sums, area: str) -> Any:
        """Give naloxone in sprays and in packs, from the ledger and as published."""
        yield "sprays", "ledger", sums.known("naloxone", sums.gave("naloxone"))[0], None
        yield "packs", "ledger", None if sums.unpacked else sums.known("naloxone", sums.packs)[0], "no_pack" if sums.unpacked else None
        for one in self.published(area, "naloxone"):
            in_sprays = one["unit_as_reported"].startswith("sprays")
            yield "sprays" if in_sprays else "kits", "published", one["units"], None
            if in_sprays and self.pack:
                yield "packs", "published", one["units"] / self.pack, None

    def published(self, area: str, group: str) -> list[Any]:
        """Give what was published of a group for just this period."""
        return [one for one in self.of.kept["published"] if (one["area"], one["group"], one["starts_on"], one["ends_on"]) == (area, group, self.first, self.last)]

    def shares(self, sums: Sums) -> Any:
        """Give what is divided by what the same places handed out."""
        refills = sum(sums.occasions[occasion] for occasion in REFILLS)
        for indicator, counted, group, part, whole in (
            ("full_set_share", "sets", "syringe", min(sums.gave(part) for part in PARTS), sums.gave("syringe")),
            ("return_ratio", "syringes", "syringe", sums.units["used_returned", "syringe"], sums.gave("syringe")),
            ("used_on_overdose", "sprays", "naloxone", sums.occasions[REFILLS[0]], refills),
        ):
            units, _ = sums.known(group, part)
            yield indicator, counted, "ledger", units, ((None, whole, None), None) if whole else None, 1, False, None if whole or units is None else "nothing_to_share"

    def availability(self, numbers: list[str]) -> Any:
        """Give the people, and the municipalities, where a programme is."""
        of = self.denominators
        estimated = {number: middle(found[0]) if (found := of.people(number, {number})) else None for number in numbers}
        for programme, groups in (("equipment", ("syringe", "needle")), ("naloxone", ("naloxone",))):
            there = {number for number in numbers if number in self.gives[programme] or any(self.sums(number).gave(group) > 0 for group in groups)}
            for indicator, counted, weights in (
                ("availability", f"{programme}_estimated", estimated),
                ("availability", f"{programme}_known", {number: of.known.get(number) for number in numbers}),
                ("municipalities_distributing", programme, {number: 1.0 for number in numbers if of.known.get(number)}),
            ):
                known = {number: weight for number, weight in weights.items() if weight}
                if known:
                    yield indicator, counted, "ledger", sum(weight for number, weight in known.items() if number in there), ((None, sum(known.values()), None), None), 1, False, None
                else:
                    yield indicator, counted, "", None, None, 1, False, "no_known_injecting"

    def reckoned(self, area: str) -> Any:
        """Give the figures of an area as the list has them, each with its key."""
        seen: Counter[tuple[str, str, str]] = Counter()
        configured = {one["code"] for one in self.of.kept["thresholds"]}
        for indicator, counted, origin, units, denominator, scale, yearly, told in self.figures(area):
            if indicator not in configured:
                continue
            divided, why = denominator[0] if denominator else UNKNOWN, told
            if why is None and units is None:
                why = "not_reported" if self.sums(area).places else "no_place"
            if why is None and not middle(divided):
                why = "no_estimate"
            a_year = None if why else units * (12 / self.length if yearly else 1) * scale
            low, point, high = (None if a_year is None or not bound else a_year / bound for bound in (divided[2], middle(divided), divided[0]))
            level, certainty = self.level(indicator, a_year, divided) if a_year is not None else ("", None)
            key = (indicator, counted, origin)
            seen[key] += 1
            yield (area, *key, seen[key]), {"low": low, "point": point, "high": high, "why_not": why or "", "level": level, "level_certainty": certainty, "numerator": units}

    def level(self, indicator: str, numerator: float, divided: Interval) -> tuple[str, Any]:
        """Give the highest level reached, and the chance that the figure lies between it and the next."""
        newest: dict[str, Any] = {}
        for one in sorted(self.of.kept["thresholds"], key=lambda one: str(one["starts_on"])):
            if one["code"] == indicator and one["value"] is not None and one["starts_on"] <= self.last and not one["label"].startswith("target_"):
                newest[one["label"]] = one["value"]
        steps = sorted((value, label) for label, value in newest.items())
        if not steps:
            return "", None
        chances = [chance_at_most(divided, numerator / value) if value > 0 else 1.0 for value, _ in steps]
        reached = sum(numerator / middle(divided) >= value for value, _ in steps)
        least, more = chances[reached - 1] if reached else 1.0, chances[reached] if reached < len(steps) else 0.0
        return steps[reached - 1][1] if reached else "below", None if least is None or more is None else max(0.0, least - more)


class Export:
    """An export, read."""

    def __init__(self, folder: Path) -> None:
        self.edition = json.loads((folder / "edition.json").read_bytes())
        if self.edition.get("format") != FORMAT:
            raise Failed("edition.json: this is no export of coverage")
        kept = (folder / "reference.json").read_bytes()
        if hashlib.sha256(kept).hexdigest() != self.edition["reference"]:
            raise Failed("reference.json: not the one the edition was made with")
        self.reference = Reference(json.loads(kept), self.edition["borders"])
        self.counted, self.figures = rows(folder / "counted.csv"), rows(folder / "figures.csv")
        reporting = rows(folder / "reporting.csv")
        self.active = {(row["place"], row["month"]) for row in reporting if row["active"] == "1"}
        self.said = {(row["place"], row["month"]) for row in reporting if row["said"] == "1"}

    def recomputed(self) -> dict[tuple[Any, ...], dict[str, Any]]:
        """Recompute every figure, with that of the period before beside it."""
        now, before = (Period(self, *self.edition[name]) for name in ("period", "before"))
        found = {}
        for area in self.edition["areas"]:
            earlier = {key[:4]: figure["point"] for key, figure in before.reckoned(area)}
            found.update({key: {**figure, "before": earlier.get(key[:4])} for key, figure in now.reckoned(area)})
        return found

    def told(self) -> dict[tuple[Any, ...], dict[str, str]]:
        """Give the figures as the export has them."""
        seen: Counter[tuple[str, ...]] = Counter()
        found = {}
        for row in self.figures:
            key = (row["area"], row["indicator"], row["counted"], row["origin"])
            seen[key] += 1
            found[*key, seen[key]] = row
        return found

    def compare(self) -> int:
        """Compare every figure; gives how many there are, or raises Failed."""
        told, found = self.told(), self.recomputed()
        for key in told.keys() ^ found.keys():
            raise Failed(f"{' '.join(map(str, key))}: {'there is no such figure' if key in told else 'is missing'}")
        for key, row in told.items():
            for name, value in found[key].items():
                if not same(row[name], value):
                    raise Failed(f"{' '.join(map(str, key))}: {name} is told as {row[name] or 'nothing'}, and comes out as {value}")
        return len(told)


def same(told: str, value: Any) -> bool:
    """Whether a value comes out as it is told: numbers to nine digits, for they were added in another order."""
    if value is None or isinstance(value, str):
        return told == (value or "")
    return told != "" and math.isclose(float(told), value, rel_tol=1e-9, abs_tol=1e-9)


def rows(path: Path) -> list[dict[str, str]]:
    """Read a list."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def every_month(first: str, last: str) -> list[str]:
    """Give the first day of each month of a period."""
    start, end = (int(day[:4]) * 12 + int(day[5:7]) - 1 for day in (first, last))
    return [f"{nth // 12}-{nth % 12 + 1:02}-01" for nth in range(start, end + 1)]


def month_end(month: str) -> str:
    """Give a day that no day of the month is after."""
    return f"{month[:8]}31"


def main(arguments: list[str] | None = None) -> int:
    """Say how many figures were recomputed, or what comes out otherwise first."""
    parser = argparse.ArgumentParser(description="Recompute every figure of an edition of coverage from its export.")
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args(arguments)
    try:
        export = Export(asked.folder)
        count = export.compare()
    except (KeyError, TypeError, ValueError, AttributeError, OSError) as wrong:
        print(f"FAILED: something is missing, or of another kind: {wrong!r}", file=sys.stderr)  # noqa: T201
        return 1
    except Failed as failure:
        print(f"FAILED: {failure}", file=sys.stderr)  # noqa: T201  a script speaks so
        return 1
    as_of = export.edition["as_of"]
    print(f"In order: {count} figures recomputed, as of checkpoint {as_of['checkpoint']}, {as_of['at']}.")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
