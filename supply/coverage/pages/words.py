"""Coverage as people read it: names of indicators, of what is counted, of why something is not known; and numbers written out."""

from collections.abc import Iterable, Mapping

from flask_babel import LazyString, format_decimal, format_percent, gettext
from flask_babel import lazy_gettext as _l

from supply.coverage.queries.areas import Area
from supply.coverage.rules.allocation import Model
from supply.coverage.rules.estimates import NATION
from supply.coverage.rules.figures import Figure, Note, WhyNot
from supply.coverage.rules.gaps import Kind
from supply.coverage.rules.intervals import Interval
from supply.coverage.rules.numerators import Origin, State

INDICATORS: Mapping[str, LazyString] = {
    "syringes_per_person": _l("Syringes per person who injects, a year"),
    "naloxone_against_deaths": _l("Naloxone against opioid deaths"),
    "naloxone_per_100000": _l("Naloxone sprays per 100 000 inhabitants, a year"),
    "naloxone_per_100_injectors": _l("Naloxone sprays per 100 people who inject, a year"),
    "full_set_share": _l("Full sets per syringe"),
    "availability": _l("People reached by availability"),
    "municipalities_distributing": _l("Municipalities that hand out"),
    "return_ratio": _l("Used syringes that come back"),
    "used_on_overdose": _l("Refills because it was used on an overdose"),
    "persons_reached": _l("People reached"),
}
FORMULAS: Mapping[str, LazyString] = {
    "syringes_per_person": _l(
        "Syringes handed out in twelve months ÷ people estimated to inject. Kits are counted as their parts; loose needles stand beside it and are not added. Other periods are reckoned to a year."
    ),
    "naloxone_against_deaths": _l(
        "Naloxone handed out in a year ÷ opioid deaths of a year: once counted in sprays, once in packs of two. The targets were set for kits of one syringe with several doses."
    ),
    "naloxone_per_100000": _l("Sprays handed out in a year ÷ inhabitants × 100 000."),
    "naloxone_per_100_injectors": _l("Sprays handed out in a year ÷ people estimated to inject × 100."),
    "full_set_share": _l("The scarcest of cookers, swabs, acid and filters ÷ syringes, all as handed out."),
    "availability": _l("People who inject in municipalities where equipment, or naloxone, was handed out ÷ all who inject; by the estimate, and by those known to the municipalities."),
    "municipalities_distributing": _l("Municipalities in which equipment, or naloxone, was handed out ÷ municipalities with known injecting."),
    "return_ratio": _l("Used syringes returned ÷ syringes handed out."),
    "used_on_overdose": _l("Sprays refilled because one was used ÷ all sprays refilled."),
    "persons_reached": _l("People who received something ÷ people who inject. It would need to be kept who received; Forsyn keeps nothing about them."),
}
COUNTED: Mapping[str, LazyString] = {
    "syringes": _l("syringes"),
    "needles": _l("needles and tips"),
    "sprays": _l("counted in sprays"),
    "packs": _l("counted in packs"),
    "kits": _l("counted in kits"),
    "sets": _l("sets"),
    "people": _l("people"),
    "equipment": _l("equipment"),
    "naloxone": _l("naloxone"),
    "equipment_estimated": _l("equipment, by the estimate"),
    "equipment_known": _l("equipment, by those known"),
    "naloxone_estimated": _l("naloxone, by the estimate"),
    "naloxone_known": _l("naloxone, by those known"),
}
TELLS_APART = {"naloxone_against_deaths", "availability", "municipalities_distributing"}
"""Indicators with several figures, which are named by what they count."""
WHAT: Mapping[str, LazyString] = {
    "syringes": _l("syringes"),
    "needles": _l("needles and tips"),
    "sprays": _l("sprays"),
    "packs": _l("packs"),
    "kits": _l("kits"),
    "full_sets": _l("of the scarcest part"),
    "used_syringes": _l("used syringes"),
    "refills_used": _l("sprays refilled because one was used"),
    "refills": _l("sprays refilled"),
    "people_who_inject": _l("people who inject"),
    "known_injectors": _l("people known to inject"),
    "municipalities": _l("municipalities"),
    "opioid_deaths": _l("opioid deaths"),
    "inhabitants": _l("inhabitants"),
}
STATES: Mapping[State, LazyString] = {
    State.REPORTED: _l("Reported"),
    State.ZERO: _l("Reported: none"),
    State.PARTLY: _l("Partly reported"),
    State.NOT: _l("Not reported"),
}
ORIGINS: Mapping[Origin, LazyString] = {Origin.LEDGER: _l("the ledger"), Origin.PUBLISHED: _l("published")}
WHY_NOT: Mapping[WhyNot, LazyString] = {
    WhyNot.NOT_COLLECTED: _l("not collected, on purpose"),
    WhyNot.NOT_REPORTED: _l("not known: nothing is reported"),
    WhyNot.NO_PLACE: _l("not known: no place here hands out"),
    WhyNot.NO_ESTIMATE: _l("not known: nobody has estimated how many inject"),
    WhyNot.NO_DEATHS: _l("not known: no deaths are published"),
    WhyNot.NO_POPULATION: _l("not known: no inhabitants are known by then"),
    WhyNot.NOTHING_TO_SHARE: _l("not known: there is nothing to divide by"),
    WhyNot.NO_KNOWN_INJECTING: _l("not known: no municipality here has said that people inject"),
    WhyNot.NO_PACK: _l("not known: the size of a pack is not known"),
    WhyNot.NO_FORMULA: _l("not known: this version has no formula for it"),
    WhyNot.HIDDEN: _l(": hidden, so that no number below 3 can be found"),
    WhyNot.NOT_PUBLIC: _l("not public yet"),
}
NOTES: Mapping[Note, LazyString] = {
    Note.AT_LEAST: _l("At least this: not all months of all places are said to be entered."),
    Note.TO_A_YEAR: _l("Reckoned to a year."),
    Note.CUT: _l("The days asked for cut a month; whole months are counted."),
    Note.MODEL: _l("The number of people comes from a model: nobody has estimated it for this area."),
    Note.MIDDLE_RECKONED: _l("Only an interval was published; its middle is reckoned."),
    Note.NO_INTERVAL: _l("No interval was published, so nothing says how sure this is."),
    Note.OTHER_YEAR: _l("The deaths are those of an earlier year: no later ones are published."),
    Note.SHARE_OF_ANOTHER_YEAR: _l("The share of opioids is that of an earlier year."),
    Note.SHARE_OF_THE_NATION: _l("The share of opioids is the country's."),
    Note.OTHER_SCOPE: _l("What was published counts something else than syringes: not one series with the other figures."),
    Note.KNOWN_IN_PART: _l("Those known are counted in municipalities that are now parts of larger ones."),
}
LABELS: Mapping[str, LazyString] = {
    "low": _l("low"),
    "medium": _l("medium"),
    "high": _l("high"),
    "floor": _l("above the floor"),
    "target": _l("target reached"),
    "below": _l("below the target"),
    "target_2030": _l("target for 2030"),
}
LEVELS: Mapping[str, LazyString] = {
    "low": _l("Low"),
    "medium": _l("Medium, from"),
    "high": _l("High, from"),
    "floor": _l("Floor"),
    "target": _l("Target"),
    "target_2030": _l("Target for 2030"),
}
COLOURS = {"low": "danger", "below": "danger", "medium": "warning", "floor": "warning", "high": "success", "target": "success"}
MODELS: Mapping[Model, LazyString] = {
    Model.BLENDED: _l("Blended: the mean of the three others"),
    Model.POPULATION: _l("By inhabitants of 15 to 64"),
    Model.DEATHS: _l("By county deaths, then inhabitants"),
    Model.KNOWN: _l("By those known to inject, then inhabitants"),
}
GAPS: Mapping[Kind, LazyString] = {
    Kind.NO_DISTRIBUTION: _l("Known injecting, and no equipment handed out"),
    Kind.LARGE_WITHOUT: _l("Large municipalities without equipment, where nobody has said how many inject"),
    Kind.LOW: _l("Low coverage with syringes"),
    Kind.NO_FULL_SET: _l("Places that hand out syringes and not the full set"),
    Kind.SILENT: _l("Places that have stopped reporting"),
}
PARTS: Mapping[str, LazyString] = {"cooker": _l("cookers"), "swab": _l("alcohol swabs"), "acid": _l("ascorbic acid"), "filter": _l("filters")}
ESTIMATE_KINDS: Mapping[str, LazyString] = {"pwid": _l("estimated to inject"), "known_injectors": _l("known to inject")}
CONFIDENCE: Mapping[str, LazyString] = {"high": _l("high"), "medium": _l("medium"), "low": _l("low")}
SETS: Mapping[str, LazyString] = {
    "set:network": _l("The overdose network"),
    "set:naloxone": _l("The naloxone programme"),
    "set:equipment": _l("The equipment programme"),
    "set:oslo-bergen": _l("Oslo and Bergen"),
    "set:oslo-bergen-trondheim": _l("Oslo, Bergen and Trondheim"),
}
HIDDEN = ":"
"""The sign for what is hidden, as statistics have it."""
SHARES = {"full_set_share", "availability", "municipalities_distributing", "return_ratio", "used_on_overdose"}
"""Indicators that are written in per cent."""


def area_title(area: Area) -> str:
    """Give an area's name."""
    if area.code == NATION:
        return str(gettext("Norway"))
    return area.name or str(SETS.get(area.code, area.code))


def title_of(figure: Figure) -> str:
    """Give a figure's name, with what it counts where an indicator has several."""
    name = str(INDICATORS.get(figure.indicator, figure.indicator))
    published = figure.numerator is not None and figure.numerator.origin is Origin.PUBLISHED
    if figure.indicator in TELLS_APART or figure.counted == "needles":
        name = f"{name}, {COUNTED.get(figure.counted, figure.counted)}"
    return f"{name} ({gettext('published total')})" if published else name


def value_text(figure: Figure) -> str:
    """Write a figure, with its interval where there is one; why not where it is not known."""
    if figure.why_not is not None or figure.value.point is None:
        return str(WHY_NOT[figure.why_not or WhyNot.NOT_REPORTED])
    return interval_text(figure.value, share=figure.indicator in SHARES)


def interval_text(interval: Interval, *, share: bool = False) -> str:
    """Write a point and, in brackets, low and high."""
    point = number_text(interval.middle, share=share)
    if interval.low is None or interval.high is None:
        return point
    return f"{point} ({number_text(interval.low, share=share)}–{number_text(interval.high, share=share)})"


def number_text(value: float | None, *, share: bool = False) -> str:
    """Write a number as briefly as it is sure: whole from a hundred on, else with one decimal."""
    if value is None:
        return "–"
    if share:
        return str(format_percent(round(value, 2)))
    return str(format_decimal(round(value) if abs(value) >= 100 else round(value, 1)))


def count_text(value: float | None) -> str:
    """Write a count, whole; half packs are rounded."""
    return "–" if value is None else str(format_decimal(round(value)))


def units_text(figure: Figure) -> str:
    """Write what was handed out, as a cell of a table: a colon where it is hidden."""
    if figure.why_not is WhyNot.HIDDEN:
        return HIDDEN
    return count_text(figure.numerator.units) if figure.numerator else "–"


def month_text(value: float | WhyNot) -> str:
    """Write a count of a month: a colon where it is hidden, a dash where it is not known or not public yet."""
    if isinstance(value, WhyNot):
        return HIDDEN if value is WhyNot.HIDDEN else "–"
    return count_text(value)


def sure_text(chance: float | None) -> str:
    """Write how sure something is; never that it is certain."""
    if chance is None:
        return ""
    if chance > 0.99:
        return str(gettext("more than %(percent)s %% sure", percent=99))
    if chance < 0.01:
        return str(gettext("less than %(percent)s %% sure", percent=1))
    return str(gettext("%(percent)s %% sure", percent=round(100 * chance)))


def change_text(figure: Figure) -> str:
    """Write how a figure has changed since the period before."""
    if figure.change is None or figure.before is None:
        return str(gettext("no figure"))
    share = figure.indicator in SHARES
    before = number_text(figure.before.value.point, share=share)
    by = number_text(abs(figure.change) * (100 if share else 1)) if round(abs(figure.change), 2 if share else 1) else ""
    if not by:
        return str(gettext("%(before)s (unchanged)", before=before))
    signed = f"{'+' if figure.change > 0 else '−'}{by}"
    return str(gettext("%(before)s (%(by)s points)", before=before, by=signed)) if share else f"{before} ({signed})"


def parts_text(parts: Iterable[str]) -> str:
    """Write the parts of a set."""
    return ", ".join(str(PARTS.get(part, part)) for part in parts)
