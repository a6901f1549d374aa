"""A real HTTP server for tests: it keeps what is posted, and refuses, stalls or sends elsewhere."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Calls:
    """What a server was asked, and how it answers: status, body, seconds before it does."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    hang_up: bool = False
    came: list[Call] = field(default_factory=list)


def _handler(calls: Calls) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            calls.came.append(Call(self.path, dict(self.headers.items()), body))
            time.sleep(calls.seconds)
            if calls.hang_up:
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(calls.status)
            for name, value in {**calls.headers, "Content-Length": str(len(calls.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(calls.body)

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    return Handler


class Quiet(ThreadingHTTPServer):
    """A server that does not tell of clients that went away."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing."""


@contextmanager
def listening(server: Quiet) -> Iterator[Quiet]:
    """The server answers until the block ends."""
    # shutdown() waits for one poll, which is half a second by itself.
    running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    running.start()
    try:
        yield server
    finally:
        server.shutdown()
        running.join()
        server.server_close()


@contextmanager
def http_server(trust: ssl.SSLContext | None = None) -> Iterator[tuple[Calls, str]]:
    """A server on loopback and its address; with a server's TLS context it speaks https."""
    calls = Calls()
    server = Quiet(("127.0.0.1", 0), _handler(calls))
    if trust is not None:
        server.socket = trust.wrap_socket(server.socket, server_side=True)
    scheme = "https" if trust else "http"
    with listening(server):
        yield calls, f"{scheme}://localhost:{server.server_port}/in"
