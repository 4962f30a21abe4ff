"""What tells of a person: identity numbers by their control digits, telephones and addresses by their shape."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.no import fodselsnummer

from supply import privacy

FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2)
SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def number_of(nine: str) -> str | None:
    """Give nine digits their two control digits, None where there are none."""
    first = -sum(int(digit) * weight for digit, weight in zip(nine, FIRST, strict=True)) % 11
    if first == 10:
        return None
    second = -sum(int(digit) * weight for digit, weight in zip(f"{nine}{first}", SECOND, strict=True)) % 11
    return None if second == 10 else f"{nine}{first}{second}"


digits = st.text("0123456789", min_size=9, max_size=9)


@given(nine=digits)
def test_every_number_with_right_control_digits_is_found_whatever_its_date(nine):
    number = number_of(nine)

    if number is not None:
        assert privacy.holds_identity_number(number)
        assert privacy.holds_identity_number(f"gitt til {number[:6]} {number[6:]}, hentet")


@given(nine=digits, wrong=st.integers(1, 9), at=st.integers(0, 10))
def test_one_digit_wrong_is_no_number(nine, wrong, at):
    number = number_of(nine)

    if number is not None:
        mistyped = f"{number[:at]}{(int(number[at]) + wrong) % 10}{number[at + 1 :]}"
        assert not privacy.holds_identity_number(mistyped)


@pytest.mark.parametrize("number", ["01017050040", "15108695088", "41017050034", "01817050006", "01667050150", "41817050180"])
def test_known_numbers_are_found(number):
    assert privacy.holds_identity_number(number)


def test_a_number_of_a_person_as_others_reckon_it_is_found():
    assert fodselsnummer.is_valid("15108695088")


@pytest.mark.parametrize("text", ["010170 50040", "010170-50040", "010170.50040", "fnr:01017050040.", "01017050040\n", "x01017050040x", "(01017050040)"])
def test_a_number_is_found_however_it_stands(text):
    assert privacy.holds_identity_number(text)


@pytest.mark.parametrize("text", ["", "01017050041", "101017050040", "010170500401", "05060571490001", "lot 12345678901", "010170  50040", "2026-11-20"])
def test_what_is_no_identity_number_is_let_through(text):
    assert not privacy.holds_identity_number(text)


@pytest.mark.parametrize("text", ["ring 99887766", "tlf 22 33 44 55", "+47 99 88 77 66", "+4799887766"])
def test_a_telephone_number_is_doubted(text):
    assert privacy.doubts(text) == {"telephone"}


@pytest.mark.parametrize("text", ["kari@example.no", "a.b-c@d.e.no"])
def test_an_address_is_doubted(text):
    assert privacy.doubts(text) == {"address"}


@pytest.mark.parametrize("text", ["", "40 sett til helgen", "pose 12345678", "2026-11-20", "lot A1234567890", "5060571490001"])
def test_what_tells_of_nobody_is_not_doubted(text):
    assert privacy.doubts(text) == set()
