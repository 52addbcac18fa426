"""Who may be assigned work orders and tasks, and who may finish them. Pure."""

from alerts.errors import NotFoundError, RefusedError
from store.model import Role, User

WORKERS = frozenset({Role.OPERATOR, Role.SUPERVISOR, Role.ADMIN, Role.INSTALLER})


def check_may_assign(taker: User | None, by: User, owner_id: int | None) -> None:
    """Whether `by` may give to `taker` what `owner_id` has; the desk may, an installer only takes
    what nobody has."""
    if taker is None:
        raise NotFoundError("there is no such user")
    if taker.role not in WORKERS:
        raise RefusedError(f"work cannot be given to the role {taker.role}")
    if not by.at_the_desk and (taker.id != by.id or owner_id not in (None, by.id)):
        raise RefusedError("take only for yourself what nobody has; ask the desk for the rest")


def check_may_finish(by: User, owner_id: int | None) -> None:
    """Whether `by` may say that it is done: its owner or the desk."""
    if not by.at_the_desk and owner_id != by.id:
        raise RefusedError("this is not yours to end: take it first, or ask the desk")
