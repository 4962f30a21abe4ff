"""The pages of orders: asked for, decided on, picked and sent, counted on arrival; and what waits for whom."""

from orders.pages import arrivals, boards, decisions, deliveries, drafts, order, picking, prints, proposals, reorder, settling, waiting, what_if
from orders.pages.frame import pages

__all__ = ["arrivals", "boards", "decisions", "deliveries", "drafts", "order", "pages", "picking", "prints", "proposals", "reorder", "settling", "waiting", "what_if"]
