"""`planlop demo`: the whole product on one machine; starts the parts, does none of their work."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from workflow.cli.base.answer import CommandError, show_progress
from workflow.cli.base.municipalities import each_municipality
from workflow.cli.demo.registry import write_registry_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

PARTS = ("broker", "mailcatcher", "worker", "scheduler")
LOOK_EVERY = 0.2


class DemoStopped(Exception):
    """Ctrl-C or a request to end; not a fault."""


def register(group: click.Group) -> None:
    """Adds the command to the group `planlop`."""
    group.add_command(demo)


@click.command()
@click.option("--load-only", is_flag=True, help="Load the invented municipalities and end.")
def demo(load_only: bool) -> None:
    """Opens the product with an invented municipality and its neighbour; Ctrl-C ends every part of it.

    PORT (8000) and PLANLOP_HOME (.planlop) are honoured. A second start keeps the data.
    """
    environment = demo_environment(dict(os.environ))
    os.environ.update(environment)
    if not load_only:
        refuse_taken_port()
    prepare_data()
    if load_only:
        return
    announce()
    run_parts(environment)


def demo_environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment of every part, from what the person set and the embedded run's choices."""
    from workflow.demo.town import UNITS
    from workflow.settings import load_settings

    if given.get("PLANLOP_PRODUCTION", "").lower() in ("1", "true", "yes", "on"):
        raise CommandError("production", "The demo does not run with PLANLOP_PRODUCTION set.")
    settings = load_settings()
    home = prepare_home(settings.home)
    chosen = {
        "PLANLOP_HOME": str(home),
        "PLANLOP_MUNICIPALITIES": str(write_registry_of(home, settings.port)),
        "PLANLOP_DEMO": "true",
        "PLANLOP_CATCH_MAIL": "true",
        "PLANLOP_SMTP_HOST": "127.0.0.1",
        # A port of the moment: two demos on one machine must not catch each other's mail.
        "PLANLOP_SMTP_PORT": str(free_port()),
        "PLANLOP_UNIT_NAME": UNITS["ke"][0],
        "PLANLOP_UNIT_TELEPHONE": UNITS["ke"][2],
    }
    return {**given, **chosen}


def prepare_home(home: Path) -> Path:
    """Makes the data folder and its secrets, which stay the same from start to start."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("secret_key", "identity_key"):
        path = home / name
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return home


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def refuse_taken_port() -> None:
    """Raises CommandError with a clear sentence when the web process could not listen."""
    from workflow.settings import load_settings

    settings = load_settings()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as taken:
            raise CommandError(
                "port_taken",
                f"Port {settings.port} cannot be used here ({taken.strerror}). Try another one: "
                f"PORT={settings.port + 1} make run",
            ) from taken


def prepare_data() -> None:
    """Brings both databases to the newest form and fills them when they are empty."""
    from workflow.cli.operations.setup import bring_up
    from workflow.demo import neighbour
    from workflow.demo.load import load_demo

    loads = {neighbour.NUMBER: neighbour.load_neighbour}
    for code, settings in each_municipality(every=True, role="owner"):
        bring_up(code, settings)
        fill(settings.database_url, loads.get(code, load_demo))


def fill(url: str, load: Callable[[Session, datetime], None]) -> None:
    """Loads an invented municipality where there is none yet, in one transaction."""
    from workflow import security_log
    from workflow.record.database.engine import make_engine, unit_of_work
    from workflow.rules.calendar.clock import utc_now

    if is_empty(url):
        show_progress("Loading an invented municipality …")
        with security_log.silent(), unit_of_work(make_engine(url)) as session:
            load(session, utc_now())


def is_empty(url: str) -> bool:
    """Whether the database holds no municipality yet."""
    from sqlalchemy import func, select

    from workflow.record.database.engine import make_engine
    from workflow.record.models import MunicipalityRow

    with make_engine(url).connect() as connection:
        return not connection.scalar(select(func.count()).select_from(MunicipalityRow))


def announce() -> None:
    """Prints the addresses and the demo sign-ins, before anything else can fill the screen."""
    own, near = (settings.base_url for _, settings in each_municipality(every=True))
    click.echo(f"Planløp: {own}")
    for line in sign_ins():
        click.echo(f"  {line}")
    click.echo(f"The neighbour, to hand a plan over to: {near}")
    click.echo(f"All mails, and so a guest's link: {own}/e-post")
    click.echo("Sign in with one click on a name. Ctrl-C ends everything.")
    sys.stdout.flush()


def sign_ins() -> Iterator[str]:
    """One line for each invented person that the sign-in page offers."""
    from workflow.demo.load import demo_sign_ins

    for name, role in demo_sign_ins():
        yield f"{name} – {role}"


def run_parts(environment: Mapping[str, str]) -> None:
    """Starts every part and watches them until Ctrl-C or until one of them dies."""
    children: dict[str, subprocess.Popen[bytes]] = {}
    with stop_signals():
        try:
            for name in ("serve", *PARTS):
                children[name] = start_part(name, environment)
            watch(children)
        except DemoStopped:
            show_progress("\nStopping …")
        finally:
            stop_all(children)
            forget_socket()


def start_part(name: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Starts one part by its command line, bound to this process's life."""
    from workflow.processes import start_child

    return start_child([Path(sys.executable).parent / "planlop", name], environment)


@contextmanager
def stop_signals() -> Iterator[None]:
    """Turns the first Ctrl-C, hang-up or request to end into DemoStopped and ignores the rest."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ignored, signal.SIG_IGN)
        raise DemoStopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    yield


def forget_socket() -> None:
    """Takes the broker's folder away, which lies outside the data folder."""
    from workflow.settings import broker_folder, load_settings

    shutil.rmtree(broker_folder(load_settings().home), ignore_errors=True)


def watch(children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Returns never; raises CommandError that names the part that ended by itself."""
    while True:
        for name, child in children.items():
            code = child.poll()
            if code is not None:
                raise CommandError(
                    "part_ended",
                    f"The part `{name}` ended by itself (code {code}); its last lines stand above. "
                    "The other parts are stopped too; your data is kept.",
                )
        time.sleep(LOOK_EVERY)


def stop_all(children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Asks all parts to end at once, then waits for each; the broker goes last of all."""
    from workflow.processes import stop_child

    for name, child in children.items():
        # The broker last: the others take leave of it while they end.
        if name != "broker" and child.poll() is None:
            child.terminate()
    for name in sorted(children, key=lambda part: part == "broker"):
        stop_child(children[name])
