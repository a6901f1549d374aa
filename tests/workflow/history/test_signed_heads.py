"""Tests of the nightly head: made once, signed, mailed; and what it proves of a record that was rewritten."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from tests.servers.databases import Backend, copied
from tests.workflow.commands import line_on
from tests.workflow.history.test_tampering import by_hand
from tests.world import AGREED, MONDAY, World, make_world
from workflow.acts.delivery.channel import NotAccepted
from workflow.acts.operations.nightly_head import (
    HeadUnreadable,
    file_of,
    find_unsigned,
    mail_waiting,
    note_due,
    read_file,
    signing_key,
    write_mail,
)
from workflow.record.access.open_plan import Actor, write_trace
from workflow.record.database.engine import unit_of_work
from workflow.record.history.access_seals import seal
from workflow.record.history.hash_chain import link_hash
from workflow.record.history.signed_heads import find_breaks, last_head
from workflow.record.history.verify import verify
from workflow.record.models import (
    AccessSeal,
    Base,
    Event,
    EventBody,
    HeadLeaf,
    MunicipalEvent,
    Plan,
    SignedHead,
)
from workflow.rules.names.steps import PlanStep

SECRET = "a-key-of-the-workers-alone-0123456789"
KEY = signing_key(SECRET, "")


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with copied(backend) as database:
        world = make_world(database.engine)
        world.active()
        with unit_of_work(world.engine) as session:
            seal(session.connection(), MONDAY + timedelta(hours=3))
        yield world


def noted(world: World, days: int = 0) -> dict[str, Any]:
    """The head of a night as it was kept elsewhere."""
    with unit_of_work(world.engine) as session:
        kept = note_due(session, KEY, MONDAY + timedelta(days=days))
    assert kept is not None
    return read_file(file_of(kept))


def breaks(world: World, head: dict[str, Any]) -> set[str]:
    with unit_of_work(world.engine) as session:
        return {what for what, _ in find_breaks(session, head["said"])}


def test_one_a_night_and_each_proves_what_goes_on_from_it(world: World) -> None:
    first = noted(world)
    with unit_of_work(world.engine) as session:
        assert note_due(session, KEY, MONDAY + timedelta(hours=1)) is None
    plan = first["said"]
    assert (plan["municipality"], plan["seq"], plan["plans"]) == ("9000", 1, 1)
    with unit_of_work(world.engine) as session:
        (plan_id,) = session.scalars(select(Plan.id)).all()
    world.take("mona", PlanStep.ADD_GOAL, plan_id, own_words="Bo for meg selv", **AGREED)
    second = noted(world, days=1)
    assert second["said"]["events"] == first["said"]["events"] + 1
    for head in (first, second):
        assert breaks(world, head) == set()
        assert find_unsigned(head, KEY) == ""
    assert verify(world.engine).broken == []


def test_a_night_costs_what_the_day_changed(world: World) -> None:
    noted(world)
    noted(world, days=1)
    with unit_of_work(world.engine) as session:
        assert list(session.scalars(select(HeadLeaf.head_seq))) == [1]


def test_a_record_rewritten_from_its_beginning_does_not_continue_it(world: World) -> None:
    """Every chain holds again, and only what was noted elsewhere tells."""
    head = noted(world)
    with by_hand(world) as session:
        last = session.scalars(select(Event).order_by(Event.seq.desc()).limit(1)).one()
        before = session.scalars(select(Event).where(Event.seq == last.seq - 1)).one()
        text = last.text.replace('"substitute_for":null', '"substitute_for":"another"')
        fresh = link_hash(before.hash, text)
        session.execute(update(Event).where(Event.id == last.id).values(text=text, hash=fresh))
        session.execute(update(Plan).values(head=fresh))
        session.execute(update(HeadLeaf).values(hash=fresh))
        assert {what for what, _ in find_breaks(session, head["said"])} == {"head_root"}


@pytest.mark.parametrize(
    ("model", "what"),
    [(MunicipalEvent, "head_chain"), (AccessSeal, "head_seal"), (HeadLeaf, "head_root")],
)
def test_what_the_head_rests_on_is_gone(world: World, model: Any, what: str) -> None:
    if model is AccessSeal:
        with unit_of_work(world.engine) as session:
            write_trace(session, Actor(world.party["mona"]), "read", "coordinator", MONDAY)
        with unit_of_work(world.engine) as session:
            seal(session.connection(), MONDAY + timedelta(hours=3))
    head = noted(world)
    with by_hand(world) as session:
        session.execute(delete(model))
        assert what in {one for one, _ in find_breaks(session, head["said"])}


def test_a_plan_gone_without_any_trace_is_missed(world: World) -> None:
    head = noted(world)
    with by_hand(world) as session:
        for table in reversed(Base.metadata.sorted_tables):
            if "plan_id" in table.c and table.name != "head_leaf":
                session.execute(delete(table).where(table.c.plan_id.is_not(None)))
        session.execute(delete(Plan))
        lost = {what for what, _ in find_breaks(session, head["said"])}
    assert lost == {"head_event", "head_fewer"}


def test_the_last_event_cut_with_the_head_is_missed(world: World) -> None:
    head = noted(world)
    with by_hand(world) as session:
        last, before = session.scalars(select(Event).order_by(Event.seq.desc()).limit(2)).all()
        session.execute(delete(EventBody).where(EventBody.event_id == last.id))
        session.execute(delete(Event).where(Event.id == last.id))
        session.execute(update(Plan).values(version=before.seq, head=before.hash))
        lost = {what for what, _ in find_breaks(session, head["said"])}
    assert lost == {"head_event", "head_fewer"}


def test_another_municipalitys_head_is_refused(world: World) -> None:
    head = noted(world)
    assert breaks(world, {"said": {**head["said"], "municipality": "9001"}}) == {"head_elsewhere"}


def test_only_the_workers_key_signs_a_head(world: World) -> None:
    head = noted(world)
    changed = {**head, "said": {**head["said"], "plans": 0}}
    assert find_unsigned(changed, KEY) == "head_signature"
    forger = signing_key("somebody-elses-key-0123456789-abcdef", "")
    assert find_unsigned(head, forger) == "head_key"
    assert find_unsigned(head, signing_key(SECRET, "9001")) == "head_key"
    assert find_unsigned({**head, "signature": ""}, KEY) == "head_unsigned"
    assert find_unsigned(head, None) == ""
    assert signing_key("short", "") is None


class Line:
    """A mail server that takes what it is told to."""

    sender = "planlop@fjordvik.example.no"

    def __init__(self, takes: bool = True) -> None:
        self.takes, self.sent = takes, list[tuple[str, bytes]]()

    def send(self, recipient: str, content: bytes) -> None:
        if not self.takes:
            raise NotAccepted("busy")
        self.sent.append((recipient, content))


def test_it_is_mailed_once_and_can_be_read_from_the_mail(world: World) -> None:
    head = noted(world)
    with pytest.raises(NotAccepted):
        mail_waiting(world.engine, Line(takes=False), ["revisor@example.no"], MONDAY)
    line = Line()
    to = ["revisor@example.no", "arkiv@example.no"]
    assert mail_waiting(world.engine, line, to, MONDAY) == 1
    assert mail_waiting(world.engine, line, to, MONDAY) == 0
    assert [who for who, _ in line.sent] == to
    body = message_from_bytes(line.sent[0][1], policy=default).get_content()
    assert read_file(body) == head
    assert verify(world.engine).broken == []


def test_a_mail_tells_of_nobody(world: World) -> None:
    noted(world)
    with unit_of_work(world.engine) as session:
        kept = last_head(session)
        numbers = session.scalars(select(Plan.number)).all()
    assert kept is not None
    mail = write_mail(kept, Line.sender, "revisor@example.no", MONDAY).decode()
    assert not [one for one in (*world.party.values(), *numbers) if one in mail]


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"said": {"seq": 1}, "key": "", "signature": ""}']
)
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(HeadUnreadable):
        read_file(text)


def test_the_commands(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = line_on(str(world.engine.url.render_as_string(False)), str(tmp_path), monkeypatch)
    assert "no head yet" in line.run("head").output
    noted(world)
    file = tmp_path / "head.json"
    file.write_text(line.json("head")["head"], encoding="utf-8")
    assert line.json("verify", "--head", str(file))["ok"]
    with unit_of_work(world.engine) as session:
        session.execute(update(SignedHead).values(mailed_at=MONDAY))
    whole = json.loads(file.read_text(encoding="utf-8"))
    whole["said"]["root"] = "f" * 64
    file.write_text(json.dumps(whole), encoding="utf-8")
    broken = line.json("verify", "--head", str(file), code=1)["broken"]
    assert [one["what"] for one in broken] == ["head_signature"]
    file.write_text("noe annet", encoding="utf-8")
    assert "holds no head" in line.run("verify", "--head", str(file)).output
