"""The group all commands of the ledger belong to."""

from flask.cli import AppGroup

inventory = AppGroup("inventory", help="The ledger.")
