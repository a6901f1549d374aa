"""The three roles that a municipality's database knows: whose it is, the web's, and the background's."""

from __future__ import annotations

from typing import NamedTuple


class Roles(NamedTuple):
    """owner migrates, web serves the pages, jobs is for workers, schedulers and commands."""

    owner: str
    web: str
    jobs: str


def roles_of(code: str) -> Roles:
    """The names bear the municipality's code: roles belong to the whole server, not to a database.

    An installation without a registry holds one municipality, whose names bear none.
    """
    start = f"planlop_{code}_" if code else "planlop_"
    return Roles(f"{start}owner", f"{start}web", f"{start}jobs")
