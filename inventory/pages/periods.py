"""Months, weeks and days as people read them, and what was used in them as charts."""

from collections.abc import Sequence

from flask_babel import format_date, format_decimal, gettext

from inventory.pages.frame import product_name
from inventory.rules.consumption import Together, Window
from inventory.rules.periods import By
from supply.charts.trend import Line, Trend
from supply.charts.values import Value
from supply.pages import day_text


def period_name(part: Window, by: By) -> str:
    """Name a month, a week by its number and year (ISO 8601, as in Norway), or a day."""
    if by is By.DAY:
        return day_text(part.since)
    if by is By.MONTH:
        return str(format_date(part.since, "MMM yyyy"))
    year, week, _ = part.since.isocalendar()
    return str(gettext("Week %(week)s, %(year)s", week=week, year=year))


def in_units(number: float | None) -> str:
    """Write units a day: two figures behind the comma where there are few; what is not known as such."""
    if number is None:
        return str(gettext("not known"))
    return str(format_decimal(round(number, 2 if number < 10 else 1)))


def charts_of(periods: Sequence[tuple[Window, Together]], by: By, product: str) -> tuple[Trend, Trend]:
    """Draw what was handed out and could not be, and the demand a day; a gap where no day counts."""
    name, labels = product_name(product), tuple(_short(part, by) for part, _ in periods)
    given = Line(label=str(gettext("Handed out")), values=tuple(_value(one.handed_out) for _, one in periods))
    unmet = Line(label=str(gettext("Asked for, none to give")), values=tuple(_value(one.unmet) for _, one in periods))
    daily = Line(label=str(gettext("Demand a day")), values=tuple(Value(point=one.daily, text=in_units(one.daily)) for _, one in periods))
    units = Trend(
        name="units",
        title=str(gettext("Handed out, and asked for in vain")),
        description=str(gettext("Units of %(product)s over time; the table says the same.", product=name)),
        unit=str(gettext("units")),
        number=format_decimal,
        periods=labels,
        lines=(given, unmet),
        unknown=str(gettext("not known")),
    )
    pace = Trend(
        name="daily",
        title=str(gettext("Demand a day")),
        description=str(gettext("Units of %(product)s a day with stock, over time; a gap where no day counts. The table says the same.", product=name)),
        unit=str(gettext("units a day")),
        number=format_decimal,
        periods=labels,
        lines=(daily,),
        unknown=str(gettext("not known")),
    )
    return units, pace


def _short(part: Window, by: By) -> str:
    if by is By.MONTH:
        return str(format_date(part.since, "MMM yy"))
    return f"{part.since.isocalendar().week}" if by is By.WEEK else str(format_date(part.since, "d. MMM"))


def _value(units: int) -> Value:
    return Value(point=units, text=format_decimal(units))
