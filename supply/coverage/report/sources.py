"""What a report says of its method, thresholds and sources, and what a figure or a gap is, in a sentence."""

from collections.abc import Iterable, Sequence

from flask_babel import gettext

from supply.coverage.pages import words
from supply.coverage.queries.background import Background
from supply.coverage.report.document import Block, Heading, Number, Table, Told, Words
from supply.coverage.rules.estimates import NATION
from supply.coverage.rules.figures import Denominator, Figure
from supply.coverage.rules.gaps import Gap, Kind

OURS = ("ledger", "estimates")
"""Denominators that are no source of their own: what the ledger, or the estimates named elsewhere, add up to."""


def rests_on(figure: Figure) -> str:
    """Say what is divided by what, from what sources, and what a reader has to know."""
    numerator, denominator = figure.numerator, figure.denominator
    told = []
    if numerator is not None and numerator.units is not None:
        told.append(f"{words.count_text(numerator.units)} {words.WHAT.get(numerator.what, numerator.what)}")
        if in_kits := numerator.aside.get("in_kits"):
            told.append(gettext("%(units)s of them in kits", units=words.count_text(in_kits)))
        if needles := numerator.aside.get("loose_needles"):
            told.append(gettext("beside them %(units)s loose needles", units=words.count_text(needles)))
        told += [part for part in (numerator.source, numerator.scope) if part]
    if denominator is not None:
        told.append(f"÷ {words.interval_text(denominator.interval)} {words.WHAT.get(denominator.what, denominator.what)}{_from(denominator)}")
    if figure.why_not is not None:
        told.append(str(words.WHY_NOT[figure.why_not]))
    return ". ".join(["; ".join(told), *(str(words.NOTES[note]).rstrip(".") for note in figure.notes)]) + "."


def method(figures: Sequence[Figure], background: Background) -> Iterable[Block]:
    """Say how each indicator is reckoned, and what the whole rests on."""
    yield Words(
        gettext(
            "A figure is a numerator divided by a denominator. The numerator is what places handed out in whole months, summed over the places of an area; a kit counts as its parts. "
            "A place that has not said that a month is fully entered is counted with what it has, and the figure is said to be at least that. Nothing reported is not known, and is never nought."
        )
    )
    yield Words(
        gettext(
            "The interval comes from the estimate: the low of a figure is its numerator over the high of the estimate. A published interval is taken as one of 95 % and fitted by a lognormal whose "
            "two halves may differ; the chance beside a level is read from it. Where an area has no estimate of its own, a model shares the national one, and the interval is wider: each model is "
            "taken to be right within a factor of 1.5, 95 times in 100, which is our own assumption. Such numbers are marked *."
        )
    )
    yield Words(gettext("Figures stand for the municipalities of %(day)s: merged ones are added, renumbered ones carried on; what lay in one that was split is not guessed.", day=background.borders))
    yield Heading(gettext("Indicators"))
    codes = dict.fromkeys(figure.indicator for figure in figures)
    yield Told(tuple((str(words.INDICATORS.get(code, code)), str(words.FORMULAS.get(code, ""))) for code in codes))
    yield Heading(gettext("What is said beside figures"))
    notes = dict.fromkeys(note for figure in figures for note in figure.notes)
    yield Table(name=gettext("Notes"), head=(gettext("Note"), gettext("Meaning")), rows=tuple((note.value, str(words.NOTES[note])) for note in sorted(notes)), widths=(45, 135))


def thresholds(background: Background) -> Iterable[Block]:
    """Give every threshold with the day from which it holds and its source."""
    head = (gettext("Indicator"), gettext("Level"), gettext("Value"), gettext("From"), gettext("Source"))
    rows = tuple(
        (str(words.INDICATORS.get(one.code, one.code)), str(words.LEVELS.get(one.label, one.label)), Number(one.value, words.number_text(one.value)), one.starts_on, one.source)
        for one in background.thresholds
        if one.value is not None
    )
    yield Table(name=gettext("Thresholds"), head=head, rows=rows, widths=(45, 24, 14, 21, 76), numbers=(2,))


def sources(figures: Sequence[Figure], background: Background) -> Iterable[Block]:
    """Give what the denominators come from, and every estimate and total that was published, side by side."""
    divided = dict.fromkeys(
        (str(words.WHAT.get(one.what, one.what)), str(one.year or ""), one.method or "", one.source) for figure in figures if (one := figure.denominator) is not None and one.source not in OURS
    )
    yield Heading(gettext("Denominators of these figures"))
    yield Table(name=gettext("Denominators"), head=(gettext("What"), gettext("Year"), gettext("How"), gettext("Source")), rows=tuple(sorted(divided)), widths=(38, 14, 48, 80))
    yield Heading(gettext("Estimates of how many inject, as published"))
    yield Table(
        name=gettext("Estimates"),
        head=(gettext("Area"), gettext("Year"), gettext("Estimate"), gettext("Kind"), gettext("How"), gettext("Source")),
        rows=tuple((one.area, str(one.year), words.interval_text(one.interval), str(words.ESTIMATE_KINDS.get(one.kind, one.kind)), one.method or "", one.source) for one in background.estimates),
        widths=(13, 12, 36, 26, 33, 60),
    )
    yield Heading(gettext("Totals published before the ledger"))
    yield Table(
        name=gettext("Published totals"),
        head=(gettext("Area"), gettext("From"), gettext("To"), gettext("Units"), gettext("As reported"), gettext("Source")),
        rows=tuple(
            (one.area, one.starts_on.isoformat(), one.ends_on.isoformat(), Number(one.units, words.count_text(one.units)), "; ".join(filter(None, (one.unit_as_reported, one.scope))), one.source)
            for one in background.published
        ),
        widths=(20, 20, 20, 20, 45, 55),
        numbers=(3,),
    )
    held = sorted({f"{on.isoformat()}: {source}" for area, on, _, _, source in background.populations if area == NATION})
    yield Heading(gettext("Inhabitants"))
    yield Words("\n".join(held))


def gap_is(gap: Gap) -> str:
    """Say what is so at a gap."""
    if gap.kind is Kind.NO_DISTRIBUTION:
        return str(gettext("about %(people)s known (%(year)s)", people=words.count_text(gap.people), year=gap.people_year or "–"))
    if gap.kind is Kind.LARGE_WITHOUT:
        by_model = gettext("about %(people)s by the model", people=words.count_text(gap.people)) if gap.people else ""
        return ", ".join(filter(None, (gettext("%(persons)s inhabitants", persons=words.count_text(gap.persons)), by_model)))
    if gap.kind is Kind.LOW:
        return str(gettext("%(value)s syringes per person", value=words.number_text(gap.coverage)))
    return gap.place or ""


def gap_needs(gap: Gap) -> str:
    """Say what would close a gap."""
    if gap.kind is Kind.NO_FULL_SET:
        return str(gettext("needs to hand out %(parts)s too", parts=words.parts_text(gap.lacks)))
    if gap.kind is Kind.SILENT and gap.silent_since is not None:
        return str(gettext("recorded nothing after %(month)s; needs to enter what came since, or say that there was nothing", month=f"{gap.silent_since:%Y-%m}"))
    needs = []
    if gap.needs_syringes:
        units = words.count_text(gap.needs_syringes)
        needs.append(gettext("needs %(units)s more syringes a year", units=units) if gap.kind is Kind.LOW else gettext("needs %(units)s syringes a year", units=units))
    if gap.needs_places:
        needs.append(gettext("and one service point") if needs else gettext("needs one service point"))
    return " ".join(needs)


def _from(denominator: Denominator) -> str:
    if denominator.source in OURS:
        return ""
    told = f", {denominator.year}: {denominator.source}"
    if denominator.model is not None:
        return f"{told}; {gettext('allocated by the model “%(model)s”', model=denominator.model)}"
    return f"{told}; {denominator.method}" if denominator.method else told
