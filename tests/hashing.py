"""Passwords hashed as Darb hashes them, with the least work: each test session opens an account for every role."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickHasher(Argon2PasswordHasher):
    """Argon2 in one pass over 64 kB."""

    time_cost = 1
    memory_cost = 64
    parallelism = 1
