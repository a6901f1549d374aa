"""Messages between the person and the coordinator, with the answers; sending is an act of workflow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select

from web import forms, guards
from web.clock import now
from web.database import db_session
from web.formats import first_name
from web.person.door import helper, page, pages, view_of
from web.sessions import reader
from web.words import gettext
from workflow.acts.access_request import ACCESS
from workflow.acts.contact import Write
from workflow.record.access import Opened
from workflow.record.models import Wish
from workflow.record.plan_view import PlanView, humans
from workflow.record.protected import mask_of

MOST = 60


@dataclass(frozen=True)
class Said:
    """One thing said: by whom, when, the words, and the answer to it if there is one."""

    who: str
    mine: bool
    at: datetime
    words: str
    waits: bool


@pages.get("/min/<plan_id>/meldinger")
@guards.plan_route("own_pages", kind="person-messages")
def messages(opened: Opened) -> str:
    """What the person and the coordinator have said to each other, the newest first."""
    view = view_of(opened)
    name = first_name(helper(view).name)
    title = gettext("Skriv til %(name)s", name=name) if name else gettext("Meldinger")
    form = forms.show(Write, only=["words"], voice="person")
    form = replace(form, fields=tuple(replace(one, required=True) for one in form.fields))
    return page("messages.html", opened, view, title=title, said=talk(opened, view), form=form)


def talk(opened: Opened, view: PlanView) -> list[Said]:
    """Messages and wishes from and to the person, each answer as words of its own."""
    persons = {opened.plan.person_id, reader().party_id}
    found = db_session().scalars(
        select(Wish)
        .where(
            Wish.plan_id == opened.plan.id,
            or_(Wish.from_party_id.in_(persons), Wish.to_party_id.in_(persons)),
        )
        .order_by(Wish.sent_at.desc())
        .limit(MOST)
    ).all()  # fmt: skip
    ids = {one for wish in found for one in (wish.from_party_id, wish.answered_by) if one}
    names = {key: human.name for key, human in humans(db_session(), ids, now()).items()}
    mask = mask_of(db_session(), opened.plan.id, now())
    said: list[Said] = []
    for wish in found:
        mine = wish.from_party_id in persons
        if wish.answered_at:
            by = names.get(wish.answered_by or "", "")
            said.append(Said(by, False, wish.answered_at, mask(wish.answer), False))
        name = names.get(wish.from_party_id or "", "")
        said.append(
            Said(name, mine, wish.sent_at, mask(worded(wish)), mine and not wish.answered_at)
        )
    return sorted(said, key=lambda one: one.at, reverse=True)


def worded(wish: Wish) -> str:
    """The words of a wish; for another coordinator, or for access, there may be none."""
    if wish.kind == "change_coordinator":
        asked = gettext("Jeg vil bytte koordinator.")
        return f"{asked} {wish.words}".strip()
    if wish.kind == ACCESS:
        asked = gettext("Jeg ber om innsyn.")
        return f"{asked} {wish.words}".strip()
    return wish.words
