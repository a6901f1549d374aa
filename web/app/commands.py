"""The commands that web adds to `planlop`: serving the pages, and the document of who may do what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from workflow.cli.base.answer import CommandError

if TYPE_CHECKING:
    from workflow.settings import Settings

# What a command needs is imported when it runs: `planlop` lists its commands without loading Flask.
THREADS = 8


def register(group: click.Group) -> None:
    """Adds web's commands to the group `planlop`."""
    group.add_command(serve)
    group.add_command(policy_document)


@click.command()
@click.option("--threads", default=THREADS, show_default=True, help="Requests at the same time.")
def serve(threads: int) -> None:
    """Serves the pages on the settings' address (waitress); production runs gunicorn "web:create_app()"."""
    from waitress import create_server

    from web.app.app import build_app
    from web.http.security_headers import LARGEST_HEAD, LARGEST_UPLOAD
    from workflow.settings import load_settings

    settings = load_settings()
    app = build_app(settings)
    with explain_port(settings):
        server = create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=threads,
            ident="planlop",
            clear_untrusted_proxy_headers=False,  # web.http.trusted_proxies decides whom to believe
            max_request_header_size=LARGEST_HEAD,
            max_request_body_size=LARGEST_UPLOAD,
            channel_timeout=60,
        )
    click.echo(f"Serving {settings.base_url}", err=True)
    server.run()


@contextmanager
def explain_port(settings: Settings) -> Iterator[None]:
    """Says which address cannot be listened on. Raises CommandError."""
    try:
        yield
    except OSError as taken:
        words = (
            f"Port {settings.port} of {settings.host} cannot be used here: {taken.strerror}. "
            "Choose another one: PLANLOP_PORT."
        )
        raise CommandError("port_taken", words) from taken


@click.command("policy-document")
def policy_document() -> None:
    """Prints docs/policy.md: who may do what, by relation, state and address."""
    from web.app.app import build_app
    from web.app.route_inventory import write_policy_document
    from workflow.settings import Settings

    click.echo(write_policy_document(build_app(Settings(demo=True, catch_mail=True))), nl=False)
