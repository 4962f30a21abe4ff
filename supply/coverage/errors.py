"""What coverage refuses."""

from supply.errors import Conflict, Forbidden, Invalid


class NoSuchArea(Invalid):
    """There is no such area.

    Write NO, a county of two digits, a municipality of four, or set: and the name of a set that is known.
    """


class NotByDistrict(Invalid):
    """Figures of a city district are not known.

    No place says in which district it lies, so what is handed out cannot be told by district. Ask for the municipality.
    """


class EndsBeforeItBegins(Invalid):
    """The period ends before it begins.

    Write a last day that is not before the first one.
    """


class TooLongAPeriod(Invalid):
    """The period is too long.

    Ask for at most {years} years at once.
    """


class InTheYearsToCome(Invalid):
    """The period has not begun yet.

    Nothing is known of it. Ask for months that have begun by {today}.
    """


class NoSuchCheckpoint(Invalid):
    """There is no such checkpoint.

    Write the number of one that was taken.
    """


class NoCheckpointYet(Conflict):
    """No checkpoint has been taken yet.

    A report is as of a checkpoint, so that it can be made again. One is taken every night; an operator can take one at once.
    """


class QuarterNotPublic(Conflict):
    """The quarter is not public yet.

    The public edition of {quarter} has not been made. A quarter is made public thirty days after its end, when a checkpoint has been taken since.
    """


class OnlyForTheCountry(Forbidden):
    """This list is for whoever sees the whole country.

    It counts every place. The open data of each quarter is for everyone.
    """


class NoSuchQuarter(Invalid):
    """There is no such quarter.

    Write a year and a quarter, like 2026Q3.
    """


class BoundsDisagree(Invalid):
    """The estimate's bounds do not agree.

    Low is at most the estimate, and the estimate at most high. Write at least the estimate itself, or both low and high.
    """


class EstimateIsPublished(Conflict):
    """This estimate is in the reference data.

    An estimate of the same area, year, kind and source was published and cannot be written over. Name another source.
    """


class NotANumberOfThatYear(Invalid):
    """No municipality had that number in that year.

    Write NO, or the number the municipality had on 1 January {year}.
    """
