"""The forecasts agree with those of an independent implementation: plain loops from the papers' formulae, run once (tests/unit/forecast_reference.py, which says how), its answers frozen here to ten digits."""

from typing import NamedTuple

import numpy as np
import pytest

from orders.rules.forecast import METHODS, forecast, quantiles
from orders.rules.forecast.past import Past
from orders.rules.forecast.rates import WAYS


class Frozen(NamedTuple):
    """A made-up series, its days that count, the last rate of each of the twelve ways, what was chosen (constant, rate, error, variance, days behind it), and what covers 7, 28 and 90 days at 50, 90 and 99 %."""

    name: str
    units: str
    days: str
    rates: str
    method: str
    found: str
    quantiles: str


def numbers(text):
    return np.array([float(word) for word in text.split()])


FROZEN = [
    Frozen(
        "rare",
        "0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 0 0 0 0 0 0 1 0 0 0 2",
        "7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7",
        "0.01373626374 0.02712043885 0.04289601699 0.07130805023 0.09685179187 0.01396507877 0.01424366271 0.01497978437 0.02509867381 0.0368523691 0.05516333383 0.06969533157",
        "mean",
        "0 0.01373626374 0.02069295105 0.01724798994 364",
        "0 0 2 0 1 3 1 3 6",
    ),
    Frozen(
        "lumpy",
        "0 0 0 5 6 0 0 0 6 17 14 7 0 0 10 16 0 0 9 0 0 7 0 0 0 0 7 0 0 0 0 8 0 9 0 0 4 0 0 8 0 0 0 0 10 10 0 6 8 0 0 0",
        "7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7",
        "0.4587912088 0.4147234523 0.3951520254 0.3505804826 0.271570183 0.4643752186 0.447301087 0.4373761618 0.4214843115 0.4128739923 0.370145262 0.2911818945",
        "croston_sba",
        "0.05 0.4643752186 0.4002709381 3.194347061 69.24212696",
        "1 9 23 10 28 51 37 76 123",
    ),
    Frozen(
        "steady",
        "13 13 11 14 14 9 10 8 9 8 8 12 8 13 11 14 11 14 14 9 12 14 8 12 9 12 13 14 13 11 9 14 12 10 12 14 13 10 14 9 11 11 10 13 10 13 11 8 14 12 9 8",
        "7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7",
        "1.615384615 1.596643348 1.559836179 1.487778152 1.427650388 1.556727264 1.48184437 1.339000336 1.559836179 1.559836179 1.559836179 1.559836179",
        "mean",
        "0 1.615384615 0.1497273175 0.6333123026 364",
        "11 16 20 45 54 62 145 163 178",
    ),
    Frozen(
        "dying",
        "6 0 2 6 6 4 2 1 1 6 0 0 2 5 0 4 5 1 5 1 2 1 3 4 6 4 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
        "7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7",
        "0.2115384615 0.08964319014 0.02716719712 0.001503574555 5.146511539e-05 0.4169176135 0.4198413255 0.4418031166 0.09011485502 0.02725307587 0.001433985671 4.580898805e-05",
        "tsb",
        "0.3 4.580898805e-05 0.1567246541 9.02842933e-05 7",
        "0 0 0 0 0 0 0 0 0",
    ),
    Frozen(
        "risen",
        "1 0 0 0 0 1 2 1 2 1 4 0 0 0 0 0 0 0 3 1 1 4 0 4 0 0 1 3 13 1 13 3 5 16 3 9 9 14 16 0 16 12 16 1 8 10 16 3 11 7 8 0",
        "7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7",
        "0.6565934066 0.9659513794 1.08549388 1.000806362 0.8478161563 0.9181850074 1.085652763 1.118096037 1.019263523 1.06271484 0.995802058 0.8832602888",
        "ses",
        "0.3 0.8478161563 0.3631688464 3.262460608 39.66666667",
        "5 13 23 22 40 61 72 118 165",
    ),
    Frozen(
        "with gaps",
        "0 0 0 3 4 0 0 0 0 0 0 6 0 0 0 0 0 0 5 0 0 0 0 0 0 0 6 0 6 0 0 0 3 0 0 0 0 6 0 0 0 0 8 0 0 3 0 4 0 0 2 0",
        "7 7 3 7 3 7 7 7 7 7 3 7 7 7 7 7 0 0 7 3 3 3 0 3 7 7 7 0 7 0 7 3 7 7 3 7 0 7 7 0 0 7 7 7 0 7 7 3 3 7 7 0",
        "0.224 0.2519238467 0.268252773 0.2691700273 0.255131049 0.223255693 0.221697967 0.2144824685 0.2519143272 0.2861526711 0.3357618203 0.3690757087",
        "croston_sba",
        "0.05 0.223255693 0.1805473017 0.8376995203 250",
        "1 5 11 5 13 23 19 34 50",
    ),
    Frozen(
        "slower, with gaps",
        "0 2 4 0 5 4 8 0 8 2 9 5 1 7 1 4 0 0 1 2 2 9 0 0 8 1 2 0 0 0 0 0 1 0 0 0 0 1 0 0 0 0 0 3 0 0 0 0 0 0 2 0",
        "7 7 3 7 3 7 7 7 7 7 3 7 7 7 7 7 0 0 7 3 3 3 0 3 7 7 7 0 7 0 7 3 7 7 3 7 0 7 7 0 0 7 7 7 0 7 7 3 3 7 7 0",
        "0.368 0.2559368461 0.1699396587 0.1091808234 0.1127771427 0.2794310572 0.2070050339 0.1215618668 0.2404975487 0.1887618931 0.1543884454 0.1690243284",
        "ses",
        "0.2 0.1091808234 0.31814408 0.3905532667 7",
        "0 2 12 0 9 36 1 30 109",
    ),
    Frozen(
        "clustered",
        "0 0 0 0 0 0 0 0 0 0 0 0 0 0 5 0 0 0 2 1 0 0 0 0 0 0 4 0 0 0 0 0 0 0 1 2 0 0 5 0 0 0 0 0 0 0 5 4 0 0 0 1",
        "7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7",
        "0.08241758242 0.1106310074 0.1272431684 0.1328286556 0.122517413 0.08462398264 0.08670450817 0.08946822584 0.1100621574 0.1299462127 0.1589220652 0.1836058031",
        "ses",
        "0.05 0.1106310074 0.1137424097 0.3622088432 273",
        "0 3 8 2 7 15 9 19 31",
    ),
    Frozen(
        "short",
        "4 0 0 2 5 0 1",
        "7 7 7 7 7 7 7",
        "0.2448979592 0.2407518026 0.2364170075 0.2267745212 0.2151435384 0.2348447098 0.2247942848 0.2046526868 0.2415026427 0.2453622673 0.2547064689 0.2658617059",
        "mean",
        "0 0.2448979592 nan 0.6463041232 49",
        "1 5 10 6 14 24 20 39 62",
    ),
    Frozen(
        "nothing",
        "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
        "7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7",
        "0 0 0 0 0 0 0 0 0 0 0 0",
        "mean",
        "0 0 0 0 364",
        "0 0 0 0 0 0 0 0 0",
    ),
]


@pytest.mark.parametrize("frozen", FROZEN, ids=lambda frozen: frozen.name)
def test_every_way_gives_the_rate_that_plain_loops_give(frozen):
    past = Past.of(numbers(frozen.units)[np.newaxis], numbers(frozen.days)[np.newaxis], None)

    rates = [list(way.rates(past))[-1][0] for way in WAYS]

    np.testing.assert_allclose(rates, numbers(frozen.rates), rtol=1e-9)


def test_what_is_chosen_and_what_it_says_is_what_plain_loops_choose_and_say():
    year = [frozen for frozen in FROZEN if len(frozen.units.split()) == 52]

    found = forecast(np.array([numbers(frozen.units) for frozen in year]), np.array([numbers(frozen.days) for frozen in year]))

    assert [METHODS[code] for code in found.method] == [frozen.method for frozen in year]
    assert {frozen.method for frozen in year} == set(METHODS)
    numbers_found = np.array([found.alpha, found.rate_a_day, found.error_a_day, found.variance_a_day, found.days_behind]).T
    np.testing.assert_allclose(numbers_found, [numbers(frozen.found) for frozen in year], rtol=1e-8)


@pytest.mark.parametrize("frozen", FROZEN, ids=lambda frozen: frozen.name)
def test_what_covers_the_days_ahead_is_what_adding_up_the_chances_gives(frozen):
    found = forecast(numbers(frozen.units)[np.newaxis], numbers(frozen.days)[np.newaxis])

    covers = [quantiles(found, days, level)[0] for days in (7, 28, 90) for level in (0.5, 0.9, 0.99)]

    assert covers == [int(number) for number in numbers(frozen.quantiles)]
