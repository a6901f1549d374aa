"""The commands `take-out` and `take-in`: a whole municipality leaves an installation, or begins in one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workflow.cli.base.answer import CommandError, json_option, print_answer, show_progress
from workflow.cli.base.municipalities import municipality_here, settings_here

if TYPE_CHECKING:
    from workflow.acts.operations.take_out import Keys


def register(group: click.Group) -> None:
    """Adds the commands to the group `planlop`."""
    group.add_command(take_out)
    group.add_command(take_in)


@click.command("take-out")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@json_option
def take_out(folder: Path) -> None:
    """Writes the municipality into FOLDER: rows, documents, public key, and digests of all of it."""
    from workflow import security_log
    from workflow.acts.operations import take_out as acts
    from workflow.cli.base.target import open_database
    from workflow.record.database.migrate import newest_migration
    from workflow.rules.calendar.clock import utc_now

    with open_database() as engine:
        try:
            manifest = acts.take_out(
                engine, folder, keys(), newest_migration(), utc_now(), show_progress
            )
        except acts.FolderTaken as taken:
            words = f"{folder} is not empty: name a new folder."
            raise CommandError("folder_taken", words) from taken
        except acts.NothingToTake as empty:
            words = f"{empty} Give the address of the one that is to move."
            raise CommandError("nothing_to_take", words) from empty
    security_log.note("export", kind="municipality")
    print_answer(summary(manifest, folder))


@click.command("take-in")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--digest",
    default="",
    help="What take-out told, come to you by another way: it is compared.",
)
@json_option
def take_in(folder: Path, digest: str) -> None:
    """Begins a municipality in an empty, migrated database from FOLDER; everybody signs in anew."""
    from workflow.acts.operations import take_in as acts
    from workflow.cli.base.target import open_database
    from workflow.record.database.migrate import newest_migration
    from workflow.settings import load_settings

    number = municipality_here(load_settings()).code
    with open_database() as engine:
        try:
            manifest = acts.take_in(
                engine, folder, keys(), newest_migration(), number, show_progress, digest
            )
        except acts.TakeInRefused as refused:
            raise CommandError("take_in_refused", str(refused)) from refused
    if not digest:
        show_progress(
            "The digest was not compared: ask who took it out for theirs, and compare by eye."
        )
    print_answer(summary(manifest, folder))


def keys() -> Keys:
    """The keys that the municipality's record is written with here."""
    from workflow.acts.operations.take_out import Keys
    from workflow.settings import load_settings

    own = settings_here()
    return Keys(
        own.identity_key.get_secret_value(),
        own.secret_key.get_secret_value(),
        municipality_here(load_settings()).public_key,
    )


def summary(manifest: object, folder: Path) -> dict[str, object]:
    """What was moved, in short; the digest is given to who takes it in by another way."""
    from workflow.acts.operations.take_in import digest_of

    assert isinstance(manifest, dict)
    return {
        "number": manifest["number"],
        "name": manifest["name"],
        "rows": sum(manifest["rows"].values()),
        "files": len(manifest["files"]),
        "digest": digest_of(folder),
    }
