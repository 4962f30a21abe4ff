"""The commands of orders: load, ask the rules, write; the caller commits."""
