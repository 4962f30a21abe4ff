"""What mail can be sent to. Pure."""

import re

LENGTH_MAX = 254
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def is_address(text: str | None) -> bool:
    """Whether mail can be sent to a text as one address: no list, no name beside it, nothing that could become a header of its own."""
    return text is not None and len(text) <= LENGTH_MAX and _ADDRESS.fullmatch(text) is not None
