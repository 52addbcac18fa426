"""What a binary sensor of the device class `safety` warns of, by its names and its template.

The class says only "unsafe": makers give it to calls for help, but as well to tamper contacts, gas
and smoke detectors, and to sockets that overheat. Pure.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from ingest.dialects.home_assistant.entities import Entity
from ingest.dialects.vocabulary.role_suggestions import suggested_role
from store.model import Kind

SAFETY = "safety"
_OTHER = "other"

_CONDITIONS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        (
            _OTHER,
            r"\b(test\w*|selftest|muted?|silenced?|siren|sounder|enabled?|disabled?)\b|自检|消音",
        ),
        (_OTHER, r"\b(armed|disarmed|mode|supervision|maintenance|settings?)\b"),
        (Kind.TAMPER, r"\b(tamper\w*|antitamper|vandal\w*|sabotage|dismantl\w*|removed)\b|防拆"),
        (Kind.TAMPER, r"\b(case|cover|lid|enclosure|housing) open\w*\b|拆除|破坏"),
        (Kind.LOW_BATTERY, r"\bbattery\b|电量|电池"),
        (
            Kind.POWER_FAILURE,
            r"\b(power|mains|ac|supply) (fail\w*|loss|lost|outage|cut)\b|断电|停电",
        ),
        (Kind.DEVICE_FAULT, r"\b(fault\w*|failure|malfunction|trouble|defect\w*|error)\b|故障"),
        (Kind.DEVICE_FAULT, r"\bend of life\b|\bendoflife\b|\beol\b|寿命"),
    )
)
"""Of a detector, not what it detects: whichever stands first in this list and is named anywhere."""
_DETECTED = re.compile(
    r"(?P<carbon_monoxide>\bcarbon ?monoxide\b|\bco\b|一氧化碳|煤气中毒)"
    r"|(?P<smoke>\bsmoke\w*|\bfire\b|烟|火灾|火警|着火)"
    r"|(?P<gas_leak>\b(?:gas|methane|lpg|propane|butane|combustible)\b(?: leak\w*)?"
    r"|燃气|煤气|天然气|可燃)"
    r"|(?P<water_leak>\b(?:water|flood\w*|moisture|leak\w*)\b|水浸|漏水|溢水)"
    r"|(?P<fall>\b(?:fall|falls|fallen|fell|falldown|mandown|man down)\b|跌倒|摔倒)"
    r"|(?P<other>\w*heat\w*|\w*volt\w*|\w*electr\w*|\w*temperature\b|\b(?:current|power|overpower)\b"
    r"|\b\w*load\b|\bovercurrent\b|\bunderflow\b|\boverflow\b|\b(?:lock\w*|valve|motor|jam\w*)\b"
    r"|过热|过载|过流|电流|电压|锁|阀)"
)
"""The last that is named is meant: `Smoke and CO detector smoke`, `Gas boiler overheating`."""
_CALL = re.compile(
    r"\b(sos|panic|emergency|help|pull ?cord|call button|call point|nurse call|care call|pendant"
    r"|personal alarm|medical alert|duress|distress|assistance)\b|呼叫|求助|求救|报警按钮|拉绳"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NO_WORD = re.compile(r"[\W_]+")


def kind_of(entity: Entity) -> Kind | None:
    """None: nothing tells, or what tells is no kind of ours; only a role can."""
    named = _named(entity)
    return Kind(named) if named not in ("", _OTHER) else None


def suggested_for(entities: Iterable[Entity]) -> str:
    """A role to propose by what the entities are called; empty when nothing points to one."""
    entities = list(entities)
    for entity in entities:
        if role := suggested_role(" ".join(_words(entity.name))):
            return role
    unclear = [_named(e) for e in entities if e.device_class == SAFETY and kind_of(e) is None]
    if not unclear:
        return ""
    return Kind.DEVICE_FAULT if all(unclear) else Kind.HELP_CALL


def _named(entity: Entity) -> str:
    """The first that says something: its own name, its ids, its template."""
    texts = (entity.label, f"{entity.name} {entity.id}", entity.template)
    return next(filter(None, map(_named_in, texts)), "")


@lru_cache(maxsize=4096)
def _named_in(text: str) -> str:
    plain = " ".join(_words(text))
    for name, pattern in _CONDITIONS:
        if pattern.search(plain):
            return name
    last = ""
    for found in _DETECTED.finditer(plain):
        last = found.lastgroup or last
    if not last and _CALL.search(plain):
        return Kind.HELP_CALL
    return last


def _words(text: str) -> list[str]:
    """Of camelCase, snake_case, kebab-case and plain text, in lower case."""
    return _NO_WORD.sub(" ", _CAMEL.sub(" ", text)).lower().split()
