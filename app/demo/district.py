"""A made-up district for demo, seed and bench: same seed, same people. Pure."""

import random
from dataclasses import dataclass

_SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗高"
_ELDERS = ("秀英", "桂兰", "玉梅", "建国", "德明", "素珍", "淑华", "福生", "春花", "志强")
_CHILDREN = ("丽", "伟", "敏", "强", "静", "磊", "洋", "艳", "勇", "杰", "娟", "涛")
_GRIDS = ("望月", "银盆岭", "咸嘉湖", "桔子洲")
_RISKS = (
    "糖尿病；听力差，请大声说话",
    "高血压；独居",
    "髋关节置换；用助行器",
    "轻度失智；夜间易走失",
    "冠心病；硝酸甘油在床头柜",
    "视力差；家中有犬",
)
_ROOMS = ("客厅", "卧室", "厨房", "卫生间")
CENTRE_LATITUDE, CENTRE_LONGITUDE = 28.235, 112.931


@dataclass(frozen=True)
class DemoPerson:
    """Somebody with a simulated phone."""

    name: str
    phone: str
    relation: str = ""


@dataclass(frozen=True)
class DemoDevice:
    """`kind` is what the simulator plays; `role` what it is there for."""

    code: str
    kind: str
    room: str


@dataclass(frozen=True)
class DemoHome:
    """A home, who lives there, who is to be told."""

    code: str
    grid: str
    address: str
    access_notes: str
    latitude: float
    longitude: float
    resident: str
    birth_year: int
    risks: str
    contacts: tuple[DemoPerson, ...]
    devices: tuple[DemoDevice, ...]


@dataclass(frozen=True)
class DemoOperator:
    """Somebody at the desk. Calls to the centre ring at their telephone."""

    username: str
    name: str
    english: str
    phone: str


OPERATORS = (
    DemoOperator("operator", "李娜", "Li Na", "+8613700000001"),
    DemoOperator("operator2", "赵磊", "Zhao Lei", "+8613700000002"),
)


@dataclass(frozen=True)
class DemoDistrict:
    """One district, one community, a few grids with a responder each."""

    grids: tuple[tuple[str, str], ...]
    """Code and name."""
    responders: tuple[tuple[str, DemoPerson], ...]
    """Grid code and person."""
    homes: tuple[DemoHome, ...]

    def phones(self) -> dict[str, str]:
        """Label of every simulated phone by number."""
        labels = {operator.phone: f"值班员 {operator.name}" for operator in OPERATORS}
        labels |= {p.phone: f"网格员 {p.name}" for _, p in self.responders}
        for home in self.homes:
            for person in home.contacts:
                labels[person.phone] = f"{home.resident}的{person.relation} {person.name}"
        return labels


def make_district(homes: int, seed: int) -> DemoDistrict:
    """`homes` homes, H0001 first. A home is the same whatever the number of homes."""
    grids = tuple((f"G{n}", f"{name}网格") for n, name in enumerate(_GRIDS, start=1))
    responders = tuple(
        (code, _person(random.Random(f"{seed}:{code}"), f"+861390000{n:04}", ""))  # noqa: S311
        for n, (code, _) in enumerate(grids, start=1)
    )
    return DemoDistrict(grids, responders, tuple(_home(n, seed) for n in range(1, homes + 1)))


def _home(number: int, seed: int) -> DemoHome:
    dice = random.Random(f"{seed}:home:{number}")  # noqa: S311  people, not secrets
    surname = dice.choice(_SURNAMES)
    grid = (number - 1) % len(_GRIDS) + 1
    contacts = tuple(
        _person(dice, f"+86138{number:05}{position:03}", relation, surname)
        for position, relation in enumerate(("女儿", "儿子", "邻居"), start=1)
    )
    return DemoHome(
        code=f"H{number:04}",
        grid=f"G{grid}",
        address=f"岳麓区{_GRIDS[grid - 1]}路{dice.randint(1, 300)}号{dice.randint(1, 18)}栋"
        f"{dice.randint(1, 30)}0{dice.randint(1, 4)}室",
        access_notes=f"门旁钥匙盒密码 {dice.randint(1000, 9999)}",
        latitude=CENTRE_LATITUDE + dice.uniform(-0.03, 0.03),
        longitude=CENTRE_LONGITUDE + dice.uniform(-0.03, 0.03),
        resident=surname + dice.choice(_ELDERS),
        birth_year=dice.randint(1932, 1955),
        risks=dice.choice(_RISKS),
        contacts=contacts,
        devices=_devices(),
    )


def _devices() -> tuple[DemoDevice, ...]:
    living, bedroom, kitchen, bathroom = _ROOMS
    return (
        DemoDevice("button-1", "help_call", bathroom),
        DemoDevice("button-2", "help_call", bedroom),
        DemoDevice("smoke-1", "smoke", kitchen),
        DemoDevice("gas-1", "gas_leak", kitchen),
        DemoDevice("water-1", "water_leak", bathroom),
        DemoDevice("climate-1", "climate", living),
        DemoDevice("motion-1", "motion", living),
        DemoDevice("door-1", "door", "门口"),
        DemoDevice("bed-1", "bed", bedroom),
    )


def _person(
    dice: random.Random, phone: str, relation: str, surname: str | None = None
) -> DemoPerson:
    family = surname if surname and relation != "邻居" else dice.choice(_SURNAMES)
    return DemoPerson(family + dice.choice(_CHILDREN), phone, relation)
