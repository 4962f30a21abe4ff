"""`flask coverage`: figures, gaps, reports and open data."""

from supply.coverage.cli import figures, reports
from supply.coverage.cli.group import coverage

__all__ = ["coverage", "figures", "reports"]
