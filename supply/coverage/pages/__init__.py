"""The pages of coverage."""

from supply.coverage.pages import estimates, figures, maps, reports, sheets
from supply.coverage.pages.frame import pages

__all__ = ["estimates", "figures", "maps", "pages", "reports", "sheets"]
