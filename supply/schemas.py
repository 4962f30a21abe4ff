"""Schemas all features share: strict about what they take, plain about why they refuse. Their fields stand in supply.fields."""

import functools
from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _l
from marshmallow import fields

from supply.errors import Invalid
from supply.fields import Text, WholeText
from supply.plain import NOT_PLAIN, Plain


class ValuesAreWrong(Invalid):
    """Some of the values cannot be right.

    Put right what is said beside each field and send it again.
    """

    def __init__(self, errors: dict[str, Any]) -> None:
        super().__init__(errors=said(errors))


def messages_of(error: ma.ValidationError) -> dict[str, Any]:
    """Give what a validation found by field, as lists of sentences in the reader's language: a lazy one is no list, whatever marshmallow says."""
    return dict(said(error.normalized_messages()))  # type: ignore[no-untyped-call]  # marshmallow leaves it untyped


def said(errors: Any) -> Any:
    """Write validation messages in the reader's language, keys as text."""
    if isinstance(errors, dict):
        return {str(name): said(value) for name, value in errors.items()}
    return [str(message) for message in errors] if isinstance(errors, list) else [str(errors)]


class StrictSchema(ma.Schema):
    """A schema that refuses what it does not know, and makes a frozen dataclass of the rest."""

    makes: type | None = None
    error_messages = {"unknown": _l("This field is not known."), "type": _l("Send an object here.")}  # noqa: RUF012  marshmallow's own way

    class Meta:
        """Refuse unknown members."""

        unknown = ma.RAISE

    @functools.cached_property
    def plain(self) -> Plain:
        """Give the reader of bodies that are plainly right."""
        return Plain(self)

    def load(self, data: Any, **settings: Any) -> Any:
        """Read what was sent; raises ValidationError for what is wrong with it."""
        made = NOT_PLAIN if settings else self.plain.read(data)
        return super().load(data, **settings) if made is NOT_PLAIN else made

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """Make the dataclass."""
        return self.makes(**data) if self.makes else data


class ListArgs(StrictSchema):
    """How a list is paged: at most `limit` rows after an opaque mark."""

    limit = WholeText(1, 500, load_default=100)
    after = Text(300)


class ProblemOut(ma.Schema):
    """A refusal, RFC 9457, with a stable code and the facts needed to put it right."""

    class Meta:
        """The facts of a refusal stand beside the members all have."""

        unknown = ma.INCLUDE

    type = fields.String(required=True, metadata={"pattern": "^/problems/[a-z]+(-[a-z]+)*$"})
    title = fields.String(required=True, metadata={"minLength": 1})
    status = fields.Integer(required=True, metadata={"minimum": 400, "maximum": 599})
    detail = fields.String(required=True)
    instance = fields.String(required=True)
    code = fields.String(required=True, metadata={"pattern": "^[a-z]+(-[a-z]+)*$"})
    at = fields.String()
    errors = fields.Dict()
