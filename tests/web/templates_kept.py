"""Templates compiled once a process instead of once an application: the text of a template makes one program only."""

from __future__ import annotations

from types import CodeType

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class Kept(BytecodeCache):
    """Compiled templates by name and text, in memory."""

    def __init__(self) -> None:
        self.programs: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """The program of a template whose text is still the same."""
        bucket.code = self.programs.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps what was compiled."""
        if bucket.code is not None:
            self.programs[bucket.key, bucket.checksum] = bucket.code


KEPT = Kept()


def keep_templates(app: Flask) -> None:
    """Lets the application take what another one has compiled; nothing else of it is shared."""
    app.jinja_env.bytecode_cache = KEPT
