"""Who recorded something, as its reader may know it: colleagues by name, others by their staff number."""

from collections.abc import Iterable

from flask import g

from supply.auth import queries as accounts
from supply.db import reading


def people_behind(numbers: Iterable[str]) -> dict[str, str]:
    """Give what to call the people behind staff numbers: names only where the reader records too."""
    wanted = set(numbers)
    names = accounts.names_of(reading(), wanted) if g.place.may_record else {}
    return {number: f"{names[number]} ({number})" if number in names else number for number in wanted}
