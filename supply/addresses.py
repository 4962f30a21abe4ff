"""What mail can be sent to. Pure."""

import re
from email.utils import getaddresses

LENGTH_MAX = 254
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def is_address(text: str | None) -> bool:
    """Whether mail can be sent to a text as one address: no list, no name beside it, nothing that could become a header of its own."""
    return text is not None and len(text) <= LENGTH_MAX and _ADDRESS.fullmatch(text) is not None


def sender_of(text: str) -> tuple[str, str] | None:
    """Read `Name <address>` or an address alone as name and address; None where it is not one."""
    read = getaddresses([text])
    return read[0] if len(read) == 1 and is_address(read[0][1]) and text.isprintable() else None
