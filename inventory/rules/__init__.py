"""Values and decisions of the ledger. Pure: no Flask, no database, no clock."""
