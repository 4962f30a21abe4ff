"""Finds what must not stand in a note: numbers and addresses of people. Pure."""

import re

_ELEVEN = re.compile(r"(?<!\d)(\d{6})[ .\-]?(\d{5})(?!\d)")
_TELEPHONE = re.compile(r"(?<!\d)(?:\+47[ ]?)?[2-9]\d(?:[ ]?\d{2}){3}(?!\d)")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def holds_identity_number(text: str) -> bool:
    """Whether a valid national identity number stands in a text.

    The two control digits decide (Skatteetaten, fødselsnummer); the date is not looked at, so D-numbers, H-numbers and
    synthetic numbers (month + 80 or + 65) are found too.
    """
    return any(_has_control_digits(first + second) for first, second in _ELEVEN.findall(text))


def doubts(text: str) -> set[str]:
    """Name what looks like it tells of a person: telephone, address."""
    found = set()
    if _TELEPHONE.search(text):
        found.add("telephone")
    if _ADDRESS.search(text):
        found.add("address")
    return found


def _has_control_digits(number: str) -> bool:
    digits = [int(digit) for digit in number]
    return sum(map(int.__mul__, digits[:10], _FIRST_WEIGHTS)) % 11 == 0 and sum(map(int.__mul__, digits, _SECOND_WEIGHTS)) % 11 == 0
