"""The pages of what expires and what is recalled."""

from expiry.pages.frame import pages

__all__ = ["pages"]
