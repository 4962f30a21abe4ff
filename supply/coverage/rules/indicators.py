"""The indicators' formulas, by the code they have in the configuration (config/reference/indicators.csv). Pure.

Syringes are counted with those in kits, loose needles beside them and never among them; naloxone in sprays and in packs, and each figure says which.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from supply.coverage.rules.facts import PROGRAMMES, Facts, Formula, Member, Ratio, counted_as, from_ledger, from_published
from supply.coverage.rules.figures import Denominator, Note, Numerator, WhyNot
from supply.coverage.rules.intervals import Interval
from supply.coverage.rules.numerators import ALL_REFILLS, NALOXONE, NEEDLE, REFILL_USED, REFILLS, SET_PARTS, SYRINGE, USED_RETURNED, Origin

MEMBERS = ("members",)
"""What a figure is made of that rests on which municipalities hand out: known wherever there is a public edition."""


def syringes_per_person(facts: Facts) -> Iterable[Ratio]:
    """Syringes handed out a year ÷ people estimated to inject (UNAIDS indicator; WHO, UNODC, UNAIDS Technical Guide, 2012)."""
    sums = facts.sums
    ledger = from_ledger(facts, SYRINGE, sums.handed_out(SYRINGE), "syringes", in_kits=sums.in_kits[SYRINGE], loose_needles=sums.handed_out(NEEDLE))
    yield Ratio(counted="syringes", numerator=ledger, denominator=facts.people, made_of=(SYRINGE,))
    for one in facts.fitting(SYRINGE):
        alike = one.unit_as_reported == "syringes"
        what = "syringes" if alike else "needles"
        yield Ratio(counted=what, numerator=from_published(one, one.units, what), denominator=facts.people, notes=() if alike else (Note.OTHER_SCOPE,))


def naloxone_against_deaths(facts: Facts) -> Iterable[Ratio]:
    """Naloxone handed out a year, in sprays and in packs, ÷ opioid deaths a year (Bird, Parmar and Strang, 2015)."""
    why = None if facts.deaths else WhyNot.NO_DEATHS
    for counted, numerator, hidden in _naloxone(facts):
        yield Ratio(counted=counted, numerator=numerator, denominator=facts.deaths, why_not=why or hidden, made_of=_made_of(numerator))


def naloxone_per_100000(facts: Facts) -> Iterable[Ratio]:
    """Sprays handed out a year for each 100 000 inhabitants (SERAF, 2016)."""
    why = None if facts.persons else WhyNot.NO_POPULATION
    for counted, numerator, _ in _naloxone(facts):
        if counted == "sprays":
            yield Ratio(counted=counted, numerator=numerator, denominator=facts.persons, scale=100_000, why_not=why, made_of=_made_of(numerator))


def naloxone_per_100_injectors(facts: Facts) -> Iterable[Ratio]:
    """Sprays handed out a year for each 100 people estimated to inject."""
    for counted, numerator, _ in _naloxone(facts):
        if counted == "sprays":
            yield Ratio(counted=counted, numerator=numerator, denominator=facts.people, scale=100, made_of=_made_of(numerator))


def full_set_share(facts: Facts) -> Iterable[Ratio]:
    """Give the scarcest of cooker, swab, acid and filter ÷ syringes."""
    parts = {part: facts.sums.handed_out(part) for part in SET_PARTS}
    numerator = from_ledger(facts, SYRINGE, min(parts.values()), "full_sets", **parts)
    yield _of_the_same(facts, numerator, facts.sums.handed_out(SYRINGE), counted="sets", what="syringes", made_of=(SYRINGE, *SET_PARTS))


def return_ratio(facts: Facts) -> Iterable[Ratio]:
    """Used syringes returned ÷ syringes handed out."""
    numerator = from_ledger(facts, SYRINGE, facts.sums.units[USED_RETURNED, SYRINGE], "used_syringes")
    yield _of_the_same(facts, numerator, facts.sums.handed_out(SYRINGE), counted="syringes", what="syringes", made_of=(SYRINGE, USED_RETURNED))


def used_on_overdose(facts: Facts) -> Iterable[Ratio]:
    """Naloxone refilled because it was used ÷ naloxone refilled. Hand-outs that do not say why are none of them."""
    refills = sum(facts.sums.occasions[occasion] for occasion in REFILLS)
    numerator = from_ledger(facts, NALOXONE, facts.sums.occasions[REFILL_USED], "refills_used", unknown=facts.sums.occasions["unknown"])
    yield _of_the_same(facts, numerator, refills, counted="sprays", what="refills", made_of=(REFILL_USED, ALL_REFILLS))


def availability(facts: Facts) -> Iterable[Ratio]:
    """People who inject in municipalities where equipment (or naloxone) is handed out ÷ all, by the estimate and by those known; nothing of a single municipality, where either all are or nobody is."""
    if len(facts.members) < 2:
        return
    for programme in PROGRAMMES:
        estimated = [(one, one.middle) for one in facts.members]
        yield _share_of(f"{programme}_estimated", programme, estimated, "people_who_inject", Note.MODEL)
        yield _share_of(f"{programme}_known", programme, [(one, one.known) for one in facts.members], "known_injectors")


def municipalities_distributing(facts: Facts) -> Iterable[Ratio]:
    """Municipalities that hand out equipment (or naloxone) ÷ those with known injecting; nothing of a single one."""
    if len(facts.members) < 2:
        return
    for programme in PROGRAMMES:
        yield _share_of(programme, programme, [(one, 1.0) for one in facts.members if one.known], "municipalities")


def persons_reached(_facts: Facts) -> Iterable[Ratio]:
    """People who received something ÷ people who inject (WHO PRV.8): not collected, on purpose, for nothing is kept about those who receive."""
    yield Ratio(counted="people", numerator=None, denominator=None, why_not=WhyNot.NOT_COLLECTED)


FORMULAS: Mapping[str, Formula] = {
    "syringes_per_person": syringes_per_person,
    "naloxone_against_deaths": naloxone_against_deaths,
    "naloxone_per_100000": naloxone_per_100000,
    "naloxone_per_100_injectors": naloxone_per_100_injectors,
    "full_set_share": full_set_share,
    "availability": availability,
    "municipalities_distributing": municipalities_distributing,
    "return_ratio": return_ratio,
    "used_on_overdose": used_on_overdose,
    "persons_reached": persons_reached,
}


def _naloxone(facts: Facts) -> Iterable[tuple[str, Numerator, WhyNot | None]]:
    """Give naloxone in sprays and in packs, as the ledger has it and as it was published."""
    sums = facts.sums
    yield "sprays", from_ledger(facts, NALOXONE, sums.handed_out(NALOXONE), "sprays"), None
    yield "packs", from_ledger(facts, NALOXONE, None if sums.unpacked else sums.packs, "packs"), WhyNot.NO_PACK if sums.unpacked else None
    for one in facts.fitting(NALOXONE):
        if one.unit_as_reported.startswith("sprays"):
            yield "sprays", from_published(one, one.units, "sprays"), None
            if facts.pack_units:
                yield "packs", from_published(one, one.units / facts.pack_units, "packs"), None
        else:
            yield "kits", from_published(one, one.units, "kits"), None


def _made_of(naloxone: Numerator) -> tuple[str, ...]:
    return (NALOXONE,) if naloxone.origin is Origin.LEDGER else ()


def _of_the_same(facts: Facts, numerator: Numerator, whole: int, *, counted: str, what: str, made_of: tuple[str, ...]) -> Ratio:
    """Divide by what the same places handed out; both are as they are reported, so nothing is reckoned to a year."""
    denominator = replace(counted_as(whole, what, "ledger"), year=facts.window.ends_on.year) if whole else None
    why = None if whole or numerator.units is None else WhyNot.NOTHING_TO_SHARE
    return Ratio(counted=counted, numerator=numerator, denominator=denominator, yearly=False, why_not=why, made_of=made_of)


def _share_of(counted: str, programme: str, weights: Sequence[tuple[Member, float | None]], what: str, *notes: Note) -> Ratio:
    """Divide what counts in municipalities with a programme by what counts in all of them."""
    known = [(member, weight) for member, weight in weights if weight]
    whole = sum(weight for _, weight in known)
    there = sum(weight for member, weight in known if programme in member.gives)
    numerator = Numerator(units=there, what=what, origin=Origin.LEDGER, places=len(known), aside={"municipalities": sum(programme in member.gives for member, _ in known)})
    if not whole:
        return Ratio(counted=counted, numerator=None, denominator=None, yearly=False, why_not=WhyNot.NO_KNOWN_INJECTING, made_of=MEMBERS)
    models = {member.people.model for member, _ in known if member.people and member.people.model} if Note.MODEL in notes else set()
    denominator = Denominator(interval=Interval(point=whole), what=what, source="estimates", model=next(iter(models)) if models else None)
    partly = (Note.KNOWN_IN_PART,) if what != "people_who_inject" and any(member.known_in_part for member, _ in known) else ()
    return Ratio(counted=counted, numerator=numerator, denominator=denominator, yearly=False, notes=partly, made_of=MEMBERS)
