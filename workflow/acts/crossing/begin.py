"""The receiver's plan begins with the release: from the instant the sender states, in one transaction."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from workflow.acts.content import AddGoal
from workflow.acts.coordinator import Accept
from workflow.acts.crossing.ask import CROSSING
from workflow.acts.crossing.neighbours import name_of
from workflow.acts.crossing.package import Package
from workflow.acts.engine import fire, why_not
from workflow.acts.forms import Form, Nothing
from workflow.acts.health import WriteHealth
from workflow.acts.measures import Propose
from workflow.acts.parties import known
from workflow.acts.request import Grant
from workflow.acts.transfer import Successor
from workflow.record.access import Actor
from workflow.record.models import Document, Party, Plan, new_id
from workflow.rules.clock import oslo_date
from workflow.rules.crossing import RELEASED
from workflow.rules.name_order import sort_key

ON_PAPER = {"agreed_how": "paper"}


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a release begins: the hand-over as this side knows it, its package, and both instants."""

    session: Session
    crossing: Mapping[str, Any]
    package: Package
    released_at: datetime
    now: datetime

    @property
    def actor(self) -> Actor:
        """Whoever said yes for the receiver, in the program's own hand."""
        return Actor(self.crossing["answered_by"], "operator")

    def take(self, row_id: str, form: Form, plan_id: str | None = None, actor: Any = None) -> Any:
        """A step of the beginning: judged at the release, recorded now."""
        return fire(
            self.session, actor or self.actor, row_id, plan_id=plan_id, form=form,
            now=self.released_at, recorded_at=self.now,
        )  # fmt: skip

    def may(self, row_id: str, form: Form, plan_id: str, actor: Actor) -> bool:
        """Whether the step is open."""
        return not why_not(
            self.session, actor, row_id, plan_id=plan_id, form=form, now=self.released_at
        )


def begin(beginning: Beginning) -> Plan:
    """The new plan, with somebody responsible from the release on.

    1. The person: by the national id that was typed here, else new in the register. 2. P2, with the
    sender's plan file and documents. 3. Its goals, measures and notes on health. 4. P3 where the old
    decision is built on, and the coordinator who has said yes; else a named human has the case.
    """
    done = beginning.take("P2", _incoming(beginning, person_of(beginning)))
    _keep_documents(beginning, done.plan_id, done.event_id)
    _bring(beginning, done.plan_id)
    if not _decide(beginning, done.plan_id):
        _name_human(beginning, done.plan_id)
    return beginning.session.execute(select(Plan).where(Plan.id == done.plan_id)).scalar_one()


def person_of(beginning: Beginning) -> str:
    """Nobody is joined to somebody here by name, birthday or e-mail: only by the national id."""
    session, digest = beginning.session, beginning.crossing["national_id_hmac"]
    found = known(session, digest)
    if found:
        return found
    told = beginning.package.content["person"]
    born = told["born_on"]
    key = new_id()
    session.execute(
        insert(Party),
        {
            **told, "id": key, "sort_key": sort_key(told["name"]), "national_id_hmac": digest,
            "born_on": date.fromisoformat(born) if born else None, "created_at": beginning.now,
        },
    )  # fmt: skip
    return key


def _incoming(beginning: Beginning, person_id: str) -> Successor:
    """P2's form; a discharge that has been is history."""
    content = beginning.package.content
    home = date.fromisoformat(content["discharge_on"]) if content["discharge_on"] else None
    ahead = home is not None and home >= oslo_date(beginning.released_at)
    code = beginning.crossing["neighbour_code"]
    return Successor(
        person_id=person_id, predecessor_id=content["plan_id"],
        source_name=f"{name_of(beginning.session, code)}, plan {content['number']}",
        document_title=content["number"], document_text=content["plan_file"][:9_000],
        unmapped="\n".join((*content["unmapped"], *content["left_out"])), unit_id=beginning.crossing["unit_id"],
        discharge_on=home if ahead else None,
        first_appointment=content["first_appointment"] if ahead else "", **ON_PAPER,
    )  # fmt: skip


def _keep_documents(beginning: Beginning, plan_id: str, event_id: str) -> None:
    """The whole plan file, and every document as it was sent."""
    file = beginning.package.content["plan_file"].encode()
    made = {"plan_id": plan_id, "event_id": event_id, "created_at": beginning.now}
    whole = {
        "kind": "incoming", "code": "A02-2", "title": f"{beginning.package.content['number']}.yaml",
        "mime": "application/yaml", "content": file, "sha256": _digest(file),
    }  # fmt: skip
    rows = [{**whole, "language": "nb", "template_version": 1}]
    rows += [
        {**paper, "content": base64.b64decode(paper["content"])}
        for paper in beginning.package.documents
    ]
    for row in rows:
        beginning.session.execute(insert(Document), {"id": new_id(), **made, **row})


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _bring(beginning: Beginning, plan_id: str) -> None:
    """Goals and measures one by one, as proposals; notes on health with the words they had."""
    content = beginning.package.content
    for line in content["goals"]:
        beginning.take("A2", AddGoal(own_words=line, **ON_PAPER), plan_id)
    for line in content["measures"]:
        beginning.take("M1", Propose(text=line, **ON_PAPER), plan_id)
    for words in content["health"]:
        beginning.take("A35", WriteHealth(words=words, **ON_PAPER), plan_id)


def _decide(beginning: Beginning, plan_id: str) -> bool:
    """The old decision as the receiver's own, where it builds on it; whether somebody coordinates."""
    old, here = beginning.package.content["decision"], beginning.crossing
    if not (here["rests_on_old"] and old):
        return False
    wish = beginning.package.content["wish_coordinator"] or "–"
    answer = Grant(**old, wish_coordinator=wish, to_party_id=here["coordinator_id"], **ON_PAPER)
    if not beginning.may("P3", answer, plan_id, beginning.actor):
        return False
    beginning.take("P3", answer, plan_id)
    coordinator = Actor(here["coordinator_id"])
    if here["said_yes"] and beginning.may("P13y", Accept(), plan_id, coordinator):
        beginning.take("P13y", Accept(), plan_id, coordinator)
    return True


def _name_human(beginning: Beginning, plan_id: str) -> None:
    """A human of the receiver answers for the request by name, as soon as there is a plan."""
    named = Actor(beginning.crossing["coordinator_id"], "operator")
    if beginning.may("A28", Nothing(), plan_id, named):
        beginning.take("A28", Nothing(), plan_id, named)


def note_begun(beginning: Beginning, plan: Plan) -> None:
    """The hand-over has its plan; what was kept until now of who it is about stands there."""
    beginning.session.execute(
        update(CROSSING)
        .where(CROSSING.c.id == beginning.crossing["id"])
        .values(
            state=RELEASED, plan_id=plan.id, released_at=beginning.released_at,
            ended_at=beginning.now, summary="", national_id_hmac="",
            version=CROSSING.c.version + 1,
        )
    )  # fmt: skip
