"""The demo's own registry of two municipalities, with the secrets of each in the data folder."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflow.demo.town import Units
    from workflow.registry_file import RegistryEntry

FILE = "municipalities.toml"


def write_registry_of(home: Path, port: int) -> Path:
    """Writes the registry for this start's port; keys and databases stay from start to start."""
    from workflow.demo import neighbour, town
    from workflow.registry_file import write_registry

    entries = (
        _entry(home, town.NUMBER, town.NAME, ("localhost", "127.0.0.1"), port, town.UNITS),
        _entry(home, neighbour.NUMBER, neighbour.NAME, (neighbour.HOST,), port, neighbour.UNITS),
    )
    path = home / FILE
    path.write_text(write_registry(entries), encoding="utf-8")
    return path


def _entry(
    home: Path, code: str, name: str, hosts: tuple[str, ...], port: int, units: Units
) -> RegistryEntry:
    from workflow.acts.neighbours.keys import Keyring
    from workflow.registry_file import RegistryEntry, RegistryFiles

    private = _keep_secrets(home / code)
    return RegistryEntry(
        code=code,
        name=name,
        hosts=hosts,
        base_url=f"http://{hosts[0]}:{port}",
        telephone=units["ke"][2],
        public_key=Keyring.from_text(private).public.text,
        files=RegistryFiles.place_in(code, private_key=True),
    )


def _keep_secrets(folder: Path) -> str:
    """Makes what is not there yet; returns the private key's text."""
    from workflow.acts.neighbours.keys import make_private

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    address = f"sqlite:///{folder / 'planlop.sqlite'}"
    for role in ("owner", "web", "jobs"):
        _keep(folder / role, address)
    for name in ("secret_key", "identity_key"):
        _keep(folder / name, secrets.token_urlsafe(48))
    return _keep(folder / "private_key", make_private())


def _keep(path: Path, text: str) -> str:
    """What the file says; the text where there was no file."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8")
