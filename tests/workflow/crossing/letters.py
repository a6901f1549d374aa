"""Three municipalities with keys, a message of each kind, and how to spell one by hand."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from workflow.acts.neighbours.keys import Keyring, seal_package
from workflow.acts.neighbours.messages import (
    AcceptanceMessage,
    CrossingMessage,
    OfferLapsed,
    OfferMessage,
    PlanBegun,
    PlanReleased,
    PlanSummary,
    ReceiptMessage,
    RefusalMessage,
    ReleaseMessage,
    SummaryGone,
    SummaryReader,
    TakeOver,
    TurnDown,
)
from workflow.record.models.base import new_id
from workflow.rules.crossing import hand_over as rules

NARVIK, BODO, FAUSKE = "1806", "1804", "1841"
RINGS = {code: Keyring(bytes([number]) * 32) for number, code in enumerate((NARVIK, BODO, FAUSKE))}
KNOWN = {code: ring.public for code, ring in RINGS.items()}
NOW = datetime(2026, 3, 9, 9, 0, 0, 250, tzinfo=UTC)
CROSSING = "019cd1f0-0000-7000-8000-000000000001"
PACKAGE = b"plan: whole"

SUMMARY = PlanSummary(
    name="Kim Æsøy",
    born_on=date(1980, 2, 29),
    protection="",
    language="nb",
    number="1806-ABC234",
    asked_by="Mona Lie",
    asked_phone="76 91 20 00",
    coordinator="Mona Lie",
    coordinator_phone="76 91 20 01",
    discharge_on=date(2026, 3, 20),
    first_appointment="Mandag kl. 10 hos Per",
    gaps="Bolig",
    reason="Flytter",
    scopes=("goals", "measures"),
    goals=2,
    measures=5,
    granted=True,
    expires_at=NOW + timedelta(days=14),
)


def said_of(kind: str, sender: str = NARVIK, receiver: str = BODO) -> CrossingMessage:
    """A message of each kind, as it is made."""
    head: dict[str, Any] = {
        "id": new_id(),
        "crossing": CROSSING,
        "sender": sender,
        "receiver": receiver,
        "made_at": NOW,
    }
    aad = CROSSING.encode()
    released = PlanReleased(
        released_at=NOW,
        package=seal_package(PACKAGE, KNOWN[receiver], aad),
        package_sha256=hashlib.sha256(PACKAGE).hexdigest(),
    )
    yes = TakeOver(
        coordinator="Per Moe",
        phone="",
        unit="Bestillerkontoret",
        rests_on_old=True,
        readers=(SummaryReader(name="Per Moe", unit="Bestillerkontoret", at=NOW),),
    )
    begun = PlanBegun(number="1804-ABC234", package_sha256=released.package_sha256)
    made: dict[str, Callable[[], CrossingMessage]] = {
        "offer": lambda: OfferMessage(**head, body=SUMMARY),
        "acceptance": lambda: AcceptanceMessage(**head, body=yes),
        "refusal": lambda: RefusalMessage(
            **head, body=TurnDown(reason="Bor ikke her", residence_disputed=True)
        ),
        "released": lambda: ReleaseMessage(**head, body=released),
        "lapsed": lambda: ReleaseMessage(**head, body=OfferLapsed(why="withdrawn")),
        "begun": lambda: ReceiptMessage(**head, body=begun),
        "forgotten": lambda: ReceiptMessage(**head, body=SummaryGone()),
    }
    return made[kind]()


EVENTS = {
    "offer": rules.OFFER,
    "acceptance": rules.ACCEPTANCE,
    "refusal": rules.REFUSAL,
    "released": rules.RELEASE,
    "lapsed": rules.LAPSE,
    "begun": rules.RECEIPT,
    "forgotten": rules.FORGOTTEN,
}


def signed(text: str | bytes, code: str = NARVIK, by: Keyring | None = None) -> bytes:
    """Any text under a signature that is in order, as only a key's holder can make it."""
    raw = text.encode() if isinstance(text, str) else text
    signature = base64.b64encode((by or RINGS[code]).sign(raw)).decode()
    return f"planlop-crossing 1 {code} {signature}\n".encode() + raw


def body_of(raw: bytes) -> dict[str, Any]:
    """The message within the bytes, as plain data."""
    data: dict[str, Any] = json.loads(raw.partition(b"\n")[2])
    return data


def spell(data: Any) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def leaves(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Where every single value of a message stands."""
    if isinstance(data, dict | list) and data:
        pairs = data.items() if isinstance(data, dict) else enumerate(data)
        return [leaf for key, value in pairs for leaf in leaves(value, (*path, key))]
    return [path]


def put(data: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """The same data with another value in one place."""
    copy = json.loads(json.dumps(data))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return copy
