"""These tests share one database, emptied for each: cloning one takes half a second."""

from tests.one_database import database_url, one_database, world

__all__ = ["database_url", "one_database", "world"]
