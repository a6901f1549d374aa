"""The commands that web adds to `planlop`; what they start lives beside them."""

from __future__ import annotations

import click

THREADS = 8


def register(group: click.Group) -> None:
    """Adds web's commands to the group `planlop`."""
    group.add_command(serve)


@click.command()
@click.option("--threads", default=THREADS, show_default=True, help="Requests at the same time.")
def serve(threads: int) -> None:
    """Serves the pages on the settings' address (waitress); production runs gunicorn "web:create_app()"."""
    from waitress import create_server

    from web import create_app
    from workflow.settings import load_settings

    settings = load_settings()
    server = create_server(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        threads=threads,
        ident="planlop",
    )
    click.echo(f"Serving {settings.base_url}", err=True)
    server.run()
