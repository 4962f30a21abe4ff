"""A data value set for DHIS2: what each municipality's places handed out, month by month. What is not reported is not sent, for a nought would say something else."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from supply.coverage import Ledger
from supply.coverage.queries.edition import Edition
from supply.coverage.queries.summed import summed
from supply.coverage.report.templates import template
from supply.coverage.rules.numerators import HANDED_OUT, NALOXONE, NEEDLE, SYRINGE, USED_RETURNED, State, Sums
from supply.coverage.rules.windows import months_from

COUNTS = {
    "syringes": (HANDED_OUT, SYRINGE),
    "needles": (HANDED_OUT, NEEDLE),
    "sprays": (HANDED_OUT, NALOXONE),
    "used_syringes": (USED_RETURNED, SYRINGE),
}
"""What can be sent, by its name in the template."""


def data_value_set(session: Session, edition: Edition, ledger: Ledger) -> dict[str, Any]:
    """Give the data value set of the edition's months, as of its moment. Values are text, as DHIS2 writes them."""
    form = template("dhis2")
    return {"dataSet": form["data_set"], "dataValues": list(_values(session, edition, ledger, form))}


def _values(session: Session, edition: Edition, ledger: Ledger, form: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    units = form["org_units"]
    for month in edition.window.each_month():
        found = summed(session, edition.background, months_from(month, 1), edition.as_of, ledger).by_municipality
        for number, sums in sorted(found.items()):
            unit = units["named"].get(number) or units["pattern"].format(number=number)
            for name, element in sorted(form["elements"].items()):
                if (value := _value(sums, COUNTS[name])) is not None:
                    comment = {"comment": "not all places have said that this month is entered"} if sums.state(SYRINGE) is State.PARTLY else {}
                    yield {"dataElement": element, "period": f"{month:%Y%m}", "orgUnit": unit, "value": str(value), **comment}


def _value(sums: Sums, of: tuple[str, str]) -> int | None:
    return None if sums.state(of[1]) is State.NOT else sums.units[of]
