"""Darb (درب, "path"): the operations platform of a migration mission."""
