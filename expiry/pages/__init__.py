"""The pages of what expires and what is recalled."""

from expiry.pages import recall_answers, recall_opening, recall_prints, recall_words, recalls
from expiry.pages.frame import pages

__all__ = ["pages", "recall_answers", "recall_opening", "recall_prints", "recall_words", "recalls"]
