"""Sign in and out, and choose a language."""

from flask import Blueprint

pages = Blueprint("auth", __name__)
