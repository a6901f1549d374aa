"""The commands `crossing-key` and `neighbours`: what plans are handed over to other municipalities with."""

from __future__ import annotations

import os
from pathlib import Path

import click

from workflow.cli.base.answer import CommandError, json_option, print_answer


def register(group: click.Group) -> None:
    """Adds the commands to the group `planlop`."""
    group.add_command(crossing_key)
    group.add_command(list_neighbours)


@click.command("crossing-key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def crossing_key(file: Path) -> None:
    """Makes the private key FILE where there is none, and prints the public_key for the registry."""
    from workflow.acts.neighbours.keys import BadKey, Keyring, make_private

    made = not file.exists()
    if not file.parent.is_dir():
        words = f"There is no folder {file.parent}, seen from here: make it, or name another file."
        raise CommandError("no_folder", words)
    if made:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(make_private())
    try:
        public = Keyring.from_text(file.read_text(encoding="ascii").strip()).public
    except (BadKey, ValueError) as bad:
        words = f"{file} holds no key of ours: name a file that is not there yet."
        raise CommandError("bad_key", words) from bad
    print_answer({"made": made, "public_key": public.text, "fingerprint": public.fingerprint})


@click.command("neighbours")
@json_option
def list_neighbours() -> None:
    """Lists the municipalities that a plan may be handed over to, with what to compare their keys by."""
    from sqlalchemy.orm import Session

    from workflow.acts.neighbours.directory import keys_of, list_neighbours
    from workflow.cli.base.target import open_database

    with open_database() as engine, Session(engine) as session:
        keys = keys_of(session)
        known = [
            {"code": code, "name": name, "fingerprint": keys[code].fingerprint}
            for code, name in list_neighbours(session)
        ]
    words = "\n".join(f"{one['code']} {one['name']}: {one['fingerprint']}" for one in known)
    print_answer(
        {"neighbours": known}, words or "none: the registry names no other one with a public_key"
    )
