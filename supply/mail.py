"""One letter to one person by SMTP: what it is made of, and the talk with the mail server. Never inside a transaction."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from smtplib import SMTP, SMTP_SSL, SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any
from urllib.parse import urlsplit

from supply.addresses import is_address, sender_of
from supply.settings import Settings

TIMEOUT_SECONDS = 20.0
"""How long a mail server may be silent."""
ANSWER_LENGTH_MAX = 300


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A letter as it was written: the same bytes whenever it is sent."""

    to: str
    subject: str
    text: str
    html: str
    language: str
    message_id: str
    made_at: datetime


@dataclass(frozen=True, kw_only=True)
class Sent:
    """The mail server took it."""


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The mail server says that it takes no mail for the address."""

    answer: str


@dataclass(frozen=True, kw_only=True)
class Later:
    """It could not be sent now. `away`: no other letter can be either."""

    answer: str
    away: bool


Outcome = Sent | Refused | Later


def host_of(settings: Settings) -> str:
    """Give the name the service goes by, for Message-IDs and greetings; an address made of numbers is no name."""
    host = urlsplit(settings.base_url).hostname or ""
    return host if any(character.isalpha() for character in host) and ":" not in host else "localhost"


def message_of(draft: Draft, *, sender: str) -> EmailMessage:
    """Make a message of text and HTML to one address. Refuses (ValueError) what is no single address, and a header that would be two."""
    found = sender_of(sender)
    if found is None or not is_address(draft.to):
        raise ValueError("no single address")
    name, address = found
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = Address(display_name=name, addr_spec=address)
    message["To"] = Address(addr_spec=draft.to)
    message["Subject"] = draft.subject
    message["Date"] = format_datetime(draft.made_at)
    message["Message-ID"] = draft.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(draft.text, cte="quoted-printable")
    message.add_alternative(draft.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = draft.language  # last: what came before it went into the first part
    return message


class PostOffice:
    """The mail server: talked to from the first letter on, over one connection as long as it holds."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.talk: SMTP | None = None

    def send(self, draft: Draft) -> Outcome:
        """Send a letter; says what became of it."""
        message = message_of(draft, sender=self.settings.mail_from)
        try:
            talk = self.talk or self._greet()
        except (OSError, SMTPException) as error:
            return Later(answer=answer_of(error), away=True)
        self.talk = talk
        try:
            talk.sendmail(message["From"].addresses[0].addr_spec, [draft.to], message.as_bytes())
        except SMTPRecipientsRefused as refused:
            ((code, said),) = refused.recipients.values()
            answer = _readable(f"{code} {_text(said)}")
            return Refused(answer=answer) if 500 <= code < 600 else self._later(answer, away=code == 421)
        except SMTPDataError as error:
            return self._later(answer_of(error), away=error.smtp_code == 421)
        except (OSError, SMTPException) as error:  # the sender is refused, the connection is gone, or nobody answers: so it would be for every letter
            return self._later(answer_of(error), away=True)
        return Sent()

    def leave(self) -> None:
        """End the talk, politely where there is still somebody."""
        talk, self.talk = self.talk, None
        if talk is None:
            return
        try:
            talk.quit()
        except (OSError, SMTPException):
            talk.close()

    def _greet(self) -> SMTP:
        settings = self.settings
        how: dict[str, Any] = {"local_hostname": host_of(settings), "timeout": TIMEOUT_SECONDS}
        trusting = ssl.create_default_context() if settings.mail_tls != "none" else None
        if settings.mail_tls == "implicit":
            talk: SMTP = SMTP_SSL(settings.smtp_host, settings.smtp_port, context=trusting, **how)
        else:
            talk = SMTP(settings.smtp_host, settings.smtp_port, **how)
        try:
            if settings.mail_tls == "starttls":
                talk.starttls(context=trusting)
            if settings.smtp_user:
                talk.login(settings.smtp_user, settings.smtp_password)
        except (OSError, SMTPException):
            talk.close()
            raise
        return talk

    def _later(self, answer: str, *, away: bool) -> Later:
        if away:
            self.leave()
        return Later(answer=answer, away=away)


@contextmanager
def post_office(settings: Settings) -> Iterator[PostOffice]:
    """Give the mail server, and leave it in the end."""
    office = PostOffice(settings)
    try:
        yield office
    finally:
        office.leave()


def answer_of(error: Exception) -> str:
    """Write what a mail server answered, or what kept us from hearing it, on one short line."""
    if isinstance(error, SMTPResponseException):
        return _readable(f"{error.smtp_code} {_text(error.smtp_error)}")
    return _readable(f"{type(error).__name__} {error}")


def _text(said: Any) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _readable(text: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())[:ANSWER_LENGTH_MAX]
