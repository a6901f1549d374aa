"""Where tests keep databases: in memory where there is room, since on a disk every commit waits for it."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from tests.samples import WHOLE

MEMORY = "/dev/shm"
# Whose folder it is: a run that was killed cleans up nothing, and the next one does it.
OURS = re.compile(r"pl(?:pd|sq|st)-(\d+)-")
ROOM = 2 * 1024**3


def quick_folder() -> str | None:
    """A folder that no disk stands behind, or None for the usual place.

    A commit on SQLite asks the disk to have written, and a suite commits some hundred thousand times. The whole that
    `make soak` runs makes databases that are too big for memory.
    """
    there = not WHOLE and os.path.isdir(MEMORY) and os.access(MEMORY, os.W_OK)
    if there:
        remove_left_over(Path(MEMORY))
    return MEMORY if there and shutil.disk_usage(MEMORY).free >= ROOM else None


def own_prefix(kind: str) -> str:
    """How a folder of this process is called."""
    return f"{kind}-{os.getpid()}-"


def remove_left_over(place: Path) -> None:
    """Removes the folders of processes that are no more."""
    for folder in place.iterdir():
        owner = OURS.match(folder.name)
        if owner and not Path(f"/proc/{owner[1]}").exists():
            shutil.rmtree(folder, ignore_errors=True)  # another run may be at the same
