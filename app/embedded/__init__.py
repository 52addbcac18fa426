"""The database and the broker that `anxin demo` and the tests bring along."""
