"""What every column, and every code in it, means: the dictionary that goes with the open data."""

from collections.abc import Iterator, Mapping, Sequence

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from supply.coverage.pages import words

HEAD = ("file", "column", "code", "meaning")
COLUMNS: Mapping[str, LazyString] = {
    "area": _l("NO, a county of two digits, a municipality of four, set: and the name of a set, or rest: for what lies in an area and in none of its parts"),
    "area_name": _l("The name of the area"),
    "period": _l("A month (2026-07) or a quarter (2026-Q3)"),
    "counted": _l("What is counted"),
    "units": _l("How many; empty where it is hidden"),
    "hidden": _l("1 where the number is hidden, else 0"),
    "places": _l("How many places there are"),
    "place_months": _l("How many place-months can be reported"),
    "said": _l("How many of them are said to be fully entered"),
    "active": _l("In how many of them something was recorded"),
    "indicator": _l("The indicator"),
    "unit": _l("The unit of the indicator"),
    "from": _l("The first day counted"),
    "to": _l("The last day counted"),
    "low": _l("The low of the figure"),
    "point": _l("The figure; empty where it is not known"),
    "high": _l("The high of the figure"),
    "why_not": _l("Why the figure is not known, or not shown"),
    "level": _l("The highest level reached"),
    "level_certainty": _l("The chance that it is the right level, from 0 to 1"),
    "numerator": _l("What is divided"),
    "numerator_what": _l("What the numerator counts"),
    "origin": _l("Where the numerator comes from; figures of two origins are never added"),
    "state": _l("How far the places have reported"),
    "months_said": _l("Place-months that are said to be fully entered"),
    "months": _l("Place-months that can be reported"),
    "numerator_source": _l("The source of a published numerator"),
    "denominator_low": _l("The low of what it is divided by"),
    "denominator": _l("What it is divided by"),
    "denominator_high": _l("The high of what it is divided by"),
    "denominator_what": _l("What the denominator counts"),
    "denominator_year": _l("The year it stands for"),
    "denominator_method": _l("How it was estimated or counted"),
    "denominator_source": _l("Who published it"),
    "model": _l("The model that allocated it, where nobody estimated it for the area"),
    "notes": _l("What a reader has to know"),
}
ITEMS: Mapping[str, LazyString] = {
    "syringe": _l("syringes handed out, those in kits too"),
    "needle": _l("loose needles handed out"),
    "naloxone": _l("naloxone sprays handed out"),
    "cooker": _l("cookers handed out"),
    "swab": _l("alcohol swabs handed out"),
    "acid": _l("ascorbic acid handed out"),
    "filter": _l("filters handed out"),
    "refills": _l("sprays handed out as refills"),
    "no_refills": _l("sprays handed out that were no refills, or of which it is not said"),
    "refill_used": _l("sprays refilled because one was used"),
    "other_refills": _l("sprays refilled for other reasons"),
    "used_returned": _l("used syringes returned"),
}
CODES: Mapping[tuple[str, str], Mapping[str, object]] = {
    ("handed_out.csv", "counted"): ITEMS,
    ("figures.csv", "counted"): words.COUNTED,
    ("figures.csv", "indicator"): words.INDICATORS,
    ("figures.csv", "numerator_what"): words.WHAT,
    ("figures.csv", "denominator_what"): words.WHAT,
    ("figures.csv", "origin"): {key.value: word for key, word in words.ORIGINS.items()},
    ("figures.csv", "state"): {key.value: word for key, word in words.STATES.items()},
    ("figures.csv", "why_not"): {key.value: word for key, word in words.WHY_NOT.items()},
    ("figures.csv", "model"): {key.value: word for key, word in words.MODELS.items()},
    ("figures.csv", "level"): words.LABELS,
    ("figures.csv", "notes"): {key.value: word for key, word in words.NOTES.items()},
}


def rows(files: Mapping[str, Sequence[str]]) -> Iterator[Sequence[str]]:
    """Give a row for each column of each file, and for each code in it."""
    for file, columns in files.items():
        for column in columns:
            yield file, column, "", str(COLUMNS[column])
            for code, meaning in CODES.get((file, column), {}).items():
                yield file, column, code, str(meaning)
