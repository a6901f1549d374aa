"""The commands `broker` and `mailcatcher` that only the embedded run starts; production has real ones."""

from __future__ import annotations

import os

import click


# Imported when it runs: `planlop` lists its commands without loading a server.
def register(group: click.Group) -> None:
    """Adds the commands to the group `planlop`."""
    group.add_command(broker)
    group.add_command(mailcatcher)


@click.command(hidden=True)
def broker() -> None:
    """Serves the queue on a unix socket; the server takes this process's place."""
    from jobs.broker import BrokerUnavailable, prepare_socket, server_command
    from workflow.settings import load_settings

    try:
        words = server_command(prepare_socket(load_settings().home))
    except BrokerUnavailable as problem:
        raise click.ClickException(str(problem)) from problem
    # No child of ours: it would outlive a Python that is killed.
    os.execv(words[0], words)  # noqa: S606 - the server's own program from the wheel


@click.command(hidden=True)
def mailcatcher() -> None:
    """Keeps every mail as a file in PLANLOP_HOME/mail and sends none on."""
    from jobs.mailcatcher import catch_mail
    from workflow.settings import load_settings

    settings = load_settings()
    try:
        catch_mail(settings.mail_folder, settings.smtp_port)
    except OSError as problem:
        raise click.ClickException(f"the mail catcher cannot listen: {problem}") from problem
