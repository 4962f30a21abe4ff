"""The figures of supply as charts, and as they are written."""

from collections.abc import Callable, Sequence

from flask_babel import format_date, format_decimal, format_percent, gettext

from inventory.pages.frame import product_name, products
from orders.queries.area_figures import AreaFigures
from orders.rules.figures import Figures
from supply.charts.bars import Bars
from supply.charts.spark import Spark
from supply.charts.trend import Line, Trend
from supply.charts.values import Chart, Row, Value


def share(part: float | None) -> str:
    """Write a share in per cent; what is not known as such, and never 100 where something is missing, nor 0 where something is there."""
    if part is None:
        return str(gettext("not known"))
    close = 0 < part < 0.001 or 0.999 < part < 1
    return str(format_percent(part, "#,##0.##\N{NO-BREAK SPACE}%" if close else "#,##0.#\N{NO-BREAK SPACE}%"))


def units(number: float | None) -> str:
    """Write a number with one figure behind the comma; what is not known as such."""
    return str(gettext("not known") if number is None else format_decimal(round(number, 1)))


def spark(found: AreaFigures, product: str) -> Spark:
    """Draw how the fill rate of a product went."""
    rates = found.fill_by_month(product)
    known = [rate for rate in rates if rate is not None]
    said = gettext("Fill rate by month, from %(low)s to %(high)s", low=share(min(known)), high=share(max(known))) if known else gettext("Nothing was asked for.")
    return Spark(label=str(said), values=tuple(rates))


def charts_of(found: AreaFigures, beneath: Sequence[tuple[str, str, Figures]], *, link: Callable[[str], str | None]) -> dict[str, Chart]:
    """Draw the fill rate by month, the months of stock of each product, and the stock-out rate of each product or of what lies beneath."""
    out = [(name, one, link(code)) for code, name, one in beneath] or [(product_name(code), one, None) for code, one in _ordered(found)]
    return {
        "fill": Trend(
            name="fill-rate",
            title=str(gettext("Fill rate by month")),
            description=str(gettext("The share of what was asked for that was handed out, month by month; the table says the same.")),
            unit=str(gettext("per cent of what was asked for")),
            number=_per_cent,
            periods=tuple(str(format_date(month, "MMM yy")) for month in found.months),
            lines=(Line(label=str(gettext("Fill rate")), values=tuple(_share(rate) for rate in found.fill_by_month())),),
            unknown=str(gettext("nothing asked for")),
        ),
        "months": Bars(
            name="months-of-stock",
            title=str(gettext("Months of stock by product")),
            description=str(gettext("How many months what is usable lasts at what is used; the table says the same.")),
            unit=str(gettext("months")),
            number=format_decimal,
            rows=tuple(Row(label=product_name(code), value=Value(point=one.months_of_stock, text=units(one.months_of_stock))) for code, one in _ordered(found) if one.usable or one.daily),
        ),
        "out": Bars(
            name="stock-out-rate",
            title=str(gettext("Stock-out rate")),
            description=str(gettext("The share of days on which a product had nothing usable at a place; the table says the same.")),
            unit=str(gettext("per cent of days")),
            number=_per_cent,
            rows=tuple(Row(label=name, value=_share(one.stockout_rate), href=path or "") for name, one, path in out),
        ),
    }


def _ordered(found: AreaFigures) -> list[tuple[str, Figures]]:
    return [(code, found.by_product[code]) for code in products() if code in found.by_product]


def _share(part: float | None) -> Value:
    return Value(point=None if part is None else 100 * part, text=share(part))


def _per_cent(number: float) -> str:
    return f"{format_decimal(number)}\N{NO-BREAK SPACE}%"
