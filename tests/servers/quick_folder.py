"""Where tests keep databases: in memory where there is room, since on a disk every commit waits for it."""

from __future__ import annotations

import os
import shutil

from tests.samples import WHOLE

MEMORY = "/dev/shm"
ROOM = 2 * 1024**3


def quick_folder() -> str | None:
    """A folder that no disk stands behind, or None for the usual place.

    A commit on SQLite asks the disk to have written, and a suite commits some hundred thousand times. The whole that
    `make soak` runs makes databases that are too big for memory.
    """
    there = not WHOLE and os.path.isdir(MEMORY) and os.access(MEMORY, os.W_OK)
    return MEMORY if there and shutil.disk_usage(MEMORY).free >= ROOM else None
