"""Drift: whether the work in the background goes on, what waits, what did not arrive; for the administrator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from web.page.formats import clock_time, moment
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.doorbell import DELIVER, count_waiting, ring_workers
from web.request.template_globals import current_settings
from web.request.translate import gettext, ngettext
from web.staff.blueprint import pages
from web.staff.lists.my_plans import deadline_name
from workflow.acts.delivery import resend
from workflow.acts.operations import status
from workflow.acts.operations.status import OperationsProblem, Process, RegularWork, Stuck
from workflow.words.labels import operations as words
from workflow.words.notices.notices import NoSentence, notice_sentence

DAY = 24 * 60 * 60
CONSEQUENCES = frozenset(
    "no_delivery no_worker steps_wait messages_wait janitor seal overview".split()
)


@dataclass(frozen=True)
class ProblemText:
    """A problem in words, and whether everything stands still because of it."""

    words: str
    stopped: bool


@dataclass(frozen=True)
class RegularWorkRow:
    """A piece of regular work as the table shows it."""

    name: str
    last: str
    next: str
    late: bool


@dataclass(frozen=True)
class ProcessRow:
    """A worker or a scheduler, and when it was last heard of."""

    what: str
    name: str
    last: str
    silent: bool


@dataclass(frozen=True)
class LostMessage:
    """A message that did not arrive, or may not have."""

    id: str
    what: str
    plan_number: str
    to: str
    channel: str
    at: datetime | None
    why: str
    answer: str


@pages.get("/drift")
@access_guards.staff("operations", "administrator")
def operations_page() -> str:
    """Everything on one page, and one sentence at its top."""
    instant = now()
    snapshot = status.read_state(
        db_session(),
        instant,
        sweep_seconds=current_settings().sweep_seconds,
        janitor_seconds=min(60.0, current_settings().lease_seconds),
    )
    told = [problem_of(one) for one in without_consequences(snapshot.problems)]
    return render_template(
        "staff/operations.html",
        snapshot=snapshot,
        problems=told,
        queue=count_waiting(),
        parts=[regular(part, instant) for part in snapshot.parts],
        alive=[
            *(alive(gettext("Arbeider"), one, instant) for one in snapshot.workers),
            *(alive(gettext("Tidsplan"), one, instant) for one in snapshot.schedulers),
        ],
        waiting=[(channel(name), many) for name, many in sorted(snapshot.depth.waiting.items())],
        oldest_step=since(snapshot.depth.oldest_step, instant),
        oldest_message=since(snapshot.depth.oldest_message, instant),
        untold=[(deadline_name(one.code), one.number, one.at) for one in snapshot.untold],
        failed=lost_messages(status.FAILED, instant) if snapshot.failed else [],
        unknown=lost_messages(status.UNKNOWN, instant) if snapshot.unknown else [],
    )


@pages.post("/drift/<delivery_id>/prov-igjen")
@access_guards.staff("", "administrator")
def try_again(delivery_id: str) -> Response:
    """Sends a message that failed once more."""
    return again(delivery_id, resend.retry)


@pages.post("/drift/<delivery_id>/send-igjen")
@access_guards.staff("", "administrator")
def send_once_more(delivery_id: str) -> Response:
    """Sends a message of which nobody knows once more; it may arrive twice."""
    return again(delivery_id, resend.send_again)


@pages.post("/drift/prov-alle")
@access_guards.staff("", "administrator")
def try_all() -> Response:
    """Sends all that failed once more: the mail server is back."""
    with open_unit() as session:
        listed = status.stuck(session, status.FAILED, now())
        many = sum(resend.retry(session, current_actor(), one.id, now()) for one in listed)
    ring_workers(DELIVER)
    flash(ngettext("%(num)d beskjed sendes på nytt.", "%(num)d beskjeder sendes på nytt.", many))
    return redirect(url_for("staff.operations_page"), 303)


def again(delivery_id: str, work: Callable[..., bool]) -> Response:
    """Puts one message back in the queue, or says that somebody has done so already."""
    with open_unit() as session:
        done = work(session, current_actor(), delivery_id, now())
    ring_workers(DELIVER)
    flash(gettext("Beskjeden sendes på nytt.") if done else gettext("Den er alt sendt på nytt."))
    return redirect(url_for("staff.operations_page"), 303)


def without_consequences(problems: Sequence[OperationsProblem]) -> list[OperationsProblem]:
    """The problems less those that go with the first one: who starts the worker mends them all."""
    led = {"no_sweep", "no_worker"} & {one.code for one in problems}
    return [
        one for one in problems if not led or one.code not in CONSEQUENCES or one is problems[0]
    ]


def problem_of(problem: OperationsProblem) -> ProblemText:
    """What is wrong, in one sentence with how long or how many."""
    if problem.code in COUNTED:
        return ProblemText(COUNTED[problem.code](problem.count), False)
    time = duration_words(problem.count * 60)
    return ProblemText(
        gettext(words.PROBLEMS[problem.code], time=time), problem.code in words.STOPPED
    )


def untold_deadlines(many: int) -> str:
    """Deadlines that nobody could be told of."""
    return ngettext(
        "%(num)d frist har ingen å si fra til. Gi noen rollen koordinerende enhet.",
        "%(num)d frister har ingen å si fra til. Gi noen rollen koordinerende enhet.",
        many,
    )


def failed_messages(many: int) -> str:
    """Messages that did not arrive."""
    return ngettext("%(num)d beskjed kom ikke fram.", "%(num)d beskjeder kom ikke fram.", many)


def unknown_messages(many: int) -> str:
    """Messages that may have arrived."""
    return ngettext(
        "Ingen vet om %(num)d beskjed kom fram.", "Ingen vet om %(num)d beskjeder kom fram.", many
    )


def puzzling_messages(many: int) -> str:
    """Messages from a neighbour that contradict the record here."""
    return ngettext(
        "%(num)d melding fra en annen kommune stemmer ikke med det som står her. "
        "Ingenting er endret. Ring den andre kommunen.",
        "%(num)d meldinger fra andre kommuner stemmer ikke med det som står her. "
        "Ingenting er endret. Ring de andre kommunene.",
        many,
    )


def refused_jobs(many: int) -> str:
    """Jobs in the queue that are none of ours."""
    return ngettext(
        "%(num)d jobb i køen var ikke vår, og ble ikke kjørt. Bytt passordene til køen.",
        "%(num)d jobber i køen var ikke våre, og ble ikke kjørt. Bytt passordene til køen.",
        many,
    )


COUNTED: Mapping[str, Callable[[int], str]] = {
    "refused_jobs": refused_jobs,
    "untold": untold_deadlines,
    "failed": failed_messages,
    "unknown": unknown_messages,
    "puzzling": puzzling_messages,
}


def duration_words(seconds: float) -> str:
    """So many seconds, minutes, hours or days, as people say it."""
    if seconds < 90:
        return ngettext("%(num)d sekund", "%(num)d sekunder", int(seconds))
    if seconds < 90 * 60:
        return ngettext("%(num)d minutt", "%(num)d minutter", round(seconds / 60))
    if seconds < 2 * DAY:
        return ngettext("%(num)d time", "%(num)d timer", round(seconds / 3600))
    return ngettext("%(num)d dag", "%(num)d dager", round(seconds / DAY))


def since(when: datetime | None, instant: datetime) -> str:
    """How long ago; nothing for never."""
    if when is None:
        return ""
    return gettext(
        "for %(time)s siden", time=duration_words(max(0.0, (instant - when).total_seconds()))
    )


def ahead(when: datetime, instant: datetime) -> str:
    """When it comes: in how long, at which hour, or on which day."""
    seconds = (when - instant).total_seconds()
    if seconds < 10 * 60:
        return gettext("om %(time)s", time=duration_words(seconds))
    if seconds < DAY / 2:
        return gettext("kl. %(hour)s", hour=clock_time(when))
    return moment(when)


def regular(part: RegularWork, instant: datetime) -> RegularWorkRow:
    """One row of the table of regular work."""
    last = since(part.last, instant) or gettext("ikke ennå")
    return RegularWorkRow(
        gettext(words.PARTS[part.name]), last, ahead(part.next, instant), part.late
    )


def alive(what: str, process: Process, instant: datetime) -> ProcessRow:
    """One process."""
    return ProcessRow(what, process.name, since(process.at, instant), process.silent)


def channel(code: str) -> str:
    """The name of a channel."""
    return gettext(words.CHANNELS[code])


def lost_messages(which: str, instant: datetime) -> list[LostMessage]:
    """The messages of one kind, the newest first."""
    return [lost_message(one) for one in status.stuck(db_session(), which, instant)]


def lost_message(message: Stuck) -> LostMessage:
    """A message in words; the code of a notice that has no sentence stands as it is."""
    try:
        what = gettext(notice_sentence(message.code, False))
    except NoSentence:
        what = message.code
    known, answer = words.reason(message.reason)
    return LostMessage(
        message.id,
        what,
        message.plan_number,
        message.staff_name,
        channel(message.channel),
        message.at,
        gettext(known) if known else "",
        answer,
    )
