"""Charts and maps of made-up values, read on a phone and at a desk, by eye, by keyboard and by a reader of screens."""

import csv
import json
import random

import pytest
from flask import render_template, render_template_string

from supply.charts.areas import Area, in_order
from supply.charts.bars import Bars, Ranking
from supply.charts.boundaries import boundaries_of
from supply.charts.choropleth import Choropleth
from supply.charts.circle_map import CircleMap
from supply.charts.spark import Spark
from supply.charts.trend import Line, Trend
from supply.charts.values import Mark, Row, Value
from supply.coverage.rules.circles import Spot, circles_of, sample_radii
from supply.settings import ROOT

UNIT = "syringes per person"
WORDS = {"low": "low", "medium": "medium", "high": "high", "unknown": "not known or not shown"}
MARKS = (Mark(at=100, text="medium from 100"), Mark(at=200, text="high from 200"))
CHARTS = """
{% extends "base.html" %}
{% import "charts.html" as charts %}
{% block title %}Charts{% endblock %}
{% block main %}<h1>Charts</h1>
{{ charts.trend(trend, "Year") }}{{ charts.bars(bars, "Municipality", {"low": "low"}) }}{{ charts.ranking(ranking, "Municipality", beside=true) }}<p>{{ charts.spark(spark) }} 7</p>
{% endblock %}
"""


def value(point):
    return Value(point=None, text="unknown") if point is None else Value(point=point, low=point * 0.8, high=point * 1.3, text=f"{point:.0f} ({point * 0.8:.0f}–{point * 1.3:.0f})")


def told(name):
    return {"name": name, "title": f"Made-up {name}", "description": "Made-up values.", "unit": UNIT, "number": lambda number: f"{number:g}"}


def charts():
    points = (310, 280, None, None, 150, 170)
    rows = tuple(
        Row(label=label, value=value(point), verdict=verdict)
        for label, point, verdict in (("Lørenskog", 210, "high"), ("Unjárga – Nesseby", None, ""), ("<b>Åse</b>", 60, "low"), ("Kristiansand", 140, "medium"))
    )
    return {
        "trend": Trend(**told("trend"), periods=tuple(str(year) for year in range(2019, 2025)), lines=(Line(label="All", values=tuple(map(value, points))),), unknown="unknown", marks=MARKS),
        "bars": Bars(**told("bars"), rows=rows, marks=MARKS),
        "ranking": Ranking(**told("ranking"), rows=rows, marks=MARKS),
        "spark": Spark(label="Seven months: up", values=(1, 2, None, 4, 5, 6, 7)),
    }


def municipalities():
    """Give all 357 with made-up estimates and values, and the circles they are drawn as."""
    with (ROOT / "config" / "reference" / "municipalities.csv").open(encoding="utf-8") as file:
        names = {row["number"]: row["name"] for row in csv.DictReader(file) if not row["valid_to"]}
    with (ROOT / "config" / "reference" / "points.csv").open(encoding="utf-8") as file:
        spots = [Spot(number=row["number"], east=float(row["east_km"]), north=float(row["north_km"])) for row in csv.DictReader(file)]
    chance = random.Random(3)
    estimates = {spot.number: 1200.0 if spot.number == "0301" else min(300.0, chance.paretovariate(1.1) * 6) for spot in spots}
    areas = []
    for spot in spots:
        point = chance.choice([None, chance.uniform(10, 400)])
        verdict = "unknown" if point is None else "low" if point < 100 else "medium" if point < 200 else "high"
        areas.append(
            Area(
                number=spot.number,
                name=names[spot.number],
                estimate=estimates[spot.number],
                estimate_text=f"{estimates[spot.number]:.0f}",
                value=value(point),
                verdict=verdict,
                certainty=f"{verdict}, 83 % sure" if point else "",
                href=f"/coverage/{spot.number}",
            )
        )
    return areas, circles_of(spots, estimates), tuple((radius, f"{size:.0f} people") for size, radius in sample_radii(estimates))


def shown(app, who, page):
    """Open a page that a test has made up, in the frame of the service."""
    with app.test_request_context("/"):
        html = page()
    who.page.route("**/made-up", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    who.go("/made-up")


@pytest.mark.parametrize("wide", [False, True])
def test_charts_fit_and_are_readable(app, walker, wide):
    who = walker(wide=wide)

    shown(app, who, lambda: render_template_string(CHARTS, **charts()))

    assert who.accessible() == []
    assert who.fits()
    seen = who.page.locator(".drawing:visible")
    assert seen.count() == 3
    heights = who.page.evaluate(
        "[...document.querySelectorAll('.drawing text')].filter(text => text.checkVisibility()).map(text => text.getScreenCTM().a * parseFloat(getComputedStyle(text).fontSize))"
    )
    assert min(heights) >= 11
    assert who.page.locator("#trend tbody tr").count() == 6
    assert who.page.locator("#ranking tbody th").all_inner_texts() == ["Lørenskog", "Kristiansand", "<b>Åse</b>", "Unjárga – Nesseby"]


@pytest.mark.parametrize("wide", [False, True])
def test_a_map_of_all_municipalities_can_be_walked_by_keyboard(app, walker, wide):
    areas, circles, sizes = municipalities()
    chart = CircleMap(**told("map"), areas=tuple(areas), circles=circles, verdicts=WORDS, sizes=sizes)
    rows = in_order(areas, "estimate")
    who = walker(wide=wide)

    shown(app, who, lambda: render_template("coverage/map.html", chart=chart, rows=rows, sorts={key: f"?sort={key}" for key in ("name", "estimate", "value", "verdict")}, sorted_by="estimate"))

    assert wide or who.accessible() == []  # it looks at each of 357 circles, and takes its time
    assert who.fits()
    assert who.page.locator(".map a").count() == who.page.locator("#map-table tbody tr").count() == 357
    assert who.page.locator("#map-table tbody th").first.inner_text() == "Oslo"
    who.page.focus(".skip-map a")
    who.page.keyboard.press("Tab")
    assert who.page.evaluate("document.activeElement.getAttribute('aria-label')") == areas[0].said(UNIT)
    who.page.click(".skip-map a")
    assert who.page.url.endswith("#map-table")


def test_areas_within_boundaries_are_shown_with_those_that_have_none_named(app, walker):
    areas, _, _ = municipalities()
    square = {"type": "Feature", "properties": {"kommunenummer": "0301"}, "geometry": {"type": "Polygon", "coordinates": [[[10.5, 59.8], [10.9, 59.8], [10.9, 60.1], [10.5, 60.1]]]}}
    boundaries = boundaries_of(json.dumps({"type": "FeatureCollection", "features": [square]}))
    chart = Choropleth(**told("map"), areas=tuple(areas[:2]), boundaries=boundaries, verdicts=WORDS)
    who = walker()

    shown(app, who, lambda: render_template("coverage/map.html", chart=chart, rows=areas[:2], sorts={}, sorted_by="name", other_map="/coverage/map"))

    assert who.accessible() == []
    assert who.fits()
    assert areas[1].name in who.page.locator("main p.quiet").inner_text()
    assert who.page.locator(".map a").get_attribute("href") == "/coverage/0301"


@pytest.mark.parametrize("wide", [False, True])
def test_a_municipality_finds_itself_on_the_map_and_others_as_they_are_public(walker, wide):
    who = walker(wide=wide)
    who.sign_in("birk")

    who.go("/coverage/map?sort=name")

    assert who.accessible() == []
    assert who.fits()
    assert who.page.locator(".map a").count() == who.page.locator("#map-table tbody tr").count() == 357
    who.page.locator(".map a[aria-label^='Oslo:']").focus()
    who.page.keyboard.press("Enter")
    who.page.wait_for_url("**/coverage/areas/0301*")
    assert who.accessible() == []
    assert who.fits()
