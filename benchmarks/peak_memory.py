"""How much memory a piece of work takes at its peak, here and in PostgreSQL; benchmarks print it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

FORGET_PEAK = "5"  # what proc(5) takes to let VmHWM begin anew
UNKNOWN = -1.0


@contextmanager
def measure_peak(engine: Engine) -> Iterator[dict[str, float]]:
    """MiB that the block added to this process (memory) and to our PostgreSQL process (server).

    Linux only, and the server only where it runs on this machine: -1 where nothing can be read.
    The server's counts the pages of its shared buffers that this connection has touched, too.
    """
    added: dict[str, float] = {}
    before = _resident("self")
    _forget_peak()
    server = _server(engine)
    before_server = _resident(server) if server else UNKNOWN
    yield added
    added["memory"] = _grown(before, _resident("self", "VmHWM"))
    if server:
        added["server"] = _grown(before_server, _resident(server, "VmHWM"))


def _grown(before: float, after: float) -> float:
    known = UNKNOWN not in (before, after)
    return round(max(0.0, after - before), 1) if known else UNKNOWN


def _forget_peak() -> None:
    try:
        Path("/proc/self/clear_refs").write_text(FORGET_PEAK)
    except OSError:
        return  # elsewhere than on Linux: the figure is then marked as unknown


def _resident(process: str, field: str = "VmRSS") -> float:
    """MiB of a process by its number, from the kernel's own count."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return UNKNOWN
    matches = [line for line in lines if line.startswith(f"{field}:")]
    return int(matches[0].split()[1]) / 1024 if matches else UNKNOWN


def _server(engine: Engine) -> str:
    """The number of the PostgreSQL process that serves the pool's connection; empty on SQLite."""
    if engine.dialect.name != "postgresql":
        return ""
    with engine.connect() as conn:
        return str(conn.execute(text("SELECT pg_backend_pid()")).scalar_one())
