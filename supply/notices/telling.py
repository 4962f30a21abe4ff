"""What a notice says and where it leads, for the inbox, the interface and letters alike. A notice of which the words are missing is still shown."""

import logging
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from supply.notices.queries import Kinds
from supply.notices.rules import NoticeKind, unknown_kind

log = logging.getLogger(__name__)
_BROKEN = (LookupError, TypeError, ValueError, AttributeError)
"""What telling facts may fail of that are others than its words were made for."""


def kind_of(kinds: Kinds, code: str) -> NoticeKind:
    """Give the kind of a notice; one that no feature knows tells its code."""
    return kinds.get(code) or unknown_kind(code, lambda _facts: _code_alone(code))


def sound_kind(kinds: Kinds, code: str, facts: Mapping[str, Any]) -> NoticeKind:
    """Give the kind of a notice; where it cannot be said of these facts how urgent they are or whom they concern, one as if nobody knew it."""
    kind = kind_of(kinds, code)
    try:
        kind.urgency_of(facts)
        kind.roles(facts)
    except _BROKEN:
        log.exception("of a notice of kind %s it cannot be said whom it concerns", code)
        return kind_of({}, code)
    return kind


def sentence_of(kinds: Kinds, code: str, facts: Mapping[str, Any], *, at: str) -> str:
    """Say a notice about the place `at` in the language in force, on one line."""
    try:
        said = kind_of(kinds, code).tell({**facts, "at": at})
    except _BROKEN:
        log.exception("a notice of kind %s cannot be told", code)
        said = _code_alone(code)
    return " ".join("".join(character if character.isprintable() else " " for character in str(said)).split())


def link_of(kinds: Kinds, code: str, facts: Mapping[str, Any], *, at: str) -> str | None:
    """Give the path where a notice about the place `at` can be acted on; None where there is none, or none of ours."""
    try:
        path = kind_of(kinds, code).link({**facts, "at": at})
    except _BROKEN:
        log.exception("a notice of kind %s leads nowhere", code)
        return None
    return path if path is not None and path.startswith("/") and not path.startswith("//") and path.isprintable() and " " not in path else None


def _code_alone(code: str) -> str:
    return str(gettext("Something happened here that has no words yet: %(code)s", code=code))
