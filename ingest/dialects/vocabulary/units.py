"""Plausible range of each metric, and conversion from other units. Pure."""

SMALLEST = 1.2e-38
"""Nearer to 0 than this a number does not fit into a real column: it is 0, and so is -0.0."""

RANGES: dict[str, tuple[float, float]] = {
    "temperature": (-60.0, 200.0),
    "humidity": (0.0, 100.0),
    "battery": (0.0, 100.0),
    "battery_voltage": (0.1, 100.0),
    "illuminance": (0.0, 200_000.0),
    "pressure": (300.0, 1_200.0),
    "co2": (0.0, 60_000.0),
    "co": (0.0, 60_000.0),
    "gas": (0.0, 100.0),
    "smoke_density": (0.0, 1_000.0),
    "voc": (0.0, 65_000.0),
    "pm25": (0.0, 60_000.0),
    "power": (-1e6, 1e6),
    "voltage": (0.0, 1_000.0),
    "current": (-1_000.0, 1_000.0),
    "energy": (0.0, 1e9),
    "water": (0.0, 1e9),
    "water_flow": (0.0, 1e4),
    "heart_rate": (1.0, 300.0),
    "breathing_rate": (1.0, 150.0),
    "link_quality": (0.0, 255.0),
    "rssi": (-200.0, 20.0),
    "motion": (0.0, 1.0),
    "presence": (0.0, 1.0),
    "door": (0.0, 1.0),
    "bed": (0.0, 1.0),
}
"""What a value of a metric can be, in the metric's unit. Outside are the marks for "no value": of
ZCL 2.6.2 (0xFF, 0xFFFF, 0x8000 scaled: battery 255, -327.68 °C, 655.35 %), of Shelly (999 °C, -1),
of Dallas sensors (-127 °C)."""

SENTINELS: dict[str, frozenset[float]] = {"temperature": frozenset({85.0})}
"""Inside the range and yet no value: 85 °C is what a DS18B20 holds after power-on (datasheet,
table 1)."""

UNITS: dict[tuple[str, str], tuple[float, float]] = {
    ("temperature", "°c"): (1.0, 0.0),
    ("temperature", "c"): (1.0, 0.0),
    ("temperature", "°f"): (5 / 9, -160 / 9),
    ("temperature", "f"): (5 / 9, -160 / 9),
    ("temperature", "k"): (1.0, -273.15),
    ("pressure", "hpa"): (1.0, 0.0),
    ("pressure", "mbar"): (1.0, 0.0),
    ("pressure", "kpa"): (10.0, 0.0),
    ("pressure", "pa"): (0.01, 0.0),
    ("pressure", "bar"): (1000.0, 0.0),
    ("pressure", "mmhg"): (1.333224, 0.0),
    ("pressure", "inhg"): (33.86389, 0.0),
    ("pressure", "psi"): (68.94757, 0.0),
    ("power", "kw"): (1000.0, 0.0),
    ("power", "mw"): (0.001, 0.0),
    ("energy", "wh"): (0.001, 0.0),
    ("energy", "mwh"): (1000.0, 0.0),
    ("voltage", "mv"): (0.001, 0.0),
    ("battery_voltage", "mv"): (0.001, 0.0),
    ("current", "ma"): (0.001, 0.0),
    ("illuminance", "klx"): (1000.0, 0.0),
    ("voc", "ppm"): (1000.0, 0.0),
    ("water", "l"): (0.001, 0.0),
    ("water", "gal"): (0.003785412, 0.0),
    ("water", "ft³"): (0.028316847, 0.0),
    ("water_flow", "l/min"): (0.06, 0.0),
    ("water_flow", "l/h"): (0.001, 0.0),
    ("water_flow", "gal/min"): (0.2271247, 0.0),
}
"""Factor and offset from a unit (lower case) to the metric's own unit."""

OWN_UNIT: dict[str, frozenset[str]] = {
    "humidity": frozenset({"%", "%rh"}),
    "battery": frozenset({"%"}),
    "battery_voltage": frozenset({"v"}),
    "illuminance": frozenset({"lx", "lux"}),
    "co2": frozenset({"ppm"}),
    "co": frozenset({"ppm"}),
    "gas": frozenset({"%lel", "lel", "lel %"}),
    "smoke_density": frozenset({"db/m"}),
    "voc": frozenset({"ppb"}),
    "pm25": frozenset({"µg/m³", "μg/m³", "ug/m3"}),
    "power": frozenset({"w"}),
    "voltage": frozenset({"v"}),
    "current": frozenset({"a"}),
    "energy": frozenset({"kwh"}),
    "water": frozenset({"m³", "m3"}),
    "water_flow": frozenset({"m³/h", "m3/h"}),
    "rssi": frozenset({"dbm"}),
    "heart_rate": frozenset({"bpm", "beats/min", "1/min"}),
    "breathing_rate": frozenset({"bpm", "breaths/min", "br/min", "1/min"}),
}
"""Units that need no conversion. A unit in neither table makes a value unreadable, not wrong."""


def is_plausible(metric: str, value: float) -> bool:
    low, high = RANGES[metric]
    return low <= value <= high and value not in SENTINELS.get(metric, ())


def in_unit(metric: str, value: float, unit: str) -> float | None:
    """The value in the metric's own unit; None for a unit that cannot be converted."""
    word = unit.strip().lower()
    factor = UNITS.get((metric, word))
    if factor is not None:
        return value * factor[0] + factor[1]
    return value if not word or word in OWN_UNIT.get(metric, ()) else None
