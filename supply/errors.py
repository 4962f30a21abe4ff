"""What the service refuses, in four kinds. Each class is a sentence its reader can act on."""

import inspect
import re
from datetime import date
from typing import Any, ClassVar


class Refusal(Exception):
    """A refusal: its first line is the title, the rest the sentence with the facts in it.

    `at` names the field of what was sent (`lines.0.units`), the other keywords are what the reader needs to put it right.
    """

    status: ClassVar[int] = 500

    def __init__(self, *, at: str | None = None, **facts: Any) -> None:
        super().__init__(type(self).code())
        self.at = at
        self.facts = facts

    @classmethod
    def code(cls) -> str:
        """Give the stable name machines read: the class name, lower case with hyphens."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def sentences(cls) -> tuple[str, str]:
        """Give the title and the sentence (may be empty), as written: the keys of the translation catalogues."""
        return title_and_sentence(inspect.cleandoc(cls.__doc__ or cls.__name__))


class Invalid(Refusal):
    """Something in what was sent cannot be right."""

    status = 422


class Forbidden(Refusal):
    """You may not do this.

    Your account lacks the right. Ask an administrator of your organisation for it.
    """

    status = 403


class Missing(Refusal):
    """There is no such thing here.

    It does not exist, or it is not yours to see.
    """

    status = 404


class Conflict(Refusal):
    """It cannot be done as things stand."""

    status = 409


class Unreadable(Refusal):
    """What was sent cannot be read.

    {why}
    """

    status = 400


class KeyMissing(Unreadable):
    """The Idempotency-Key is missing.

    Send a header Idempotency-Key of 8 to 80 printable characters, a new one for each act.
    """


class KeyUsedForAnother(Invalid):
    """This key was used for something else.

    The same Idempotency-Key has been sent with another content. Use a new key for a new act.
    """


class NotSignedIn(Refusal):
    """Sign in first.

    Send a valid API key, or sign in on the page.
    """

    status = 401


class MethodNotAllowed(Refusal):
    """This address does not take that method.

    It takes {allowed}.
    """

    status = 405


class WrongContentType(Refusal):
    """Send JSON.

    The body must be sent as application/json.
    """

    status = 415


class TooLarge(Refusal):
    """Too much was sent at once.

    Send it in smaller parts.
    """

    status = 413


class ServerFault(Refusal):
    """Something is wrong with the service.

    It is our fault and has been noted. Send the same again later, with the same key.
    """

    status = 500


class Busy(Refusal):
    """The service is busy.

    Nothing was recorded. Send the same again in a moment, with the same key.
    """

    status = 503


def title_and_sentence(doc: str) -> tuple[str, str]:
    """Split a cleaned docstring into its first line and the rest, white space folded."""
    title, _, rest = doc.partition("\n")
    return title.strip(), " ".join(rest.split())


def plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Make facts fit for JSON: days as ISO text, what is none left out."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items() if value is not None}
