"""The ledger's pages."""

from flask import Blueprint

pages = Blueprint("inventory", __name__)
