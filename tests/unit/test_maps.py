"""A map says of each municipality what the table says, to eyes, keyboards and readers of screens; and takes no file of boundaries that is none."""

import json
import re
from xml.etree import ElementTree as ET

import pytest

from supply.charts.areas import Area, in_order
from supply.charts.boundaries import BoundariesWrong, boundaries_at, boundaries_of
from supply.charts.choropleth import Choropleth
from supply.charts.circle_map import CircleMap
from supply.charts.values import Value
from supply.coverage.rules.circles import Circle
from supply.settings import SettingsMissing, read_settings

SVG = "{http://www.w3.org/2000/svg}"
WORDS = {"low": "low", "medium": "medium", "high": "high", "unknown": "not known or not shown"}
TOLD = {"name": "map", "title": "Syringes", "description": "Each circle is a municipality.", "unit": "syringes per person", "number": str, "verdicts": WORDS}
GOOD = {"FORSYN_SECRET_KEY": "0123456789abcdef0123456789abcdef"}


def area(number="3222", name="Lørenskog", point=210, verdict="medium", **more):
    value = Value(point=point, low=point, high=point, text=str(point)) if point is not None else Value(point=None, text="not reported")
    told = {"estimate": 32.0, "estimate_text": "32", "certainty": f"{verdict}, 83 % sure" if point is not None else "", "href": f"/coverage/{number}"}
    return Area(**{"number": number, "name": name, "value": value, "verdict": verdict} | told | more)


def circle_map(*areas, **more):
    circles = [Circle(number=each.number, east=30.0 * nth, north=40.0 * nth, radius=10) for nth, each in enumerate(areas)]
    return CircleMap(**TOLD | {"areas": areas, "circles": circles} | more)


def links(chart):
    return list(ET.fromstring(chart.drawn()).iter(SVG + "a"))


def feature(number="0301", ring=((10.5, 59.8), (10.9, 59.8), (10.9, 60.1), (10.5, 59.8)), kind="Polygon"):
    return {"type": "Feature", "properties": {"kommunenummer": number}, "geometry": {"type": kind, "coordinates": [ring] if kind == "Polygon" else [[ring]]}}


def geojson(*features):
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_each_circle_leads_to_its_municipality_and_says_what_the_table_says():
    (link,) = links(circle_map(area()))

    assert link.get("href") == "/coverage/3222"
    assert link.get("aria-label") == link.find(SVG + "title").text == "Lørenskog: 210 syringes per person, medium, 83 % sure"


def test_what_is_not_known_is_drawn_empty_whatever_verdict_came_with_it():
    (link,) = links(circle_map(area(point=None, verdict="low")))

    assert link.get("class") == "area verdict unknown"
    assert [node.get("fill") for node in link.iter(SVG + "circle")] == ["none"]
    assert link.get("aria-label") == "Lørenskog: not reported"


def test_verdicts_differ_in_shape_and_not_in_colour_alone():
    shapes = {
        tuple((node.tag, node.get("fill"), node.get("stroke-width")) for node in link if node.tag != SVG + "title")
        for link in links(circle_map(*(area(number=f"000{nth}", verdict=verdict) for nth, verdict in enumerate(("low", "medium", "high"))), area(point=None)))
    }

    assert len(shapes) == 4


def test_north_is_up_and_east_is_right():
    south_west, north_east = (next(link.iter(SVG + "circle")) for link in links(circle_map(area(number="1", verdict="high"), area(number="2", verdict="high"))))

    assert float(south_west.get("cx")) < float(north_east.get("cx"))
    assert float(south_west.get("cy")) > float(north_east.get("cy"))


def test_a_name_is_escaped_on_the_map():
    picture = ET.fromstring(circle_map(area(name="<b>Åse</b>")).drawn())

    assert "<b>Åse</b>" in [node.text for node in picture.iter(SVG + "text")]
    assert next(picture.iter(SVG + "a")).get("aria-label").startswith("<b>Åse</b>: 210")
    assert not [node for node in picture.iter() if node.get("style") or node.tag.endswith("}b")]


def test_the_legend_has_a_shape_for_each_word():
    legend = circle_map(area()).legend

    assert [words for _, words in legend] == list(WORDS.values())
    assert len({re.sub(r'class="[^"]*"', "", sample) for sample, _ in legend}) == len(WORDS)


def test_the_table_is_sorted_by_what_is_asked_and_by_name_for_what_is_not():
    rows = [area(number="1", name="Å", point=5, verdict="low", estimate=9), area(number="2", name="a", point=None, estimate=50), area(number="3", name="B", point=300, verdict="high", estimate=None)]

    assert {by: "".join(row.number for row in in_order(rows, by)) for by in ("name", "estimate", "value", "verdict", "'; drop")} == {
        "name": "231",
        "estimate": "213",
        "value": "312",
        "verdict": "132",
        "'; drop": "231",
    }


@pytest.mark.parametrize("kind", ["Polygon", "MultiPolygon"])
def test_boundaries_are_drawn_with_what_is_known_of_them(kind):
    chart = Choropleth(**TOLD | {"areas": (area("0301", "Oslo"), area()), "boundaries": boundaries_of(geojson(feature(kind=kind)))})

    (link,) = links(chart)

    assert link.get("aria-label").startswith("Oslo: 210")
    assert [each.name for each in chart.without_boundary] == ["Lørenskog"]
    assert link.find(SVG + "path").get("fill") == "url(#map-medium)"
    assert len(chart.legend) == 4


def test_boundaries_in_degrees_and_in_metres_are_of_one_size():
    degrees = boundaries_of(geojson(feature(ring=((15, 65), (16, 65), (16, 66), (15, 66))))).rings["0301"][0]
    metres = boundaries_of(geojson(feature(ring=((500_000, 7_210_000), (547_100, 7_210_000), (545_400, 7_321_500), (500_000, 7_321_500))))).rings["0301"][0]

    for one, other in zip(degrees, metres, strict=True):
        assert (one[0] - degrees[0][0], one[1] - degrees[0][1]) == pytest.approx((other[0] - metres[0][0], other[1] - metres[0][1]), abs=2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<svg/>", "it is not JSON"),
        ("[]", "it is not a GeoJSON FeatureCollection with features"),
        (geojson(), "it is not a GeoJSON FeatureCollection with features"),
        (geojson({"type": "Feature"}), 'feature 1 has no kommunenummer of four digits, as "0301"'),
        (geojson(feature(), feature(number="301")), 'feature 2 has no kommunenummer of four digits, as "0301"'),
        (geojson(feature() | {"geometry": {"type": "Point", "coordinates": [10, 60]}}), "0301 is no Polygon or MultiPolygon"),
        (geojson(feature(ring=((59.8, 10.5), (59.8, 10.9)))), "0301 is not in Norway: longitude comes first, then latitude"),
        (geojson(feature(ring=(("x", "y"),))), "0301 has coordinates that cannot be read"),
        (geojson(feature(ring=((5, 7_000_000_000),))), "0301 is neither in degrees nor in metres of UTM 33"),
    ],
)
def test_a_file_that_is_not_of_boundaries_is_refused_with_what_it_lacks(text, said):
    with pytest.raises(BoundariesWrong) as refused:
        boundaries_of(text)

    assert str(refused.value) == said


def test_the_start_is_refused_with_a_wrong_file_of_boundaries(tmp_path):
    path = tmp_path / "boundaries.json"
    path.write_text("{}")

    for given, said in ((path, "boundaries_file: it is not a GeoJSON FeatureCollection with features"), (tmp_path / "none.json", "boundaries_file: the file cannot be read (FileNotFoundError)")):
        with pytest.raises(SettingsMissing) as refused:
            read_settings(GOOD | {"FORSYN_BOUNDARIES_FILE": str(given)})
        assert str(refused.value) == said


def test_a_right_file_of_boundaries_is_kept(tmp_path):
    path = tmp_path / "boundaries.json"
    path.write_text(geojson(feature()))

    settings = read_settings(GOOD | {"FORSYN_BOUNDARIES_FILE": str(path)})

    assert set(boundaries_at(settings.boundaries_file).rings) == {"0301"}
