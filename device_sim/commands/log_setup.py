"""Sets up the log of a command: warnings on stderr, so that stdout is its result."""

import logging
import sys

import structlog


def log_warnings_only() -> None:
    """Unless the process has its own way of logging."""
    if not structlog.is_configured():
        structlog.configure(
            wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
            logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        )
