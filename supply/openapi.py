"""The OpenAPI document: written from what each route says it takes and gives, so that it cannot say anything else."""

from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint as Routes
from flask import Flask, Response, current_app, render_template
from flask_smorest import Api, Blueprint

from supply.json_text import json_bytes
from supply.schemas import ProblemOut
from supply.web import View, may

PROBLEM = "application/problem+json"
_REFUSALS = {
    "400": "What was sent cannot be read, or the Idempotency-Key is missing.",
    "401": "No valid API key.",
    "403": "Not allowed.",
    "404": "Not there, or not yours to see.",
    "405": "The address does not take this method.",
    "409": "Refused for stock, state, a lot or a count; the key is spent and the refusal replayed.",
    "413": "Too much at once.",
    "415": "Not application/json.",
    "422": "A value is wrong whatever the stock; the key is not spent.",
    "503": "Away, busy or full; nothing was recorded.",
}
_ON_VERSIONS = {"412": "Somebody else changed it meanwhile; the version and state it has now are said.", "428": "If-Match is missing: say which version was seen."}
_ON_WRITES_ALONE = {"409", "413", "415"}
_REPLAYED = {"Idempotent-Replayed": {"description": "true when this is the first answer again.", "schema": {"type": "string", "const": "true"}}}
_HEADERS = {
    "401": {"WWW-Authenticate": {"description": "How to say who asks.", "required": True, "schema": {"type": "string"}}},
    "405": {"Allow": {"description": "The methods it takes.", "required": True, "schema": {"type": "string"}}},
    "409": _REPLAYED,
    "503": {"Retry-After": {"description": "Seconds to wait.", "required": True, "schema": {"type": "integer"}}},
}


class JsonApi(Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest, with our own errors in the document and at the door, and nothing in it that we do not do."""

    ERROR_SCHEMA = ProblemOut
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave errors to supply.app: it knows pages from JSON."""

    def _register_responses(self) -> None:
        """Leave out answers that no route gives."""

    def _register_pagination_header(self) -> None:
        """Leave out a header that no route sends: the next part of a list is in its Link."""


class JsonBlueprint(Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """Routes whose documentation is what their decorators do."""

    def get(self, rule: str) -> Callable[[View], View]:  # type: ignore[override,unused-ignore]
        """Add a route that reads."""
        return cast("Callable[[View], View]", self.route(rule, methods=["GET"]))

    def post(self, rule: str) -> Callable[[View], View]:  # type: ignore[override,unused-ignore]
        """Add a route that acts."""
        return cast("Callable[[View], View]", self.route(rule, methods=["POST"]))

    def patch(self, rule: str) -> Callable[[View], View]:  # type: ignore[override,unused-ignore]
        """Add a route that changes what is there."""
        return cast("Callable[[View], View]", self.route(rule, methods=["PATCH"]))

    def add_url_rule(self, rule: str, endpoint: str | None = None, view_func: Any = None, **options: Any) -> None:
        """Document a route as it is added."""
        if view_func is not None:
            document(view_func, options.get("methods") or ["GET"], finds="<" in rule)
        super().add_url_rule(rule, endpoint, view_func, **options)


routes = Routes("api_docs", __name__)


@routes.get("/api/docs")
@may("anyone")
def documentation() -> str:
    """Show the interface to a reader; calls no outside host."""
    return render_template("api_docs.html")


@routes.get("/api/openapi.json")
@may("anyone")
def document_itself() -> Response:
    """Give the OpenAPI document."""
    return Response(json_bytes(current_app.extensions["api"].spec.to_dict()), mimetype="application/json")


def init_app(app: Flask) -> None:
    """Make the JSON interface and its documentation."""
    app.config.update(
        API_TITLE="Forsyn",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={
            "info": {"description": "Stock of naloxone, syringes and injection kits: what arrives, what is handed out, what is left."},
            "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
            "security": [{"key": []}],
        },
    )
    app.extensions["api"] = JsonApi(app)
    app.register_blueprint(routes)


def document(view: Any, methods: list[str], *, finds: bool) -> None:
    """Give a view the documentation that flask-smorest reads; `finds` tells that its address names something that may not be there."""
    said = getattr(view, "documents", {})
    writes = any(method not in {"GET", "HEAD"} for method in methods)
    doc: dict[str, Any] = {"operationId": view.__name__, "description": f"Needs the right to {view.permission}.", "parameters": []}
    if "json" in said:
        doc["requestBody"] = {"required": True, "content": {"application/json": {"schema": said["json"]}}}
    if "query" in said:
        finds = finds or "place" in said["query"]().fields
        doc["parameters"] += [{"in": "query", "schema": said["query"]}]
    if writes:
        key = {"in": "header", "name": "Idempotency-Key", "required": True, "schema": {"type": "string", "minLength": 8, "maxLength": 80, "pattern": "^[ -~]+$"}}
        doc["parameters"] += [key]
    if said.get("version") == "needs":
        doc["parameters"] += [{"in": "header", "name": "If-Match", "required": True, "schema": {"type": "string", "pattern": '^"[1-9][0-9]{0,8}"$'}}]
    doc["responses"] = _responses(said, writes=writes, finds=finds)
    view._apidoc = {**getattr(view, "_apidoc", {}), "manual_doc": doc}  # noqa: SLF001  flask-smorest keeps it there


def _responses(said: dict[str, Any], *, writes: bool, finds: bool) -> dict[str, Any]:
    schema, status, many = said["gives"]
    body: Any = {"type": "array", "items": schema} if many else schema
    success: dict[str, Any] = {"description": "Done.", "content": {"application/json": {"schema": body}}}
    if many:
        success["headers"] = {"Link": {"description": "The next part, rel=next.", "schema": {"type": "string"}}}
    if writes:
        success["headers"] = {"Location": {"description": "Where it is.", "schema": {"type": "string"}}} | _REPLAYED
    if "version" in said:
        success["headers"] = success.get("headers", {}) | {"ETag": {"description": "The version, to be sent as If-Match.", "required": True, "schema": {"type": "string"}}}
    refusals = _REFUSALS | (_ON_VERSIONS if said.get("version") == "needs" else {})
    left_out = set() if writes else _ON_WRITES_ALONE | (set() if finds else {"404"}) | (set() if "query" in said else {"400", "422"})
    return {str(status): success} | {code: _refusal(code, text) for code, text in refusals.items() if code not in left_out}


def _refusal(code: str, text: str) -> dict[str, Any]:
    headers = {"headers": _HEADERS[code]} if code in _HEADERS else {}
    return {"description": text, "content": {PROBLEM: {"schema": ProblemOut}}} | headers
