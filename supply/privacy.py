"""Finds what must not stand in a note: numbers and addresses of people. Pure."""

import re

from stdnum.no import fodselsnummer

_ELEVEN = re.compile(r"(?<!\d)(\d{6})[ .\-]?(\d{5})(?!\d)")
_TELEPHONE = re.compile(r"(?<!\d)(?:\+47[ ]?)?[2-9]\d(?:[ ]?\d{2}){3}(?!\d)")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


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
    return number[9:] == fodselsnummer.calc_check_digit1(number) + fodselsnummer.calc_check_digit2(number)
