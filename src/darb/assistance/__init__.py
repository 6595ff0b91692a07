"""The ledger of everything given to anyone."""
