"""Only what a known neighbour signed for us, in our one form, is read; only its receiver opens a package."""

from __future__ import annotations

import json
from datetime import timedelta, timezone
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import example, given
from pydantic import ValidationError

from tests.workflow.crossing.letters import (
    BODO,
    EVENTS,
    FAUSKE,
    KNOWN,
    NARVIK,
    NOW,
    PACKAGE,
    RINGS,
    SUMMARY,
    body_of,
    leaves,
    put,
    said_of,
    signed,
    spell,
)
from workflow.acts.neighbours import messages
from workflow.acts.neighbours.keys import WrongSignature, seal_package
from workflow.acts.neighbours.messages import (
    NotForUs,
    NotReadable,
    PlanReleased,
    PlanSummary,
    TooLarge,
    UnknownSender,
    WrongVersion,
    digest_summary,
    find_event,
    read_message,
    write_message,
)
from workflow.record.models.base import new_id
from workflow.rules.crossing import hand_over as rules
from workflow.rules.engine.denials import PlanlopError

UNREADABLE = (NotReadable, UnknownSender, WrongSignature, NotForUs, WrongVersion)
OTHER: dict[str, Any] = {
    "born_on": None,
    "discharge_on": None,
    "protection": "strict",
    "language": "nn",
    "scopes": ("goals",),
    "goals": 0,
    "measures": 0,
    "granted": False,
    "expires_at": NOW,
}
ODD: tuple[Any, ...] = ({}, [], None, -1, 1.5, "\x00", "a" * 20_000)
FITS: tuple[tuple[str, Any], ...] = (
    ("born_on", None),
    ("discharge_on", None),
    ("follows", None),
    ("package", "a" * 20_000),
    ("readers", []),
)


@pytest.mark.parametrize("kind", EVENTS)
def test_what_is_written_is_read(kind: str) -> None:
    message = said_of(kind)
    raw = write_message(message, RINGS[NARVIK])
    assert read_message(raw, KNOWN, BODO) == message
    assert raw == write_message(message, RINGS[NARVIK])  # told again, it is the same bytes
    assert find_event(message) == EVENTS[kind]


@pytest.mark.parametrize("kind", EVENTS)
def test_no_message_says_who_the_person_is_by_number(kind: str) -> None:
    data = body_of(write_message(said_of(kind), RINGS[NARVIK]))
    assert not [path for path in leaves(data) if "national" in str(path) or "hmac" in str(path)]
    with pytest.raises(NotReadable, match=r"extra_forbidden|union_tag"):
        read_message(signed(spell(put(data, ("body", "national_id"), "01818012345"))), KNOWN, BODO)


@pytest.mark.parametrize("kind", EVENTS)
def test_no_field_can_be_changed_on_the_way(kind: str) -> None:
    raw = write_message(said_of(kind), RINGS[NARVIK])
    header, _, text = raw.partition(b"\n")
    data = json.loads(text)
    for path in leaves(data):
        forged = spell(put(data, path, "another")).encode()
        with pytest.raises(WrongSignature):
            read_message(header + b"\n" + forged, KNOWN, BODO)


@pytest.mark.parametrize("kind", EVENTS)
@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:12])
def test_no_field_holds_what_is_none_of_its_values(kind: str, odd: object) -> None:
    data = body_of(write_message(said_of(kind), RINGS[NARVIK]))
    for path in leaves(data):
        if (path[-1], odd) in FITS:
            continue
        with pytest.raises(NotReadable):
            read_message(signed(spell(put(data, path, odd))), KNOWN, BODO)


def test_an_instant_at_the_edge_of_the_calendar_is_refused_by_name() -> None:
    data = body_of(write_message(said_of("offer"), RINGS[NARVIK]))
    for edge in ("9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00", 1, "2026-03-09T09:00"):
        with pytest.raises(NotReadable):
            read_message(signed(spell({**data, "made_at": edge})), KNOWN, BODO)


@pytest.mark.parametrize("kind", EVENTS)
@pytest.mark.parametrize(
    "part", ("version", "id", "crossing", "kind", "from", "to", "made_at", "body")
)
def test_every_part_of_the_envelope_is_needed(kind: str, part: str) -> None:
    data = body_of(write_message(said_of(kind), RINGS[NARVIK]))
    del data[part]
    with pytest.raises(NotReadable):
        read_message(signed(spell(data)), KNOWN, BODO)


def test_another_key_than_the_senders_is_not_the_sender() -> None:
    message = said_of("offer")
    with pytest.raises(WrongSignature):
        read_message(write_message(message, RINGS[FAUSKE]), KNOWN, BODO)
    with pytest.raises(UnknownSender, match=NARVIK):
        read_message(write_message(message, RINGS[NARVIK]), {BODO: KNOWN[BODO]}, BODO)


def test_a_neighbour_cannot_write_in_anothers_name() -> None:
    raw = write_message(said_of("lapsed"), RINGS[NARVIK])
    with pytest.raises(WrongSignature):  # its own key and line around what another said
        read_message(signed(raw.partition(b"\n")[2], FAUSKE), KNOWN, BODO)
    with pytest.raises(WrongSignature):  # the other's line around its own signature
        read_message(signed(raw.partition(b"\n")[2], NARVIK, by=RINGS[FAUSKE]), KNOWN, BODO)


@pytest.mark.parametrize("kind", EVENTS)
def test_bytes_for_one_municipality_say_nothing_to_another(kind: str) -> None:
    raw = write_message(said_of(kind), RINGS[NARVIK])
    for code in (FAUSKE, NARVIK):
        with pytest.raises(NotForUs, match=BODO):
            read_message(raw, KNOWN, code)


@given(st.data())
def test_cut_off_bytes_are_no_message(data: st.DataObject) -> None:
    raw = write_message(said_of("refusal"), RINGS[NARVIK])
    end = data.draw(st.integers(0, len(raw) - 1))
    with pytest.raises(UNREADABLE):
        read_message(raw[:end], KNOWN, BODO)
    with pytest.raises(UNREADABLE):
        read_message(raw + b" ", KNOWN, BODO)


@given(st.data())
def test_no_bit_can_be_turned(data: st.DataObject) -> None:
    raw = bytearray(write_message(said_of("offer"), RINGS[NARVIK]))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(UNREADABLE):
        read_message(bytes(raw), KNOWN, BODO)


@given(st.binary(max_size=300))
@example(b"")
@example(b"\n")
@example(b"planlop-crossing 1 1806 \n{}")
@example(b"planlop-crossing 1 1806 " + b"A" * 86 + b"==")
def test_noise_is_refused_by_name(noise: bytes) -> None:
    with pytest.raises(UNREADABLE):
        read_message(noise, KNOWN, BODO)
    with pytest.raises(NotReadable):
        read_message(signed(noise), KNOWN, BODO)


def test_nothing_is_parsed_before_its_writer_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[bytes] = []
    monkeypatch.setattr(messages, "parse_message", parsed.append)
    raw = write_message(said_of("offer"), RINGS[NARVIK])
    for forged in (raw + b" ", raw.replace(b"1806", b"9999", 1), signed(b"{}", by=RINGS[BODO])):
        with pytest.raises(PlanlopError):
            read_message(forged, KNOWN, BODO)
    assert parsed == []


def test_too_many_bytes_are_not_even_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = write_message(said_of("released"), RINGS[NARVIK])
    monkeypatch.setattr(messages, "LARGEST", len(raw) - 1)
    with pytest.raises(TooLarge):
        read_message(raw, {}, BODO)
    with pytest.raises(TooLarge):
        write_message(said_of("released"), RINGS[NARVIK])
    monkeypatch.setattr(messages, "LARGEST", len(raw))
    assert find_event(read_message(raw, KNOWN, BODO)) == rules.RELEASE


def test_the_largest_package_fits_on_the_wire() -> None:
    sealed = messages.LARGEST_PACKAGE + messages.SEAL
    assert -(-sealed // 3) * 4 + 10_000 < messages.LARGEST
    assert len(seal_package(PACKAGE, KNOWN[BODO], b"")) == len(PACKAGE) + messages.SEAL


def test_a_package_larger_than_allowed_is_no_release() -> None:
    with pytest.raises(ValidationError, match="too_long"):
        PlanReleased(
            released_at=NOW,
            package=bytes(messages.LARGEST_PACKAGE + messages.SEAL + 1),
            package_sha256="0" * 64,
        )


def test_what_no_kind_of_ours_is_refused() -> None:
    data = body_of(write_message(said_of("offer"), RINGS[NARVIK]))
    for kind in ("Offer", "receipts", "", None, 3, "release", "receipt"):
        with pytest.raises(NotReadable):
            read_message(signed(spell({**data, "kind": kind})), KNOWN, BODO)
    with pytest.raises(NotReadable, match="union_tag"):
        outcome = {"outcome": "maybe", "why": "withdrawn"}
        read_message(signed(spell({**data, "kind": "release", "body": outcome})), KNOWN, BODO)


def test_another_version_is_named_before_anything_else() -> None:
    raw = write_message(said_of("offer"), RINGS[NARVIK])
    with pytest.raises(WrongVersion, match="2"):
        read_message(raw.replace(b"planlop-crossing 1", b"planlop-crossing 2", 1), {}, BODO)
    with pytest.raises(NotReadable, match="version"):  # the line says 1, the signed text 2
        read_message(signed(spell({**body_of(raw), "version": 2})), KNOWN, BODO)


def test_a_message_has_one_form_only() -> None:
    data = body_of(write_message(said_of("offer"), RINGS[NARVIK]))
    loose = json.dumps(data, sort_keys=True, ensure_ascii=False)
    twice = spell(data).replace('"kind":"offer"', '"kind":"lapsed","kind":"offer"')
    other_zone = spell({**data, "made_at": "2026-03-09T10:00:00.000250+01:00"})
    renamed = spell({"sender" if key == "from" else key: value for key, value in data.items()})
    shuffled = json.dumps(dict(reversed(data.items())), ensure_ascii=False, separators=(",", ":"))
    for spelled in (loose, twice, other_zone, renamed, shuffled, "﻿" + spell(data)):
        with pytest.raises(NotReadable):
            read_message(signed(spelled), KNOWN, BODO)
    assert read_message(signed(spell(data)), KNOWN, BODO)


def test_deep_nesting_is_refused_by_name() -> None:
    with pytest.raises(NotReadable):
        read_message(signed("[" * 100_000), KNOWN, BODO)


def test_what_is_wrong_is_said_without_what_stood_there() -> None:
    data = body_of(write_message(said_of("offer"), RINGS[NARVIK]))
    with pytest.raises(NotReadable) as wrong:
        read_message(signed(spell(put(data, ("body", "gaps"), ["Kims hemmelighet"]))), KNOWN, BODO)
    assert "body.gaps" in str(wrong.value)
    assert "Kim" not in str(wrong.value)
    assert wrong.value.__cause__ is None


def test_an_instant_has_one_form_whatever_its_zone() -> None:
    oslo = NOW.astimezone(timezone(timedelta(hours=1)))
    one = said_of("lapsed")
    same = one.model_copy(update={"made_at": oslo})
    again = type(one).model_validate(same.model_dump())
    assert write_message(again, RINGS[NARVIK]) == write_message(one, RINGS[NARVIK])
    with pytest.raises(ValidationError):
        type(one).model_validate({**one.model_dump(), "made_at": NOW.replace(tzinfo=None)})


def test_messages_are_not_changed_once_made() -> None:
    message = said_of("offer")
    with pytest.raises(ValidationError, match="frozen"):
        setattr(message, "id", new_id())  # noqa: B010 - as a careless line would


def test_every_way_a_question_ends_has_its_word() -> None:
    ends = {row.what for row in rules.ROWS if row.sends == rules.LAPSE and row.state == "offered"}
    assert set(messages.LAPSE_REASONS) == ends


def test_a_digest_is_of_the_words_and_of_nothing_else() -> None:
    same = PlanSummary.model_validate_json(SUMMARY.model_dump_json())
    assert digest_summary(same) == digest_summary(SUMMARY)
    assert len(digest_summary(SUMMARY)) == 64
    others = [
        SUMMARY.model_copy(update={name: OTHER.get(name, "annet")})
        for name in PlanSummary.model_fields
    ]
    assert len({digest_summary(one) for one in (SUMMARY, *others)}) == len(others) + 1
