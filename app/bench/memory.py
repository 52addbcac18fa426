"""How much memory a process uses, from proc(5): only Linux says."""

from pathlib import Path


def peak_memory(pid: int) -> float:
    """Megabytes that the process had resident at most; 0 where the system does not say."""
    return _field(pid, "VmHWM")


def current_memory(pid: int) -> float:
    """Megabytes that it has resident now."""
    return _field(pid, "VmRSS")


def _field(pid: int, name: str) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(ln.split()[1]) / 1024 for ln in lines if ln.startswith(name)), 0.0)
