"""Proposals told in sentences: why so much, and why nothing."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from flask_babel import format_decimal, gettext, ngettext

from inventory.pages.frame import product_unit
from orders.rules.reorder import DAYS_A_MONTH
from supply.pages import day_text

SELDOM = Fraction(1, 2)
"""What is used less than this a day is told by the month."""
Facts = Mapping[str, Any]


def sentence(facts: Facts, product: str) -> str:
    """Tell in one sentence what a proposal was reckoned from and what it comes to."""
    return str(gettext("%(from)s: %(comes_to)s", **{"from": ", ".join(_known(facts)), "comes_to": ", ".join(_comes_to(facts, product))}))


def rate(daily: str | Fraction) -> str:
    """Tell a rate: by the day, or by the month where that is little."""
    a_day = Fraction(daily)
    if a_day >= SELDOM:
        return str(gettext("%(units)s a day", units=_rounded(a_day)))
    return str(gettext("%(units)s a month", units=_rounded(a_day * DAYS_A_MONTH)))


def why_nothing(because: str, facts: Facts, quiet_until: date | None) -> str:
    """Tell why nothing is proposed."""
    if because == "declined" and quiet_until is not None:
        return str(gettext("Declined until %(day)s.", day=day_text(quiet_until)))
    if because == "unknown":
        return str(gettext("Too little is known: %(days)s of %(needed)s days with stock.", days=facts["demand"]["days"], needed=facts["policy"]["days_needed"]))
    if because == "not_used":
        return str(gettext("Nothing is used of it."))
    if because == "less_than_a_pack":
        return str(gettext("What is missing is not worth a pack."))
    if because == "draft_waits":
        return str(gettext("A draft waits: %(units)s stand on it.", units=format_decimal(facts["position"]["in_drafts"])))
    until = facts["lasts_until"]
    return str(gettext("Enough until %(day)s.", day=_day(until)) if until else gettext("Enough for more than ten years."))


def _known(facts: Facts) -> list[str]:
    demand, position, policy = facts["demand"], facts["position"], facts["policy"]
    coming = position["on_order"] - position["in_drafts"]
    told = [
        _use(demand, policy),
        gettext("%(units)s usable", units=format_decimal(facts["usable"])),
        gettext("%(units)s on the way", units=format_decimal(coming)) if coming else "",
        gettext("%(units)s on drafts", units=format_decimal(position["in_drafts"])) if position["in_drafts"] else "",
        gettext("%(units)s owed to others", units=format_decimal(position["owed"])) if position["owed"] else "",
        ngettext("%(num)s day to delivery", "%(num)s days to delivery", policy["lead_days"]),
    ]
    return [str(part) for part in told if part]


def _use(demand: Facts, policy: Facts) -> str:
    said = {"rate": rate(demand["daily"])}
    if demand["basis"] == "default":
        return str(gettext("Too little is known (%(days)s of %(needed)s days), reckoned with %(rate)s", days=demand["days"], needed=policy["days_needed"], **said))
    return str(gettext("Will likely use %(rate)s", **said) if demand["basis"] == "forecast" else gettext("Uses %(rate)s", **said))


def _comes_to(facts: Facts, product: str) -> list[str]:
    units, packs = format_decimal(facts["units"]), facts["packs"]
    amount = ngettext("%(units)s = %(num)s pack", "%(units)s = %(num)s packs", packs, units=units) if facts["pack"] > 1 else f"{units} {product_unit(product)}"
    until = facts["lasts_until"]
    return [str(amount), str(gettext("lasts to %(day)s", day=_day(until)) if until else gettext("lasts more than ten years"))]


def _rounded(units: Fraction) -> str:
    return str(format_decimal(float(round(units, 1))))


def _day(text: str) -> str:
    return day_text(date.fromisoformat(text))
