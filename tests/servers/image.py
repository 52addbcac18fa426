"""The image of deploy/Dockerfile without Docker: its steps, one by one, in Debian trees.

Only the two bases are replaced: a Debian with Python or with Node instead of the published ones.
A step runs in a chroot with a mount namespace of its own, which has /proc and /dev, and what this
machine's package managers are told about their registries.
"""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from tests.servers.dockerfile import Stage, Step, stages
from tests.servers.process import CannotRunError

ROOT = Path(__file__).resolve().parents[2]
BASES = {
    "node": ("ca-certificates", "nodejs", "npm"),
    "python": ("ca-certificates", "python3", "python3-venv"),
}
"""Debian's packages for the published image of that name."""
SUITE = "trixie"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


class Image:
    """Built below `folder`; needs root and debootstrap (CannotRunError), and the registries."""

    def __init__(self, folder: Path) -> None:
        """Build all stages. AssertionError: a step failed; it says what it printed."""
        if os.geteuid() != 0:
            raise CannotRunError("the steps of an image run in a chroot, and that needs root")
        if shutil.which("debootstrap") is None:
            raise CannotRunError("an image's base is a Debian tree: install debootstrap")
        self._folder = folder
        self._context = _build_context(folder / "context")
        self.environment = {"PATH": PATH}
        self.entrypoint: list[str] = []
        self.default: list[str] = []
        self._user, self._directory = "0", "/"
        for stage in stages((ROOT / "deploy" / "Dockerfile").read_text()):
            self._build(stage)

    def command(
        self, command: Sequence[str], env: Mapping[str, str], shared: Iterable[Path] = ()
    ) -> list[str]:
        """What runs `command` in the built image as its user; `shared` folders are seen in it."""
        return _inside(
            self.tree,
            command,
            {**self.environment, **env},
            self._directory,
            self._user,
            shared=list(shared),
        )

    def give(self, folder: Path) -> None:
        """Let the image's user read and write a folder."""
        user = int(self._user)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user, user)

    def _build(self, stage: Stage) -> None:
        self.tree = self._folder / stage.name
        base = stage.base.partition(":")[0]
        shutil.copytree(self._base(base), self.tree, symlinks=True, ignore=_sockets_and_devices)
        self.environment, self._user, self._directory = {"PATH": PATH}, "0", "/"
        for step in stage.steps:
            self._follow(step)

    def _follow(self, step: Step) -> None:
        match step.name:
            case "RUN":
                self._run(["sh", "-c", step.text])
            case "COPY":
                self._copy(step.words())
            case "ENV":
                for word in step.words():
                    name, _, value = word.partition("=")
                    self.environment[name] = value.replace("$PATH", self.environment["PATH"])
            case "WORKDIR":
                self._directory = step.text
                self._at(step.text).mkdir(parents=True, exist_ok=True)
            case "USER":
                self._user = step.text
            case "ENTRYPOINT":
                self.entrypoint = step.words()
            case "CMD":
                self.default = step.words()

    def _run(self, command: list[str]) -> None:
        settings, shared = _registries()
        env = {**self.environment, **settings}
        _do(_inside(self.tree, command, env, self._directory, self._user, shared=shared))

    def _copy(self, words: list[str]) -> None:
        start = self._context
        if words[0].startswith("--from="):
            start = self._folder / words.pop(0).removeprefix("--from=")
        *sources, target = words
        to = self._at(target)
        for source in sources:
            found = sorted(start.glob(source.strip("/"))) if source != "." else [start]
            assert found, f"COPY {source}: there is nothing of that name"
            for each in found:
                if each.is_dir():
                    shutil.copytree(each, to, symlinks=True, dirs_exist_ok=True)
                else:
                    into = to / each.name if target.endswith("/") else to
                    into.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(each, into)

    def _at(self, path: str) -> Path:
        inside = PurePosixPath(self._directory, path)
        return self.tree / inside.relative_to("/")

    def _base(self, name: str) -> Path:
        tree = self._folder / f"base-{name}"
        if not tree.exists():
            _do(["debootstrap", "--variant=minbase", SUITE, str(tree)])
            shutil.rmtree(tree / "dev")
            (tree / "dev").mkdir()
            env = {"PATH": PATH, "DEBIAN_FRONTEND": "noninteractive"}
            install = ["apt-get", "install", "-qq", "--no-install-recommends", *BASES[name]]
            _do(_inside(tree, install, env, "/", "0"))
            if name == "python":  # as the published image calls it
                (tree / "usr/local/bin/python").symlink_to("/usr/bin/python3")
        return tree


def _do(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr}"


def _inside(
    tree: Path,
    command: Sequence[str],
    env: Mapping[str, str],
    directory: str,
    user: str,
    shared: Sequence[Path] = (),
) -> list[str]:
    """The command that runs `command` in the tree, ends with us, and leaves no mount behind."""
    root = shlex.quote(str(tree))
    mounts = [f"mount --rbind /{each} {root}/{each}" for each in ("dev", "proc")]
    for path in shared:
        there = shlex.quote(f"{tree}{path}")
        made = f"mkdir -p {there}" if path.is_dir() else f"mkdir -p $(dirname {there}); : >>{there}"
        mounts += [made, f"mount --bind {shlex.quote(str(path))} {there}"]
    program = [
        "chroot",
        f"--userspec={user}:{user}",
        str(tree),
        *["setpriv", "--pdeathsig", "TERM", "env", "-i"],
        *[f"{name}={value}" for name, value in env.items()],
        *["sh", "-c", 'cd "$0" && exec "$@"', directory],
        *command,
    ]
    script = "; ".join(["set -e", *mounts, f"exec {shlex.join(program)}"])
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script]


def _build_context(to: Path) -> Path:
    """What `docker build` would be given: the project without what .dockerignore names."""
    patterns = (ROOT / ".dockerignore").read_text().split()
    anywhere = [p.removeprefix("**/") for p in patterns if p.startswith("**/")]
    at_root = {ROOT / p for p in patterns if not p.startswith("**/")}

    def left_out(folder: str, names: list[str]) -> set[str]:
        ignored = set(shutil.ignore_patterns(*anywhere)(folder, names))
        return ignored | {name for name in names if Path(folder) / name in at_root}

    shutil.copytree(ROOT, to, symlinks=True, ignore=left_out)
    return to


def _registries() -> tuple[dict[str, str], list[Path]]:
    """What pip and npm are told here about their registries, as environment, and the local files
    and folders that it names. Docker would hand a proxy and its certificate over in such a way."""
    env = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    pip = subprocess.run(["pip", "config", "list"], capture_output=True, text=True, check=True)
    for key, value in re.findall(r"^(?:global|:env:)\.([\w-]+)='(.*)'$", pip.stdout, re.MULTILINE):
        env[f"PIP_{key.upper().replace('-', '_')}"] = value
    for key in ("registry", "cafile"):
        npm = subprocess.run(["npm", "config", "get", key], capture_output=True, text=True)
        value = npm.stdout.strip()
        if npm.returncode == 0 and value not in ("", "null", "undefined"):
            env[f"npm_config_{key}"] = value
    text = " ".join([*env.values(), str(CERTIFICATES), "/etc/resolv.conf"])
    named = (Path(found) for found in re.findall(r"(?:(?<=\s)|(?<=^)|(?<=file://))/[^\s']+", text))
    # an index in a folder of its own has its files beside it
    paths = {path.parent if path.name == "simple" else path for path in named}
    kept = [path for path in sorted(paths) if path.exists()]
    # a folder inside another that is shared is there already
    return env, [p for p in kept if not any(p != q and p.is_relative_to(q) for q in kept)]


def _sockets_and_devices(folder: str, names: list[str]) -> set[str]:
    """What cannot be copied, and nobody needs."""
    return {
        name
        for name in names
        if not (path := Path(folder, name)).is_symlink() and not (path.is_file() or path.is_dir())
    }
