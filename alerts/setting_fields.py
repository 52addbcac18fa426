"""Kinds of settings that channels and the application have in common. Pure.

Their errors never repeat the value, which may be a secret.
"""

import json
import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field
from pydantic_settings import NoDecode

from alerts import phone_numbers


def matching(pattern: str) -> AfterValidator:
    """A text of this form, or none."""

    def check(text: str) -> str:
        if text and not re.fullmatch(pattern, text):
            raise ValueError("it does not have the form it should")
        return text

    return AfterValidator(check)


def _sender(number: str) -> str:
    """A number of ours, or none. The carrier gives numbers for tries that no plan knows."""
    problem = phone_numbers.problem_of(number) if number else None
    if problem not in (None, phone_numbers.IMPOSSIBLE):
        raise ValueError(problem)
    return number


SenderNumber = Annotated[str, AfterValidator(_sender)]


def read_json(given: object) -> object:
    """A JSON object in one text."""
    if not isinstance(given, str):
        return given
    try:
        return json.loads(given)
    except ValueError as error:
        raise ValueError("it is not JSON") from error


def _web(url: str) -> str:
    if url and not re.match(r"https?://[^/\s]", url):
        raise ValueError("it is not a web address")
    return url.rstrip("/")


WebAddress = Annotated[str, AfterValidator(_web)]


Network = IPv4Network | IPv6Network
LOOPBACK: tuple[Network, ...] = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))


def read_networks(given: object) -> object:
    """Addresses and networks like 127.0.0.1, 10.0.0.0/8 with commas or blanks between them.
    ValueError: one of them is neither."""
    if not isinstance(given, str):
        return given
    try:
        return tuple(ip_network(one, strict=False) for one in given.replace(",", " ").split())
    except ValueError:
        raise ValueError("one of its parts is no address and no network") from None


Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(read_networks)]


class PublicAddress(BaseModel):
    """The address at which people, programs and the carrier reach this installation."""

    public_url: WebAddress = Field(
        default="http://127.0.0.1:8000",
        description="the address people open, like https://anxin.example.org",
    )
