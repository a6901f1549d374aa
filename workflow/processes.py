"""Child processes that never outlive the program that started them, so that nothing is left running."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import IO

SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)
PATIENCE = 10.0


def bind_to(parent: int) -> Callable[[], None]:
    """What a new child runs first so that the kernel ends it when its parent dies, however it dies."""
    if sys.platform != "linux":
        return lambda: None
    return partial(_ask_kernel, ctypes.CDLL(None).prctl, parent)


def _ask_kernel(prctl: Callable[[int, int], int], parent: int) -> None:
    prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    if os.getppid() != parent:  # the parent died between the fork and this line
        os._exit(1)


def start_child(
    command: Sequence[str | Path],
    environment: Mapping[str, str] | None = None,
    output: int | IO[bytes] | None = None,
    directory: Path | None = None,
    user: int | None = None,
) -> subprocess.Popen[bytes]:
    """Starts a command in a process group of its own, so that Ctrl-C reaches only us.

    With a user id (for root only) the child runs as that user, without further groups.
    """
    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        cwd=directory,
        process_group=0,
        user=user,
        extra_groups=None if user is None else [],
        preexec_fn=bind_to(os.getpid()),
    )


def stop_child(
    child: subprocess.Popen[bytes],
    patience: float = PATIENCE,
    number: signal.Signals = signal.SIGTERM,
) -> int:
    """Asks a child to end, kills it after patience seconds, and returns its exit code."""
    if child.poll() is None:
        child.send_signal(number)
    try:
        return child.wait(patience)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()
