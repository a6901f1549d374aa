"""What two municipalities say to each other about a plan: each message signed, of one form only.

On the wire: a line `planlop-crossing 1 SENDER SIGNATURE`, then the message as canonical JSON. The
line says whose key to check by, so that nothing is parsed before it is known who wrote it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    FailFast,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from workflow.acts.base.form_fields import FIRST_YEAR, LAST_YEAR, Line, Text
from workflow.acts.neighbours.keys import Keyring, PublicKey, WrongSignature
from workflow.record.history.hash_chain import to_canonical
from workflow.rules.crossing.hand_over import CLOSE, END_CONSENT, EXPIRE, FORGOTTEN, LAPSE, WITHDRAW
from workflow.rules.engine.denials import PlanlopError

VERSION = 1
LARGEST = 40_000_000  # bytes on the wire: a plan of ten years with twenty documents of a megabyte
LARGEST_PACKAGE = 29_000_000  # before it is sealed; base64 and the envelope make it a third longer
SEAL = 48  # bytes that sealing adds: the sender's passing key and the tag
LONGEST_HEADER = 200
HEADER = re.compile(rb"planlop-crossing (\d{1,6}) (\d{4}) ([A-Za-z0-9+/]{86}==)")
KEY_SIGN, MOST_KEYS = (
    b'":',
    100_000,
)  # names of fields: a message of ten thousand readers has a third
MOST = 10_000  # goals or measures: more is a mistake or an attack


class NotReadable(PlanlopError):
    """The bytes are no message: cut off, of an unknown kind, or of another form than ours."""

    code = "not_readable"


class UnknownSender(PlanlopError):
    """No neighbour with a key has that code."""

    code = "unknown_sender"


class NotForUs(PlanlopError):
    """The message is signed, but for another municipality."""

    code = "not_for_us"


class TooLarge(PlanlopError):
    """More bytes than a hand-over may take."""

    code = "too_large"


class WrongVersion(PlanlopError):
    """Written by a newer or older protocol than this."""

    code = "wrong_version"


def _in_utc(instant: datetime) -> datetime:
    """One instant has one form, whatever clock it was read from."""
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:  # at the calendar's edge there is no other zone
        raise ValueError("year")
    return instant.astimezone(UTC)


FullLine = Annotated[Line, Field(min_length=1)]
# As the other municipality has it: a number of before the rule must not stop a plan on its way.
SentPhone = Annotated[Line, Field(max_length=20)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
MunicipalityCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
# Version 7 of RFC 9562, as the record makes its own keys.
MessageKey = Annotated[
    str,
    StringConstraints(
        pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
    ),
]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
ScopeCode = Literal["goals", "measures", "calendar", "messages", "documents", "health"]
Count = Annotated[int, Field(ge=0, le=MOST)]
LapseReason = Literal["withdrawn", "expired", "closed", "consent"]
# What happened to the sender's offer, as the receiver is told of it.
LAPSE_REASONS: Mapping[str, LapseReason] = {
    WITHDRAW: "withdrawn",
    EXPIRE: "expired",
    CLOSE: "closed",
    END_CONSENT: "consent",
}


class WirePart(BaseModel):
    """The root of everything that crosses a border: nothing unknown, nothing changed afterwards."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, ser_json_bytes="base64", val_json_bytes="base64"
    )


class PlanSummary(WirePart):
    """All that the receiver sees before it has answered; no number that says who the person is."""

    name: FullLine
    born_on: date | None
    protection: Literal["", "confidential", "strict"]
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
    number: Line = Field(description="The sender's plan number, to speak of it on the telephone.")
    follows: MessageKey | None = Field(
        default=None, description="The receiver's own plan that this one came from, if any."
    )
    asked_by: Line
    asked_phone: SentPhone
    coordinator: Line
    coordinator_phone: SentPhone
    discharge_on: date | None
    first_appointment: Text
    gaps: Text
    reason: Text
    scopes: Annotated[tuple[ScopeCode, ...], Field(min_length=1, max_length=6), FailFast()]
    goals: Count
    measures: Count
    granted: bool = Field(description="The old decision was a yes.")
    expires_at: Moment


class SummaryReader(WirePart):
    """Somebody at the receiver's who has read the summary: the person may see who."""

    name: FullLine
    unit: Line
    at: Moment


class ReceiverAnswer(WirePart):
    """The root of what a receiver says: who has read the summary since it was last said."""

    readers: Annotated[tuple[SummaryReader, ...], Field(max_length=MOST), FailFast()] = ()


class TakeOver(ReceiverAnswer):
    """The receiver's yes: it is bound from now on, and responsible from the release's instant."""

    coordinator: FullLine
    phone: SentPhone
    unit: FullLine
    rests_on_old: bool


class TurnDown(ReceiverAnswer):
    """The receiver's no."""

    reason: Annotated[Text, Field(min_length=1)]
    residence_disputed: bool


class PlanReleased(WirePart):
    """The sender's plan is closed since that instant; everything else lies in the package."""

    outcome: Literal["released"] = "released"
    released_at: Moment
    package: Annotated[bytes, Field(max_length=LARGEST_PACKAGE + SEAL)] = Field(
        description="Sealed to the receiver's key."
    )
    package_sha256: Digest = Field(description="Of the package before it was sealed.")


class OfferLapsed(WirePart):
    """Nothing came of it: the sender is responsible as before."""

    outcome: Literal["lapsed"] = "lapsed"
    why: LapseReason


class PlanBegun(ReceiverAnswer):
    """The receiver's plan runs; the number is theirs, to speak of it on the telephone."""

    outcome: Literal["begun"] = "begun"
    number: FullLine
    package_sha256: Digest


class SummaryGone(ReceiverAnswer):
    """The receiver has deleted the summary of what came to nothing."""

    outcome: Literal["forgotten"] = "forgotten"


class Envelope(WirePart):
    """What every message says of itself; `id` makes a second arrival harmless."""

    model_config = ConfigDict(
        validate_by_name=True, validate_by_alias=True, serialize_by_alias=True
    )

    version: Literal[1] = 1
    id: MessageKey
    crossing: MessageKey
    sender: MunicipalityCode = Field(alias="from")
    receiver: MunicipalityCode = Field(alias="to")
    made_at: Moment


class OfferMessage(Envelope):
    """Sender to receiver: will you take this plan over?"""

    kind: Literal["offer"] = "offer"
    body: PlanSummary


class AcceptanceMessage(Envelope):
    """Receiver to sender: yes, and who will coordinate."""

    kind: Literal["acceptance"] = "acceptance"
    body: TakeOver


class RefusalMessage(Envelope):
    """Receiver to sender: no, and why."""

    kind: Literal["refusal"] = "refusal"
    body: TurnDown


class ReleaseMessage(Envelope):
    """Sender to receiver: how it ended, by the sender's decision alone."""

    kind: Literal["release"] = "release"
    body: Annotated[PlanReleased | OfferLapsed, Field(discriminator="outcome")]


class ReceiptMessage(Envelope):
    """Receiver to sender: your last word has been acted on."""

    kind: Literal["receipt"] = "receipt"
    body: Annotated[PlanBegun | SummaryGone, Field(discriminator="outcome")]


CrossingMessage = (
    OfferMessage | AcceptanceMessage | RefusalMessage | ReleaseMessage | ReceiptMessage
)
READER: TypeAdapter[CrossingMessage] = TypeAdapter(
    Annotated[CrossingMessage, Field(discriminator="kind")]
)


def write_message(message: CrossingMessage, keyring: Keyring) -> bytes:
    """The message as it travels. Raises TooLarge."""
    text = spell_part(message).encode()
    signature = base64.b64encode(keyring.sign(text)).decode()
    raw = f"planlop-crossing {VERSION} {message.sender} {signature}\n".encode() + text
    if len(raw) > LARGEST:
        raise TooLarge
    return raw


def read_message(raw: bytes, known_keys: Mapping[str, PublicKey], me: str) -> CrossingMessage:
    """The message that a neighbour signed for us.

    Raises TooLarge, NotReadable, WrongVersion, UnknownSender, WrongSignature, NotForUs.
    """
    if len(raw) > LARGEST:
        raise TooLarge
    sender, signature, text = _split(raw)
    if sender not in known_keys:
        raise UnknownSender(sender)
    known_keys[sender].verify(text, signature)
    message = parse_message(text)
    if message.sender != sender:
        raise WrongSignature(sender)
    if message.receiver != me:
        raise NotForUs(message.receiver)
    return message


def reread_message(raw: bytes) -> CrossingMessage:
    """A message whose signature has been checked before. Raises NotReadable, WrongVersion."""
    _, _, text = _split(raw)
    return parse_message(text)


def spell_part(part: WirePart) -> str:
    """A message or a part of one in its one form; what an outbox keeps until a job signs it."""
    return to_canonical(part.model_dump(mode="json"))


def parse_message(text: bytes) -> CrossingMessage:
    """A message of exactly our form. Raises NotReadable."""
    # Before the parser: it keeps every fault it finds, and a few bytes could ask for all memory.
    if text.count(KEY_SIGN) > MOST_KEYS:
        raise NotReadable("form")
    try:
        message = READER.validate_json(text)
    except ValidationError as problem:
        # Without the cause: pydantic's sentence quotes what stood there, and logs keep sentences.
        raise NotReadable(_places(problem)) from None
    # One message, one form: no second spelling of the same words can pass under the same id.
    if spell_part(message).encode() != text:
        raise NotReadable("form")
    return message


def find_event(message: CrossingMessage) -> str:
    """What the message is to whoever gets it, in the words of the rules' tables."""
    body = message.body
    if isinstance(body, SummaryGone):
        return FORGOTTEN
    return LAPSE if isinstance(body, OfferLapsed) else message.kind


def digest_summary(summary: PlanSummary) -> str:
    """What is kept of a summary once it is deleted: enough to show later what was asked."""
    return hashlib.sha256(spell_part(summary).encode()).hexdigest()


def _split(raw: bytes) -> tuple[str, bytes, bytes]:
    """Whose it says it is, the signature, and the bytes signed. Raises NotReadable, WrongVersion."""
    # Only at the front: the bytes are not checked yet, and may be many without a line.
    header, line_end, _ = raw[:LONGEST_HEADER].partition(b"\n")
    parts = HEADER.fullmatch(header)
    if parts is None or not line_end:
        raise NotReadable
    version, sender, signature = parts.groups()
    if int(version) != VERSION:
        raise WrongVersion(version.decode())
    return sender.decode(), base64.b64decode(signature), raw[len(header) + 1 :]


def _places(problem: ValidationError) -> str:
    """Which fields are wrong and how, without what stood in them."""
    errors: list[Any] = problem.errors(
        include_input=False, include_context=False, include_url=False
    )
    return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in errors[:5])
