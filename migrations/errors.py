"""What can be wrong with a database, in words for whoever runs `anxin migrate`."""


class MigrationError(Exception):
    """The database and the migration files do not belong together."""
