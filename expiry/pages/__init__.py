"""The pages of what expires and what is recalled."""

from expiry.pages import certificates, disposals, waste
from expiry.pages.frame import pages

__all__ = ["certificates", "disposals", "pages", "waste"]
