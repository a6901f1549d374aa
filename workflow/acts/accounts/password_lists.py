"""The passwords that many use: a list that comes with a package, and a file of leaked ones; the rules are pure."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

from workflow.rules.accounts.password_rules import normalise

HASH = re.compile(rb"[0-9A-Fa-f]{40}")
# A file without line ends must not be read whole into memory.
LONGEST_LINE = 128


class BreachedListUnreadable(Exception):
    """The file of leaked passwords cannot be used; the message says why."""


@lru_cache(maxsize=1)
def common() -> frozenset[str]:
    """Passwords that many people use, in small letters; read at the first question.

    Only this list of zxcvbn's is kept: its words, names and matchers would cost several times as much.
    """
    package = find_spec("zxcvbn")
    assert package is not None and package.submodule_search_locations
    place = Path(package.submodule_search_locations[0]) / "frequency_lists.py"
    spec = spec_from_file_location("planlop_frequency_lists", place)
    assert isinstance(spec, ModuleSpec) and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return frozenset(module.FREQUENCY_LISTS["passwords"])


def is_breached(password: str, path: str) -> bool:
    """Whether a password stands in the file of leaked ones; without a file, no.

    The file is the public list ordered by hash: a line for each SHA-1 in hex, in rising order,
    with or without `:count` behind it. It is searched by halves, never read whole.
    Raises BreachedListUnreadable where there is no such file, or it has another form.
    """
    if not path:
        return False
    wanted = hashlib.sha1(normalise(password).encode(), usedforsecurity=False).hexdigest()
    try:
        return _stands_in(Path(path), wanted.upper().encode())
    except OSError as problem:
        raise BreachedListUnreadable(str(problem)) from problem


def _stands_in(path: Path, wanted: bytes) -> bool:
    """Binary search by place in the file: low is always the beginning of a line."""
    with path.open("rb") as file:
        low, high = 0, file.seek(0, 2)
        while low < high:
            file.seek(max(low, (low + high) // 2 - 1))
            if file.tell() > low:
                file.readline(LONGEST_LINE)  # the line that the middle falls in began before it
            start = file.tell()
            if start >= high:
                file.seek(low)
                start = low
            line = file.readline(LONGEST_LINE)
            digest = hash_of(line)
            if digest == wanted:
                return True
            if digest < wanted:
                low = start + len(line)
            else:
                high = start
    return False


def hash_of(line: bytes) -> bytes:
    """The hash that a line begins with. Raises BreachedListUnreadable."""
    match = HASH.match(line)
    if match is None:
        raise BreachedListUnreadable("a line does not begin with a SHA-1 in hex")
    return match.group().upper()
