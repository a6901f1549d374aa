"""Security events of a request: who asks and from where, added to what workflow.security_log writes."""

from __future__ import annotations

from flask import Flask, g, has_request_context, request

from workflow import security_log
from workflow.settings import Settings


def install(app: Flask, settings: Settings) -> None:
    """Opens the log of security events."""
    security_log.install()


def note(event: str, **ids: str | int | None) -> None:
    """One line: the event, the reader's party and session, the client's address, the ids given.

    Events and names stand in workflow.security_log; raises its UnknownEvent for others.
    """
    security_log.note(event, **{**asking(), **ids})


def municipality_code() -> str:
    """The code of the request's municipality; none where it is alone."""
    current = g.get("municipality")
    return current.code if current else ""


def asking() -> dict[str, str | int | None]:
    """Who asks, as ids; nothing outside a request."""
    if not has_request_context():
        return {}
    reader = g.get("reader")
    who = {"party": reader.party_id, "session": reader.sign_in_id} if reader else {}
    code = municipality_code()
    where = {"municipality": code} if code else {}
    return {**where, **who, "address": request.remote_addr, "endpoint": request.endpoint}
