"""Accounts, roles, reach, scopes and the action log: who may do what, to whom, and what they did."""
