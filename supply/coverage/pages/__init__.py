"""The pages of coverage."""

from supply.coverage.pages.frame import pages

__all__ = ["pages"]
