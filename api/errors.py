"""Errors of the API with status and title; raised by routes, turned into answers by problems."""

from typing import Any


class ApiError(Exception):
    """The request was refused."""

    status = 400
    slug = "bad-request"
    title = "The request was refused"

    def __init__(
        self, detail: str = "", *, headers: dict[str, str] | None = None, **extensions: Any
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.headers = headers or {}
        self.extensions = extensions


class BadRequestError(ApiError):
    """The request cannot be understood."""

    slug = "bad-request"
    title = "The request cannot be understood"


class UnauthorizedError(ApiError):
    """Nobody is logged in."""

    status = 401
    slug = "unauthorized"
    title = "Log in first"

    def __init__(self, detail: str = "") -> None:
        super().__init__(
            detail or "Log in, or send a bearer token that is in force",
            headers={"WWW-Authenticate": 'Bearer realm="anxin"'},
        )


class ForbiddenError(ApiError):
    """Not for this user."""

    status = 403
    slug = "forbidden"
    title = "This is not yours to see or do"


class CsrfError(ForbiddenError):
    """The CSRF token is missing or wrong."""

    slug = "csrf"
    title = "The page is out of date"

    def __init__(self) -> None:
        super().__init__("Reload the page: its CSRF token is missing or belongs to another log-in")


class MissingError(ApiError):
    """There is no such thing, or not for this user."""

    status = 404
    slug = "not-found"
    title = "There is no such thing"


class ConflictError(ApiError):
    """Not possible in the present state."""

    status = 409
    slug = "conflict"
    title = "Not possible at the moment"


class InvalidError(ApiError):
    """A value is not acceptable."""

    status = 422
    slug = "invalid"
    title = "A value is not acceptable"


class ThrottledError(ApiError):
    """Too many failed log-ins."""

    status = 429
    slug = "throttled"
    title = "Too many failed log-ins"

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"Too many failed log-ins: try again in {-(-seconds // 60)} min",
            headers={"Retry-After": str(seconds)},
            retry_after_seconds=seconds,
        )
