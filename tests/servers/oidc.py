"""A real, certified OpenID provider for tests, on loopback; its package is fetched as its own lock file says."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from web.http.build_assets import FrontEndUnavailable, npm_command, npm_surroundings, run_npm

HERE = Path(__file__).parent / "provider"
MODULES = HERE / "node_modules"
FETCHED = MODULES / ".fetched"
LOCK = "package-lock.json"


class ProviderUnavailable(Exception):
    """The provider cannot be started here; the message says why."""


@dataclass
class Issuer:
    """A running provider and whom it signs in next."""

    address: str
    process: subprocess.Popen[str]

    def will_be(self, account: str, acr: str = "high", **claims: Any) -> None:
        """The next browser that comes is this account."""
        self._say({"account": account, "acr": acr, "claims": claims})

    def will_refuse(self) -> None:
        """The next browser that comes is sent back without a sign-in."""
        self._say({"refuses": True})

    def _say(self, words: dict[str, Any]) -> None:
        requests.post(f"{self.address}/test/next", json=words, timeout=10).raise_for_status()


def fetched() -> None:
    """The locked packages, fetched once; processes that ask at the same time wait. Raises ProviderUnavailable."""
    wanted = hashlib.sha256((HERE / LOCK).read_bytes()).hexdigest()
    with (Path(tempfile.gettempdir()) / f"planlop-provider-{os.getuid()}").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        if FETCHED.is_file() and FETCHED.read_text() == wanted:
            return
        with tempfile.TemporaryDirectory(prefix="plnpm-") as folder:
            for name in ("package.json", LOCK):
                shutil.copy(HERE / name, folder)
            try:
                run_npm(Path(folder))
            except FrontEndUnavailable as problem:
                raise ProviderUnavailable(str(problem)) from problem
            shutil.rmtree(MODULES, ignore_errors=True)
            shutil.move(Path(folder) / "node_modules", MODULES)
        FETCHED.write_text(wanted)


def node() -> str:
    """Node.js beside npm, else from the path. Raises ProviderUnavailable."""
    try:
        command = npm_command()
    except FrontEndUnavailable as problem:
        raise ProviderUnavailable(str(problem)) from problem
    beside = [command[0]] if len(command) > 1 else []
    path = next((one for one in (*beside, shutil.which("node")) if one), None)
    if path is None:
        raise ProviderUnavailable("found no Node.js")
    return path


@contextmanager
def running_provider(clients: list[dict[str, Any]], acr_values: list[str]) -> Iterator[Issuer]:
    """A provider with these clients; ends with the block, and with this process however it ends.

    Raises ProviderUnavailable.
    """
    fetched()
    with tempfile.TemporaryFile("w+") as complaints:
        process = subprocess.Popen(
            [node(), "--no-warnings", str(HERE / "server.mjs")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            env={**npm_surroundings(), "NODE_ENV": "test"},
            cwd=HERE,
        )
        try:
            address = greeted(process, {"clients": clients, "acr_values": acr_values})
            if not address:
                complaints.seek(0)
                raise ProviderUnavailable(complaints.read()[-2000:])
            yield Issuer(address, process)
        finally:
            process.kill()
            process.communicate()


def greeted(process: subprocess.Popen[str], settings: dict[str, Any]) -> str:
    """The provider's address, once it has its settings; empty if it ended instead."""
    assert process.stdin and process.stdout
    process.stdin.write(json.dumps(settings) + "\n")
    process.stdin.flush()
    for line in process.stdout:
        if line.startswith("{"):
            return str(json.loads(line)["issuer"])
    return ""
