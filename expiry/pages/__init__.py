"""The pages of what expires and what is recalled."""

from expiry.pages import alerts
from expiry.pages.frame import pages

__all__ = ["alerts", "pages"]
