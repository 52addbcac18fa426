"""Homie 4 below `homes/{home}/homie`: attributes and values as retained text."""

from datetime import datetime

from device_sim.dialects.encoder import Publication, Values
from device_sim.home.homes_file import HomeSpec
from device_sim.kinds import words_of

WORDS = {
    **words_of("homie"),
    "temperature": "temperature",
    "humidity": "humidity",
    "battery": "battery",
}
NODE = "sensor"
NUMBERS = {"temperature": ("float", "°C"), "humidity": ("float", "%"), "battery": ("integer", "%")}


class Homie:
    """One node a device; a door is its own node, so that `open` has something to belong to."""

    def __init__(self, spec: HomeSpec) -> None:
        self._base = f"homes/{spec.home}/homie"
        self._kinds = {device.device: device.kind for device in spec.devices}

    def code(self, device: str) -> str:
        """Its device id."""
        return device

    def announce(self) -> list[Publication]:
        """Every attribute in the order the convention asks for; ready at the end."""
        return [
            publications
            for device, kind in self._kinds.items()
            for publications in self._device(device, kind)
        ]

    def bindings(self) -> list[dict[str, str]]:
        """None: they are found by themselves."""
        return []

    def report(self, device: str, values: Values, at: datetime) -> list[Publication]:  # noqa: ARG002
        """A topic a property."""
        return [
            self._publication(f"{device}/{self._property(name)}", _text(value))
            for name, value in values.items()
        ]

    def signal(self, device: str, kind: str, active: bool, at: datetime) -> list[Publication]:  # noqa: ARG002
        """A state that is true as long as it lasts; a press is not retained, and let go at once."""
        if kind != self._kinds[device] or kind not in WORDS:
            return []
        path = f"{device}/{self._property(kind)}"
        if kind != "help_call":
            return [self._publication(path, _text(active))]
        pressed = Publication(f"{self._base}/{path}", b"true")
        return [pressed, Publication(f"{self._base}/{path}", b"false")] if active else []

    def _property(self, name: str) -> str:
        return "door/open" if name == "door" else f"{NODE}/{WORDS[name]}"

    def _device(self, device: str, kind: str) -> list[Publication]:
        names = ["battery"]
        names += ["temperature", "humidity"] if kind == "climate" else [kind]
        paths = [self._property(name) for name in names]
        nodes = list(dict.fromkeys(path.partition("/")[0] for path in paths))
        publications = [
            (f"{device}/$homie", "4.0.0"),
            (f"{device}/$name", device),
            (f"{device}/$state", "init"),
            (f"{device}/$nodes", ",".join(nodes)),
        ]
        for node in nodes:
            mine = [path.partition("/")[2] for path in paths if path.startswith(f"{node}/")]
            publications += [
                (f"{device}/{node}/$name", node),
                (f"{device}/{node}/$type", kind),
                (f"{device}/{node}/$properties", ",".join(mine)),
            ]
        for name, path in zip(names, paths, strict=True):
            datatype, unit = NUMBERS.get(name, ("boolean", ""))
            publications += [
                (f"{device}/{path}/$name", name),
                (f"{device}/{path}/$datatype", datatype),
            ]
            publications += [(f"{device}/{path}/$unit", unit)] if unit else []
            publications += [(f"{device}/{path}/$retained", "false")] if name == "help_call" else []
        publications.append((f"{device}/$state", "ready"))
        return [self._publication(path, value) for path, value in publications]

    def _publication(self, path: str, value: str) -> Publication:
        return Publication(f"{self._base}/{path}", value.encode(), retain=True)


def _text(value: float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
