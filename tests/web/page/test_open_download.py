"""A download under way when the person stops sharing, over a real server and a real socket."""

from __future__ import annotations

import socket

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.auth.oidc_world import served
from tests.web.conftest import SignedIn
from tests.web.persons import Home, settled
from web.request.reader import COOKIE
from workflow.record.models import Access
from workflow.rules.names.steps import PlanStep

PATIENCE = 20.0  # seconds that any one read may take
AGAIN: tuple[dict[str, str], ...] = (
    {},
    {"Range": "bytes=100-"},
    {"Range": "bytes=0-0", "If-Range": "Sun, 22 Nov 2026 08:00:00 GMT"},
    {"If-Modified-Since": "Sun, 22 Nov 2026 08:00:00 GMT"},
    {"If-None-Match": "*"},
)


@pytest.fixture
def kim(app: Flask, signed_in: SignedIn) -> Home:
    """Kim's plan, which Ali takes part in and may print."""
    return settled(app, signed_in)


def ask(line: socket.socket, path: str, token: str, more: dict[str, str]) -> None:
    """One request, sent whole."""
    heads = {"Host": "localhost", "Cookie": f"{COOKIE}={token}", "Connection": "close", **more}
    said = "".join(f"{name}: {value}\r\n" for name, value in heads.items())
    line.sendall(f"GET {path} HTTP/1.1\r\n{said}\r\n".encode())


def rest(line: socket.socket) -> bytes:
    """Everything until the other side ends."""
    content = b""
    while part := line.recv(4096):
        content += part
    return content


def connect(where: tuple[str, int]) -> socket.socket:
    """A line that takes in little at a time, so that the answer waits for its reader."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    line.settimeout(PATIENCE)
    line.connect(where)
    return line


def prints(kim: Home) -> list[bool]:
    """Ali's looks at the paper, oldest first: whether each was refused."""
    with Session(kim.world.engine) as session:
        rows = select(Access.refused).where(
            Access.plan_id == kim.plan,
            Access.party_id == kim.world.party["ali"],
            Access.act == "print",
        )
        return list(session.scalars(rows.order_by(Access.id)))


def test_what_is_under_way_was_traced_and_nothing_comes_after_it(kim: Home, app: Flask) -> None:
    browser, path = kim.browser("ali"), f"/papir/{kim.plan}"
    cookie = browser.get_cookie(COOKIE)
    assert cookie is not None
    with served() as listening:
        listening.app, where = app, ("127.0.0.1", listening.server.server_port)
        with connect(where) as line:
            ask(line, path, cookie.value, {})
            begun = line.recv(200)
            assert begun.startswith(b"HTTP/1.1 200")
            assert prints(kim) == [False], "traced before its first byte"
            kim.world.take(
                "kim", PlanStep.STOP_SHARING_WITH, kim.plan, party_id=kim.world.party["ali"]
            )
            whole = begun + rest(line)
        # What had left the table before she stopped arrives; it is hers to see that it was taken.
        assert whole.rstrip().endswith(b"</html>")
        for more in AGAIN:
            with connect(where) as line:
                ask(line, path, cookie.value, more)
                answer = rest(line)
            assert answer.startswith(b"HTTP/1.1 404"), more
            assert b"Kim" not in answer and b"husleia" not in answer and b"ETag" not in answer
    assert prints(kim)[0] is False and all(prints(kim)[1:])
    assert "Ali" in kim.browser("kim").get(kim.at("/hvem-har-sett")).text
