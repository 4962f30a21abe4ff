"""What coverage reads: reference data, and what it is handed of the ledger. Never writes."""
