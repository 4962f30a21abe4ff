"""What a JSON route is made of: who may, what it takes, in which transaction, what it gives."""

import functools
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask import Response, g, request
from flask.globals import request_ctx
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import Headers

from supply import clock
from supply.asking import current_person, surely
from supply.auth.rules import PERMISSIONS
from supply.db import in_one_transaction, reading
from supply.errors import Conflict, Forbidden, KeyMissing, Refusal, Unreadable, WrongContentType, plain
from supply.json_text import json_bytes, read_strictly
from supply.once import rules as once_rules
from supply.once import service as once_service
from supply.once.service import Answer, Asked
from supply.schemas import ValuesAreWrong, messages_of

View = Callable[..., Any]
API = "/api/v1/"


@dataclass(frozen=True, kw_only=True)
class Page:
    """A part of a list, and where the next part starts (None at the end)."""

    items: list[Any]
    next_after: str | None = None


@dataclass(frozen=True, kw_only=True)
class Made:
    """What an act made, and its address."""

    what: Any
    location: str


def may(permission: str) -> Callable[[View], View]:
    """Let in those to whom the table gives the permission somewhere; where it reaches is asked by the service."""
    roles = PERMISSIONS[permission]

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def guarded(*args: Any, **path: Any) -> Any:
            def answer() -> Any:
                if roles and not current_person().may(permission):
                    raise Forbidden
                return view(*args, **path)

            return surely(answer)

        guarded.permission = permission  # type: ignore[attr-defined]  # the house tests walk the routes and read it
        return guarded

    return wrap


def takes(schema: type[ma.Schema], where: str = "json") -> Callable[[View], View]:
    """Read what was sent (the JSON body, or the query) into the schema's dataclass, and hand it on first."""
    loader = schema()

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def taking(*before: Any, **path: Any) -> Any:
            sent = read_json() if where == "json" else _query()
            return view(*before, _load(loader, sent), **path)

        return documented(taking, view, **{where: schema})

    return wrap


def reads(view: View) -> View:
    """Give the view the session the request reads with, and send what it answers."""

    @functools.wraps(view)
    def reading_view(*args: Any, **path: Any) -> Response:
        return respond(view(reading(), *args, **path))

    return reading_view


def once(view: View) -> View:
    """Run the view's act under the Idempotency-Key: one effect and one answer, in one transaction."""

    @functools.wraps(view)
    def acting(*taken: Any, **path: Any) -> Response:
        key = key_sent()
        rule = request.url_rule.rule if request.url_rule else ""
        asked = ask(rule.removeprefix(API), [path, *taken], key=key)
        return respond(perform(asked, lambda: in_one_transaction(keeping(asked, lambda session: view(session, *taken, **path)))))

    return acting


def ask(act: str, what: Any, *, key: str) -> Asked:
    """Name a request of the person who is asking: their account, the key, and the digest of act and content."""
    return Asked(account_id=current_person().account_id, key=key, digest=once_rules.digest_of(act, what))


def key_sent() -> str:
    """Give the Idempotency-Key of the request; refuses one that is missing or cannot be one."""
    key = request.headers.get("Idempotency-Key", "")
    if not once_rules.is_key(key):
        raise KeyMissing
    return key


def perform(asked: Asked, attempt: Callable[[], Answer]) -> Answer:
    """Do a thing once. `attempt` does it and keeps its answer, in one transaction (see `keeping`), or raises why it was refused.

    A refusal for what the stock or the state was spends the key: it is kept in a transaction of its own after the act was undone.
    """
    g.key = asked.key
    try:
        return attempt()
    except Refusal as refusal:
        kept = Answer(status=refusal.status, body=problem_bytes(refusal)) if isinstance(refusal, Conflict) else None
        answer = in_one_transaction(lambda session: _first_answer(session, asked, kept))
        if answer is None:
            raise
        return answer


def keeping(asked: Asked, work: Callable[[Session], Answer]) -> Callable[[Session], Answer]:
    """Give what does a thing and keeps its answer: the first answer again when the key is known.

    Most keys are new, so the thing is done first; a known key makes the keeping of its answer fail, the thing is undone, and the next try finds the first answer.
    """
    tries = itertools.count()

    def act(session: Session) -> Answer:
        if next(tries) and (known := once_service.find_answer(session, asked)) is not None:
            return known
        answer = work(session)
        once_service.keep_answers(session, [(asked, answer)], now=clock.now())
        return answer

    return act


def _first_answer(session: Session, asked: Asked, refused: Answer | None) -> Answer | None:
    """Give the first answer to a key; where there is none, keep the refusal that is one (None: it spends nothing)."""
    known = once_service.find_answer(session, asked)
    if known is None and refused is not None:
        once_service.keep_answers(session, [(asked, refused)], now=clock.now())
    return known or refused


def gives(schema: type[ma.Schema], status: int = 200, *, many: bool = False) -> Callable[[View], View]:
    """Write what the view answers with the schema: an object, a Page of a list, or what was Made with its address; bytes are JSON already."""
    writer = schema(many=many)

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def giving(*args: Any, **path: Any) -> Answer:
            result = view(*args, **path)
            if isinstance(result, Answer):
                return result
            location, what = (result.location, result.what) if isinstance(result, Made) else (None, result)
            if isinstance(what, Page):
                if what.next_after is not None:
                    g.next_after = what.next_after
                what = what.items
            return Answer(status=status, body=what if isinstance(what, bytes) else json_bytes(writer.dump(what)), location=location)

        return documented(giving, view, gives=(schema, status, many))

    return wrap


def documented(outer: View, inner: View, **part: Any) -> View:
    """Give a view that says what the one within takes and gives, and some more; supply.openapi reads it."""
    outer.documents = {**getattr(inner, "documents", {}), **part}  # type: ignore[attr-defined]  # a function may have it
    return outer


def read_json() -> Any:
    """Read the body as JSON, strictly: repeated members, NaN and what is not UTF-8 are refused with 400, another type with 415."""
    sent = request_ctx.request
    if sent.mimetype != "application/json":
        raise WrongContentType
    try:
        return read_strictly(sent.get_data())
    except (ValueError, RecursionError) as error:
        raise Unreadable(why=str(error)[:200]) from error


def problem_of(refusal: Refusal) -> dict[str, Any]:
    """Write a refusal as an RFC 9457 problem, in the reader's language, its facts beside it."""
    title, sentence = refusal.sentences()
    told = {name: gettext(value) if isinstance(value, str) and name in {"why", "problem"} else value for name, value in refusal.facts.items()}
    problem = {
        "type": f"/problems/{refusal.code()}",
        "title": gettext(title),
        "status": refusal.status,
        "detail": gettext(sentence).format_map(_Facts(told)) if sentence else gettext(title),
        "instance": request.path,
        "code": refusal.code(),
    }
    if refusal.at:
        problem["at"] = refusal.at
    return problem | plain(refusal.facts)


def problem_bytes(refusal: Refusal) -> bytes:
    """Write a refusal as it is sent and kept."""
    return json_bytes(problem_of(refusal))


def respond_problem(refusal: Refusal) -> Response:
    """Send a refusal as application/problem+json."""
    response = respond(Answer(status=refusal.status, body=problem_bytes(refusal)))
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if refusal.status == 503:
        response.headers["Retry-After"] = "2"
    return response


class _Facts(dict[str, Any]):
    """Facts for a sentence; what is not known reads as a question mark, never as an error."""

    def __missing__(self, key: str) -> str:
        return "?"


class _Finished(Response):
    """An answer whose headers go out as they were set: its length is known, and its addresses are absolute paths of ASCII."""

    def get_wsgi_headers(self, environ: Any) -> Headers:
        """Give the headers; Werkzeug would copy each of them and take the addresses apart."""
        del environ
        return self.headers


def respond(answer: Answer) -> Response:
    """Send an answer as it was kept."""
    response = _Finished(answer.body, answer.status, content_type="application/json" if answer.status < 400 else "application/problem+json")
    if answer.location:
        response.headers["Location"] = answer.location
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    if (after := g.pop("next_after", None)) is not None:
        arguments = {**request.args.to_dict(), "after": after}
        response.headers["Link"] = f'<{request.path}?{_encoded(arguments)}>; rel="next"'
    return response


def _encoded(arguments: Mapping[str, str]) -> str:
    from urllib.parse import urlencode

    return urlencode(arguments)


def _query() -> dict[str, str]:
    repeated = sorted(name for name, values in request.args.lists() if len(values) > 1)
    if repeated:
        raise Unreadable(why=f"repeated: {', '.join(repeated)[:100]}")
    return request.args.to_dict()


def _load(loader: ma.Schema, sent: Any) -> Any:
    try:
        return loader.load(sent)
    except ma.ValidationError as error:
        raise ValuesAreWrong(messages_of(error)) from error
