"""The person's first page: what is next, whom to ring, what matters, what we have managed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from flask import redirect, url_for
from werkzeug.wrappers import Response

from web.hints.catalogue import hints_of
from web.page.formats import day, first_name, moment, weekday
from web.page.view_models import StepButton
from web.person import achievements, others_plan
from web.person.base.blueprint import (
    find_helper,
    may_take,
    on_persons_side,
    pages,
    render_person_page,
    tab_of,
    view_of,
)
from web.person.notification_settings import can_snooze, question_is_open
from web.person.plan_status import helper_line, plan_status
from web.person.steps.step_links import ask_link, only_open, press_button
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now, today
from web.request.database import db_session, open_unit
from web.request.reader import current_reader
from web.request.translate import gettext
from workflow.acts.notices import inbox, snooze
from workflow.acts.notices.inbox import NoticeLine
from workflow.record.access.open_plan import OpenPlan
from workflow.record.models import Measure
from workflow.record.plan.view import PlanView
from workflow.record.shapes.plan import MeetingView
from workflow.rules.calendar.clock import at_oslo
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep
from workflow.words.notices.notices import notice_sentence

NEWS = 4


@dataclass(frozen=True)
class NextThing:
    """What is next: when and what, a line more, and the answers."""

    words: str
    more: tuple[str, ...] = ()
    steps: tuple[StepButton, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """A proposal that waits: from whom, and the answers where it is the person's turn."""

    text: str
    said: str
    steps: tuple[StepButton, ...]


@pages.get("/min/<plan_id>")
@access_guards.plan_route("read", "read_summary", kind="person-home")
def home(opened: OpenPlan) -> str:
    """The person's page; somebody around the plan sees what is shared with her."""
    if not on_persons_side(opened):
        return others_plan.shared_page(opened)
    view = view_of(opened)
    is_person = "person" in opened.relations
    lines = achievements.lines(view, is_person)
    return render_person_page(
        "home.html",
        opened,
        view,
        title=greeting(view, is_person),
        tab_title=gettext("Planen min") if is_person else tab_of(opened.plan.number),
        next=next_thing(view, is_person),
        helper=find_helper(view),
        helped=list(helper_line(view)),
        standing=plan_status(view, True),
        lines=lines,
        done=sum(one.done for one in lines),
        finishable=any(can_finish(m) for m in view.measures),
        propose=ask_link(MeasureStep.PROPOSE, label=gettext("Jeg har et forslag")),
        proposals=proposals(view),
        offers=offers(view),
        news=news(view),
        ask_reminders=question_is_open(opened),
        matters=ask_link(
            PlanStep.SET_WHAT_MATTERS,
            label=gettext("Endre"),
            about=gettext("det viktigste for meg"),
        ),
    )


def greeting(view: PlanView, is_person: bool) -> str:
    """«Hei, Kim», or whose plan it is."""
    if is_person:
        return gettext("Hei, %(name)s", name=first_name(view.person.name))
    return gettext("Planen til %(name)s", name=first_name(view.person.name))


def is_open(measure: Measure) -> bool:
    """Whether the measure is agreed and not ended."""
    return measure.state in ("decided", "active", "transferred")


def can_finish(measure: Measure) -> bool:
    """Whether the reader may tick the measure done, or say how it went where it is ticked already."""
    step = MeasureStep.EVALUATE if measure.completed_on else MeasureStep.DONE
    return may_take(step, measure.id)


def next_thing(view: PlanView, is_person: bool) -> NextThing | None:
    """The nearest meeting or agreed measure, whichever comes first."""
    meeting = next(iter(view.coming), None)
    waiting = [m for m in view.measures if is_open(m) and m.due_on and not m.completed_on]
    waiting = [m for m in waiting if m.due_on and m.due_on >= today()]
    measure = min(waiting, key=hour_of, default=None)
    if meeting and (measure is None or meeting.starts_at <= hour_of(measure)):
        return next_meeting(view, meeting)
    return next_measure(view, measure, is_person) if measure else None


def hour_of(measure: Measure) -> datetime:
    """When a measure is due (aware UTC): at its hour, else at the end of its day."""
    assert measure.due_on is not None
    return at_oslo(measure.due_on, measure.due_time or time(23, 59))


def next_meeting(view: PlanView, meeting: MeetingView) -> NextThing:
    """A meeting, who comes, and the person's answer."""
    what = meeting.place or gettext("møte")
    words = upper_first(gettext("%(when)s: %(what)s", when=moment(meeting.starts_at), what=what))
    others = [one for one in meeting.called if one.party_id != view.plan.person_id]
    names = achievements.join_names([first_name(view.name(one.party_id)) for one in others])
    more = [gettext("%(names)s er også spurt.", names=names)] if names else []
    mine = next((one for one in meeting.called if one.party_id == view.plan.person_id), None)
    if meeting.state == "planned":
        more.append(gettext("Du får en innkalling."))
        return NextThing(words, tuple(more))
    if mine is None:
        return NextThing(words, tuple(more))
    if mine.reply:
        more.append(reply_words(mine.reply))
        return NextThing(
            words,
            tuple(more),
            only_open(ask_link(MeetingStep.REPLY, meeting.id, gettext("Endre svaret"))),
        )
    return NextThing(words, tuple(more), meeting_answers(meeting.id))


def meeting_answers(meeting_id: str) -> tuple[StepButton, ...]:
    """[Det passer] in one press, [Passer ikke] asks what would."""
    return only_open(
        press_button(MeetingStep.REPLY, meeting_id, gettext("Det passer"), reply="coming"),
        ask_link(MeetingStep.REPLY, meeting_id, gettext("Passer ikke")),
    )


def reply_words(reply: str) -> str:
    """What the person has answered."""
    return {
        "coming": gettext("Du har sagt at du kommer."),
        "other_time": gettext("Du vil ha en annen tid eller et annet sted."),
        "cannot_come": gettext("Du har sagt at du ikke kan komme."),
    }[reply]


def next_measure(view: PlanView, measure: Measure, is_person: bool) -> NextThing:
    """The agreed measure that comes first."""
    when = moment(hour_of(measure)) if measure.due_time else weekday(measure.due_on)
    words = upper_first(gettext("%(when)s: %(what)s", when=when, what=measure.text))
    who = achievements.together(view, measure, is_person)
    return NextThing(words, (upper_first(who),) if who else ())


def upper_first(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def proposals(view: PlanView) -> list[Proposal]:
    """Every proposal that is not agreed yet."""
    said_yes = {wish.subject_id for wish in view.wishes if wish.step == MeasureStep.AGREE}
    return [proposal(view, m, m.id in said_yes) for m in view.measures if m.state == "requested"]


def proposal(view: PlanView, measure: Measure, said_yes: bool) -> Proposal:
    """Others' proposals are hers to answer; her own waits for the coordinator."""
    no = ask_link(MeasureStep.REFUSE, measure.id, about=measure.text)
    name = first_name(find_helper(view).name) or gettext("Kommunen")
    if said_yes:
        return Proposal(
            measure.text, gettext("Du sa ja. %(name)s tar det videre.", name=name), only_open(no)
        )
    if measure.proposed_by == view.plan.person_id:
        by = next((d.due_at for d in view.deadlines if d.subject_id == measure.id), None)
        said = (
            gettext("%(name)s svarer innen %(day)s.", name=name, day=day(by))
            if by
            else gettext("%(name)s svarer snart.", name=name)
        )
        drop = ask_link(
            MeasureStep.REFUSE, measure.id, gettext("Jeg vil ikke likevel"), measure.text
        )
        return Proposal(measure.text, said, only_open(drop))
    who = view.name(measure.proposed_by) or gettext("Noen")
    yes = press_button(
        PlanStep.ASK_FOR_STEP,
        label=gettext("Ja"),
        about=measure.text,
        step=MeasureStep.AGREE,
        subject_id=measure.id,
        words=gettext("Ja, det vil jeg."),
    )
    return Proposal(
        measure.text,
        gettext("%(name)s foreslår dette. Hva synes du?", name=who)
        if measure.proposed_by
        else gettext("Dette sto i planen du hadde med deg. Vil du fortsatt ha det?"),
        only_open(yes, no),
    )


def offers(view: PlanView) -> list[Proposal]:
    """Questions to the person herself: to coordinate, or to take something over."""
    mine = [one for one in view.offers if one.to_party_id == current_reader().party_id]
    texts = {m.id: m.text for m in view.measures}
    made = []
    for one in mine:
        if one.kind == "coordinator":
            steps = only_open(
                press_button(PlanStep.ACCEPT_COORDINATOR, label=gettext("Ja")),
                ask_link(PlanStep.DECLINE_COORDINATOR, label=gettext("Nei takk")),
            )
            made.append(Proposal(gettext("Vil du være koordinator selv?"), "", steps))
        elif one.kind == "measure":
            steps = only_open(
                press_button(MeasureStep.ACCEPT, one.subject_id, gettext("Ja")),
                ask_link(MeasureStep.DECLINE, one.subject_id, gettext("Nei takk")),
            )
            made.append(Proposal(texts.get(one.subject_id, ""), gettext("Kan du ta over?"), steps))
    return made


def news(view: PlanView) -> list[tuple[str, str, str]]:
    """Unread notices about this plan, the newest first, each sentence once.

    (sentence, address, where it can be put off).
    """
    who = current_reader()
    listed = inbox.list_notices(db_session(), who.party_id, now())
    unread = [one for one in listed if one.read_at is None and one.plan_id == view.plan.id]
    told: dict[str, tuple[str, str]] = {}
    for one in unread:
        told.setdefault(gettext(notice_sentence(one.code, True)), (where(one.code), later(one)))
    return [(words, *links) for words, links in told.items()][:NEWS]


def later(line: NoticeLine) -> str:
    """Where a reminder can be put off; nothing for what only tells what happened."""
    return url_for("person.later", notice_id=line.id) if can_snooze(line) else ""


def where(code: str) -> str:
    """The page that a notice is about; nothing where it stands on this one."""
    endpoint = hints_of(code).news
    return url_for(endpoint) if endpoint else ""


@pages.post("/min/<plan_id>/lest")
@access_guards.plan_route("own_pages", kind="person-home")
def seen(opened: OpenPlan) -> Response:
    """The person has read what is new about this plan; what it reminded of is not said again."""
    who = current_reader()
    with open_unit() as session:
        listed = inbox.list_notices(session, who.party_id, now())
        mine = [one for one in listed if one.plan_id == opened.plan.id]
        unread = [one.id for one in mine if one.read_at is None]
        inbox.mark_read(session, who.party_id, now(), unread)
        for one in mine:
            if one.id in unread and one.still_stands:
                snooze.acknowledge(session, current_actor(), one.id, now())
    return redirect(url_for("person.home", plan_id=opened.plan.id), 303)
