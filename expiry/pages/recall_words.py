"""The words of recalls as people read them, on pages and on paper."""

from collections.abc import Mapping

from flask_babel import LazyString, ngettext
from flask_babel import lazy_gettext as _l

from expiry.pages.frame import pages

CLASSES: Mapping[int, LazyString] = {
    1: _l("Class 1: may cost lives or seriously harm health"),
    2: _l("Class 2: may cause illness or wrong treatment"),
    3: _l("Class 3: most likely harms nobody"),
}
STATES: Mapping[str, LazyString] = {"open": _l("Going on"), "closed": _l("Closed"), "lifted": _l("Lifted")}
ANSWERS: Mapping[str, LazyString] = {"waiting": _l("No answer yet"), "partly": _l("Answered in part"), "answered": _l("Answered")}
COLOURS = {"open": "danger", "closed": "neutral", "lifted": "success", "waiting": "danger", "partly": "warning", "answered": "success"}
DRILL = _l("DRILL")
NOTHING_FROZEN = _l("This is a drill. Nothing is frozen and nothing is entered; answer as if it were real.")


@pages.app_template_filter()
def recall_class(level: int) -> str:
    """Give what a class of recalls means."""
    return str(CLASSES[level])


@pages.app_template_filter()
def recall_word(code: str) -> str:
    """Give a state of a recall, or of a place's answer, as people read it."""
    return str({**STATES, **ANSWERS}[code])


@pages.app_template_global()
def recall_colour(code: str) -> str:
    """Give the colour of a state's tag."""
    return COLOURS[code]


@pages.app_template_filter()
def took(minutes: int) -> str:
    """Say how long something took: minutes, hours or days."""
    if minutes < 120:
        return str(ngettext("%(num)s minute", "%(num)s minutes", minutes))
    if minutes < 48 * 60:
        return str(ngettext("%(num)s hour", "%(num)s hours", minutes // 60))
    return str(ngettext("%(num)s day", "%(num)s days", minutes // (24 * 60)))
