"""The boundaries an owner supplies: a GeoJSON file of municipalities, read once, simplified to what a screen shows."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

Ring = tuple[tuple[float, float], ...]
MIDDLE = 15.0
"""The meridian that is drawn upright, as in UTM zone 33."""
KM_PER_DEGREE = 111.2
DETAIL_KM = 1.0
"""Points nearer to the one before are left out."""
DEGREES = {"lon": (-180, 180), "lat": (50, 85)}


class BoundariesWrong(ValueError):
    """The file is not what it should be; the message says what it lacks, for whoever set it up."""


@dataclass(frozen=True, kw_only=True)
class Boundaries:
    """Rings by municipality number, in kilometres east and north."""

    rings: Mapping[str, tuple[Ring, ...]]


@cache
def boundaries_at(path: str) -> Boundaries:
    """Read the file of boundaries, once in a worker; refuses with BoundariesWrong."""
    try:
        return boundaries_of(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BoundariesWrong(f"the file cannot be read ({type(error).__name__})") from error


def boundaries_of(text: str) -> Boundaries:
    """Read GeoJSON: a FeatureCollection of polygons with `kommunenummer`, in degrees (WGS 84, EUREF 89) or in metres (UTM 33). Refuses with BoundariesWrong."""
    try:
        read = json.loads(text)
    except ValueError as error:
        raise BoundariesWrong("it is not JSON") from error
    features = read.get("features") if isinstance(read, dict) and read.get("type") == "FeatureCollection" else None
    if not isinstance(features, list) or not features:
        raise BoundariesWrong("it is not a GeoJSON FeatureCollection with features")
    rings: dict[str, tuple[Ring, ...]] = {}
    for nth, feature in enumerate(features, 1):
        number = _number(feature, nth)
        rings[number] = rings.get(number, ()) + tuple(_rings(feature, number))
    return Boundaries(rings=rings)


def _number(feature: Any, nth: int) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    number = properties.get("kommunenummer") if isinstance(properties, dict) else None
    if not (isinstance(number, str) and len(number) == 4 and number.isascii() and number.isdigit()):
        raise BoundariesWrong(f'feature {nth} has no kommunenummer of four digits, as "0301"')
    return number


def _rings(feature: Mapping[str, Any], number: str) -> Iterator[Ring]:
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in {"Polygon", "MultiPolygon"}:
        raise BoundariesWrong(f"{number} is no Polygon or MultiPolygon")
    assert isinstance(geometry, dict)
    coordinates = geometry.get("coordinates")
    try:
        for polygon in [coordinates] if kind == "Polygon" else coordinates or ():
            for ring in polygon or ():
                placed = [_placed(float(point[0]), float(point[1]), number) for point in ring]
                if len(thinned := _thinned(placed)) >= 3:
                    yield thinned
    except (TypeError, IndexError, KeyError, ValueError) as error:
        raise error if isinstance(error, BoundariesWrong) else BoundariesWrong(f"{number} has coordinates that cannot be read") from error


def _placed(first: float, second: float, number: str) -> tuple[float, float]:
    """Give kilometres: from metres as they are, from degrees by a sinusoidal projection around the middle meridian, which keeps areas."""
    if abs(first) <= 180 and abs(second) <= 90:
        if not DEGREES["lat"][0] <= second <= DEGREES["lat"][1]:
            raise BoundariesWrong(f"{number} is not in Norway: longitude comes first, then latitude")
        return (first - MIDDLE) * KM_PER_DEGREE * math.cos(math.radians(second)), second * KM_PER_DEGREE
    if not (-600_000 <= first <= 1_700_000 and 6_000_000 <= second <= 9_500_000):
        raise BoundariesWrong(f"{number} is neither in degrees nor in metres of UTM 33")
    return first / 1000, second / 1000


def _thinned(points: Sequence[tuple[float, float]]) -> Ring:
    kept: list[tuple[float, float]] = []
    for point in points:
        if not kept or math.dist(kept[-1], point) >= DETAIL_KM:
            kept.append(point)
    return tuple(kept)
