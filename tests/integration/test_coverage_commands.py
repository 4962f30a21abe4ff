"""`flask coverage`: the same figures, for an operator."""

from supply.coverage.cli import coverage


def test_the_figures_are_said_with_interval_verdict_and_origin(app):
    said = app.test_cli_runner().invoke(coverage, ["show", "--from", "2017-01-01", "--to", "2017-12-31", "--indicator", "syringes_per_person"])

    assert said.exit_code == 0, said.output
    assert "syringes_per_person (syringes): 333.3 (276.2 to 391.9), high, over 99% sure, published" in said.output
    assert "not known: no place" in said.output


def test_the_gaps_say_what_would_close_them(app):
    said = app.test_cli_runner().invoke(coverage, ["gaps", "--area", "5601"])

    assert said.output.split() == ["no_distribution", "5601", "Alta,", "29", "known:", "needs", "5,800", "syringes", "a", "year,", "1", "service", "point"]


def test_what_cannot_be_is_a_sentence_and_exit_1(app):
    said = app.test_cli_runner().invoke(coverage, ["show", "--area", "9999"])

    assert said.exit_code == 1
    assert "There is no such area." in said.output
