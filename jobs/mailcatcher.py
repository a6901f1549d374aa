"""A mail server for the embedded run that keeps every mail as a file and sends none on."""

from __future__ import annotations

import os
import threading
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from workflow.rules.calendar.clock import utc_now

KEPT = 500


class Catcher:
    """The handler that aiosmtpd calls for each mail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keeps the mail; the answer is SMTP's."""
        keep_mail(self.folder, envelope.content, utc_now())
        return "250 Message accepted for delivery"


def keep_mail(folder: Path, content: bytes, now: datetime) -> Path:
    """Writes one mail whole or not at all, drops the oldest beyond KEPT, and returns its path."""
    name = f"{now:%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}"
    folder.mkdir(parents=True, exist_ok=True)
    # Under a name that the page of mails does not read, until it is whole.
    draft = folder / f".{name}"
    draft.write_bytes(content)
    draft.rename(folder / f"{name}.eml")
    for old in sorted(folder.glob("*.eml"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return folder / f"{name}.eml"


def catch_mail(folder: Path, port: int) -> None:
    """Catches mail on loopback until the process is ended; raises OSError if the port is taken."""
    folder.mkdir(parents=True, exist_ok=True)
    os.chmod(folder, 0o700)  # mails hold one-time links
    controller = Controller(Catcher(folder), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        threading.Event().wait()
    finally:
        controller.stop()
