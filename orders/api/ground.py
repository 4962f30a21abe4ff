"""What the routes of orders stand on: who acts, which version they saw, and the order as it now is."""

import functools
import json
import re
from typing import Any

from flask import Response, current_app, g, request
from sqlalchemy.orm import Session

from orders.errors import VersionNeeded
from orders.queries import lists
from orders.service.hand import By
from supply import clock
from supply.asking import current_person
from supply.errors import Missing
from supply.openapi import JsonBlueprint
from supply.web import View, documented

api = JsonBlueprint("orders", __name__, url_prefix="/api/v1", description="What is asked for, sent, and counted on arrival.")
_ETAG = re.compile(r'(?:W/)?"([1-9][0-9]{0,8})"')


def acting() -> By:
    """Give who acts in this request, and when."""
    return By(person=current_person(), now=clock.now(), key=g.get("key", ""), settings=current_app.extensions["settings"])


def version_seen() -> int:
    """Give the version of the order that whoever asks saw; refuses a request that does not say."""
    matched = _ETAG.fullmatch(request.headers.get("If-Match", "").strip())
    if matched is None:
        raise VersionNeeded
    return int(matched[1])


def order_now(session: Session, number: str) -> lists.OrderRead:
    """Give an order as it now is; refuses one the person may not see."""
    found = lists.order(session, number, by=current_person())
    if found is None:
        raise Missing
    return found


def versioned(view: View) -> View:
    """Send the order's version as ETag; also with an answer that was kept."""

    @functools.wraps(view)
    def tagged(*args: Any, **path: Any) -> Response:
        response: Response = view(*args, **path)
        if response.status_code < 400:
            response.set_etag(str(json.loads(response.get_data())["version"]))
        return response

    return documented(tagged, view, version="gives")


def needs_version(view: View) -> View:
    """Say in the documentation that the view asks for If-Match."""
    return documented(versioned(view), view, version="needs")
