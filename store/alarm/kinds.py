"""What each kind of alarm is: one record a kind, from which every list of kinds comes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from store.model import Kind, OutboxLane, Outcome, Priority
from store.records import one_each
from store.work.work_orders import WORK_OUTCOMES, Work


@dataclass(frozen=True, slots=True)
class KindRecord:
    """All that sets a kind apart from the others. `zh` and `en` are its names in messages."""

    priority: Priority
    zh: str
    en: str
    call: bool = False
    """Each transmission is a new call; the others are states that begin and end."""
    of_centre: bool = False
    """Concluded by the centre, never stated by a device."""
    of_somebody_at_home: bool = False
    """Means nothing while nobody is there. A leak, smoke and an open door still do."""
    spreads: bool = False
    """Must not wait behind readings although it is not about life."""
    work: Work | None = None
    """What the depot is to do. `replace` is never concluded: only who has seen the device knows."""
    disables: bool = False
    """The device can no longer do what it is there for."""
    asks_resident: bool = False
    """The resident should be heard at once; who is not heard may need an ambulance."""
    brigade: bool = False
    """The fire brigade is called as soon as it is known."""

    @property
    def life(self) -> bool:
        return self.priority == Priority.LIFE

    @property
    def technical(self) -> bool:
        return self.priority == Priority.TECHNICAL

    @property
    def endangers(self) -> bool:
        """Somebody is in danger: it needs a protocol, and a plan that reaches somebody soon."""
        return self.priority <= Priority.PERSON_AT_RISK

    @property
    def urgent(self) -> bool:
        """Comes by the lane on which nothing queues behind readings."""
        return self.life or self.spreads

    @property
    def outcome(self) -> Outcome:
        """What a technical alarm is closed with when its condition is over or its work done."""
        return Outcome.POWER_OR_COMMS if self.work is None else WORK_OUTCOMES[self.work]

    def name(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


_LIFE, _RISK = Priority.LIFE, Priority.PERSON_AT_RISK
_COMFORT, _TECHNICAL = Priority.COMFORT, Priority.TECHNICAL

KINDS: Mapping[Kind, KindRecord] = one_each(
    Kind,
    {
        Kind.HELP_CALL: KindRecord(_LIFE, "紧急呼叫", "help call", call=True, asks_resident=True),
        Kind.FALL: KindRecord(_LIFE, "跌倒", "fall", call=True, asks_resident=True),
        Kind.SMOKE: KindRecord(_LIFE, "烟雾", "smoke", brigade=True),
        Kind.CARBON_MONOXIDE: KindRecord(_LIFE, "一氧化碳", "carbon monoxide", brigade=True),
        Kind.GAS_LEAK: KindRecord(_LIFE, "燃气泄漏", "gas leak", brigade=True),
        Kind.INACTIVITY: KindRecord(
            _RISK, "长时间无活动", "inactivity", of_somebody_at_home=True, asks_resident=True
        ),
        Kind.BED_ABSENCE: KindRecord(
            _RISK, "离床未归", "bed absence", of_somebody_at_home=True, asks_resident=True
        ),
        Kind.BATHROOM_LONG: KindRecord(
            _RISK, "如厕过久", "long in the bathroom", of_somebody_at_home=True, asks_resident=True
        ),
        Kind.WANDERING: KindRecord(_RISK, "走失/夜间外出", "wandering", of_somebody_at_home=True),
        Kind.COLD: KindRecord(_RISK, "低温", "cold", of_somebody_at_home=True),
        Kind.HEAT: KindRecord(_RISK, "高温", "heat", of_somebody_at_home=True),
        # Every minute of water costs the neighbour's ceiling, too.
        Kind.WATER_LEAK: KindRecord(_RISK, "漏水", "water leak", spreads=True),
        # Of what its maker sells as an SOS button, before an installer has set it up.
        Kind.UNCONFIRMED_PRESS: KindRecord(
            _RISK,
            "未设置的求助按钮被按下",
            "press of a button not set up",
            call=True,
            of_centre=True,
            asks_resident=True,
        ),
        Kind.DOOR_OPEN: KindRecord(_COMFORT, "门未关", "door open"),
        Kind.AIR_QUALITY: KindRecord(_COMFORT, "空气质量", "air quality"),
        Kind.NO_VISIT: KindRecord(_COMFORT, "未探访", "no visit", of_somebody_at_home=True),
        Kind.RHYTHM_CHANGE: KindRecord(
            _COMFORT, "作息变化", "rhythm change", of_somebody_at_home=True
        ),
        Kind.HUB_OFFLINE: KindRecord(
            _TECHNICAL, "网关离线", "hub offline", of_centre=True, work=Work.CONNECT
        ),
        Kind.DEVICE_OFFLINE: KindRecord(
            _TECHNICAL,
            "设备离线",
            "device offline",
            of_centre=True,
            work=Work.CONNECT,
            disables=True,
        ),
        Kind.LOW_BATTERY: KindRecord(_TECHNICAL, "电量低", "low battery", work=Work.BATTERY),
        Kind.TAMPER: KindRecord(_TECHNICAL, "防拆", "tamper", work=Work.REPAIR, disables=True),
        Kind.POWER_FAILURE: KindRecord(_TECHNICAL, "断电", "power failure", work=Work.CONNECT),
        Kind.DEVICE_FAULT: KindRecord(
            _TECHNICAL, "设备故障", "device fault", work=Work.REPAIR, disables=True
        ),
        Kind.AREA_OUTAGE: KindRecord(
            _TECHNICAL, "片区中断", "area outage", of_centre=True, work=Work.CONNECT
        ),
    },
    "KINDS in store/alarm/kinds.py",
)

PRIORITY: Mapping[Kind, Priority] = {kind: record.priority for kind, record in KINDS.items()}

URGENT_KINDS = frozenset(kind for kind, record in KINDS.items() if record.urgent)

OF_THE_CENTRE = frozenset(kind for kind, record in KINDS.items() if record.of_centre)


def record_of(kind: Kind) -> KindRecord:
    """A kind's record. One that only a newer process knows has its code for a name, and is taken
    for the worst where its row does not say its priority: nothing hides it."""
    return KINDS.get(kind) or KindRecord(_LIFE, str(kind), str(kind))


def is_call(kind: Kind) -> bool:
    """Whether each transmission is a new call, rather than a state that begins and ends."""
    return record_of(kind).call


def is_life_safety(kind: Kind) -> bool:
    return record_of(kind).life


def guards_life(role: str) -> bool:
    """Whether a device with this role is there for a danger to life."""
    return role in set(Kind) and is_life_safety(Kind(role))


def kind_name(kind: Kind, language: str) -> str:
    """What people call it, in messages and on pages."""
    return record_of(kind).name(language)


_LANES = {Priority.LIFE: OutboxLane.LIFE, Priority.PERSON_AT_RISK: OutboxLane.AT_RISK}


def lane_of(priority: Priority) -> OutboxLane:
    """Life-safety leaves by a sender of its own, so that it waits behind nothing; a person at risk
    does not wait behind comfort and technical texts."""
    return _LANES.get(priority, OutboxLane.ROUTINE)


def dedup_key_of(kind: Kind, device: str) -> str:
    """What an alarm of this kind is about within its home.

    Whatever endangers the person is one alarm a home, whichever device saw it; a technical fault
    is one alarm a device.
    """
    return device if record_of(kind).technical else ""
