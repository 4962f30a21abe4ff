"""Bands before the last usable day."""

import pytest

from expiry.rules.alerts import band_of


@pytest.mark.parametrize(
    ("left", "band"),
    [(400, None), (181, None), (180, 180), (91, 180), (90, 90), (31, 90), (30, 30), (1, 30), (0, 0), (-1, 0), (-400, 0)],
)
def test_a_lot_is_in_the_narrowest_band_it_has_come_into(left, band):
    assert band_of((180, 90, 30, 0), left) == band
