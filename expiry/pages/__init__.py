"""The pages of what expires and what is recalled."""

from expiry.pages import alerts, certificates, disposals, recall_answers, recall_opening, recall_prints, recall_raising, recall_words, recalls, waste
from expiry.pages.frame import pages

__all__ = ["alerts", "certificates", "disposals", "pages", "recall_answers", "recall_opening", "recall_prints", "recall_raising", "recall_words", "recalls", "waste"]
