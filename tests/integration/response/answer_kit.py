"""What tests of answers by text share: what was answered, what was sent back, a couple's phone."""

from tests.world import World

ABROAD = "+4915112345678"
"""Numbers of mainland China get receipts by a template alone; this one always."""


def answers(world: World) -> list[tuple[int, int, str]]:
    return world.sql("SELECT alarm_id, person_id, answer FROM responses ORDER BY 1, 2")


def asked_back(world: World) -> list[str]:
    return world.sql("SELECT body FROM notifications WHERE purpose = 'answer' ORDER BY id")


def couple(world: World) -> tuple[str, int, int]:
    """Wife and husband, first and second contact of one home, have one number, and are told."""
    wife, husband = world.home.contacts[:2]
    phone = world.home.phones[0]
    world.sql("UPDATE people SET phone = %s WHERE id = %s", phone, husband)
    return phone, wife, husband
