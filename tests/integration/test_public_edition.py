"""What readers see of areas that are not their own: one edition a quarter, made once, the same wherever it is asked for, from which no small number can be worked out."""

MONTHS = ("2026-07", "2026-08", "2026-09")


def test_nothing_yet(app):
    pass
