"""Sealed notes on health: examinations for travel and contacts of the ill. Verdicts go down to cases; findings stay."""
