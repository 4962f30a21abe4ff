"""What the reference data refuses."""

from collections.abc import Sequence

from supply.errors import Forbidden, Invalid
from supply.reference.rules import Problem


class FilesAreWrong(Invalid):
    """The reference files cannot be loaded.

    Nothing was changed. {problems}
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        lines = [" ".join(filter(None, (f"{problem.file}, line {problem.line}:", problem.column, problem.why))) for problem in problems]
        super().__init__(problems="; ".join(lines))
        self.lines = lines


class NotYourArea(Forbidden):
    """You may not say this for others.

    A place speaks for itself, a municipality for its own places, and those whose right holds everywhere for the nation. Choose a place or a municipality of yours.
    """
