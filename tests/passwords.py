"""Passwords of test users: checked as all are, but hashed with less work.

argon2's encoded form tells how much work it took, and a check takes as much. How much the product
asks for, and that a log-in never takes less, tests/integration/access/test_api_login.py shows.
"""

from functools import cache

from argon2 import PasswordHasher

_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@cache
def quick_hash(password: str) -> str:
    """Made once for each password."""
    return _QUICK.hash(password)
