"""The forms that others ask for, as they are configured: which columns, what outlets are called, which codes (config/reports)."""

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from supply.settings import ROOT

FOLDER = ROOT / "config" / "reports"


@cache
def template(name: str) -> Mapping[str, Any]:
    """Give a form by its name."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
