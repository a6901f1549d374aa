"""What the person shares and with whom: what each one sees, how she changes it, stops and undoes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from web.page.consent_fields import person_age, seen_words
from web.page.view_models import StepButton
from web.person.base.blueprint import pages, render_person_page, view_of
from web.person.steps.step_links import ask_link, only_open, press_button
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import db_session
from web.request.translate import N_, gettext
from workflow.record.access.open_plan import OpenPlan
from workflow.record.access.representatives import (
    ActingRepresentative,
    list_representatives,
    stops_of,
)
from workflow.record.models import Consent
from workflow.record.plan.view import PlanView, read_humans
from workflow.record.shapes.plan import Sharing
from workflow.rules.guards.plan import UNDO_DAYS
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.ages import decides_alone, is_heard
from workflow.rules.sharing.scopes import BY_ROLE, scopes_of
from workflow.words.labels.relations import PARTICIPANTS, REPRESENTATION

# How a yes came, as the person reads it.
YES_CAME = {
    "app": N_("Ja sagt i appen."),
    "spoken": N_("Ja sagt muntlig."),
    "paper": N_("Ja sagt på papir."),
    "brought": N_("Fulgte med planen som ble hentet inn."),
}


@dataclass(frozen=True)
class Receiver:
    """Somebody the person shares with, or shared with before: what they see, since when, the buttons.

    until: the last instant, or when it ended (aware UTC).
    """

    name: str
    what: str
    sees: str
    since: datetime
    until: datetime | None = None
    steps: tuple[StepButton, ...] = ()
    kept: bool = False
    rests_on: tuple[str, ...] = ()


@pages.get("/min/<plan_id>/deler")
@access_guards.plan_route("own_pages", kind="person-sharing")
def sharing(opened: OpenPlan) -> str:
    """Hva du deler, og med hvem."""
    view = view_of(opened)
    years = person_age(view)
    own = "person" in opened.relations
    return render_person_page(
        "sharing.html",
        opened,
        view,
        title=gettext("Hva jeg deler") if own else gettext("Hva som deles"),
        now_with=receivers(view, own),
        before=before(opened, view, own),
        acting=acting(view),
        stop_all=press_button(PlanStep.STOP_SHARING, label=gettext("Slutt å dele med alle")),
        again=press_button(PlanStep.SHARE_AGAIN),
        no_more=press_button(PlanStep.WITHDRAW_CONSENT),
        undo=press_button(PlanStep.UNDO_WITHDRAWAL),
        act_for=act_for(opened),
        young=own and not decides_alone(years),
        heard=own and is_heard(years),
    )


def receivers(view: PlanView, own: bool) -> list[Receiver]:
    """Those who see the plan now; one press ends it for each."""
    chooses = not own or decides_alone(person_age(view))
    shares: dict[str, list[Sharing]] = {}
    for one in sorted(view.sharing, key=lambda one: one.from_at):
        if one.receiver_id:
            shares.setdefault(one.receiver_id, []).append(one)
    return [receiver(view, party_id, held, chooses) for party_id, held in shares.items()]


def receiver(view: PlanView, party_id: str, shares: Sequence[Sharing], chooses: bool) -> Receiver:
    """One card: what they see, by whose yes or by what task, for how long, and the buttons."""
    name = view.name(party_id)
    ends = [one.until_at for one in shares]
    stop = press_button(
        PlanStep.STOP_SHARING_WITH, label=gettext("Slutt å dele"), about=name, party_id=party_id
    )
    change = ask_link(PlanStep.GIVE_CONSENT, label=gettext("Endre"), about=name, party_id=party_id)
    return Receiver(
        name,
        what_of(view).get(party_id, ""),
        seen_words(frozenset[str]().union(*(one.scopes for one in shares))),
        shares[0].from_at,
        None if None in ends else max(filter(None, ends), default=None),
        only_open(change if chooses else None, stop),
        all(one.kept_from_parents for one in shares),
        tuple(rests_on(view, one) for one in shares),
    )


def rests_on(view: PlanView, one: Sharing) -> str:
    """Why somebody sees the plan: a task in it, or a yes, how it was said and who wrote it down."""
    if one.source == BY_ROLE:
        return gettext("Har en oppgave i planen. Det slutter når oppgaven slutter.")
    how = gettext(YES_CAME.get(one.source, ""))
    by = view.name(one.recorded_by) if one.recorded_by else ""
    if not how or one.source == "app" or not by:
        return how
    return gettext("%(how)s Skrevet ned av %(name)s.", how=how, name=by)


def what_of(view: PlanView) -> Mapping[str, str]:
    """What each one around the plan is there."""
    around = {
        one.party_id: one.role or gettext(PARTICIPANTS.get(one.kind, ""))
        for one in view.all_participants
    }
    named = {key: words for key, words in around.items() if key}
    return {**named, view.coordinator.id: gettext("koordinator")}


def acting(view: PlanView) -> str:
    """Who passes on the plan now by their work, and sees all of it without a yes."""
    return view.acting.name if view.acting.id else ""


def act_for(opened: OpenPlan) -> list[tuple[ActingRepresentative, str, tuple[StepButton, ...]]]:
    """Those who act for the person now, on what ground, and the button that ends it; they see everything."""
    plan = opened.plan
    acting = list_representatives(db_session(), plan.person_id, now())
    return [(one, gettext(REPRESENTATION[one.ground]), end_of(opened, one)) for one in acting]


def end_of(opened: OpenPlan, one: ActingRepresentative) -> tuple[StepButton, ...]:
    """The person ends it for anybody, and whoever acts for her lays down what is her own."""
    own = "person" in opened.relations
    if not own and one.party_id != current_actor().party_id:
        return ()
    label = gettext("Handler ikke lenger for meg") if own else gettext("Jeg vil ikke lenger")
    return only_open(
        press_button(
            PlanStep.END_REPRESENTATION,
            label=label,
            about=one.name,
            representative_id=one.party_id,
        )
    )


def before(opened: OpenPlan, view: PlanView, own: bool) -> list[Receiver]:
    """Those the person shared with before, the last first; one press within 30 days is as before."""
    shared = {one.receiver_id for one in view.sharing} | opened.visibility.unheard
    ended: dict[str, EndableConsent] = {}
    for row in ended_consents(opened):
        if row.receiver_id not in shared:
            ended.setdefault(row.receiver_id, row)
    names = read_humans(db_session(), set(ended), now())
    stops = stops_of(db_session(), opened.plan.id)
    people = []
    for party_id, row in ended.items():
        at, by = stops.get(party_id, (None, None))
        fresh = at == row.ended and at > now() - timedelta(days=UNDO_DAYS)
        steps = anew(view, party_id, names[party_id].name, fresh, own, by)
        seen = seen_words(scopes_of(row.scopes))
        people.append(Receiver(names[party_id].name, "", seen, row.from_at, row.ended, steps))
    return people


def ended_consents(opened: OpenPlan) -> list[EndableConsent]:
    """Consents that have ended, the last first: withdrawn, or over by their period."""
    here = (Consent.plan_id == opened.plan.id,)
    rows = db_session().execute(
        select(
            Consent.receiver_id,
            Consent.scopes,
            Consent.from_at,
            Consent.until_at,
            Consent.withdrawn_at,
        ).where(*here, Consent.receiver_id.is_not(None))
    )
    consents = [EndableConsent(row[0] or "", *row[1:]) for row in rows]
    return sorted(
        (one for one in consents if one.ended <= now()), key=lambda one: one.ended, reverse=True
    )


LONG_AFTER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class EndableConsent:
    """A consent that is over, or runs on for ever."""

    receiver_id: str
    scopes: str
    from_at: datetime
    until_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def ended(self) -> datetime:
        """When it ended (aware UTC); long after everything where it has not."""
        return min(self.until_at or LONG_AFTER, self.withdrawn_at or LONG_AFTER)


def anew(
    view: PlanView, party_id: str, name: str, fresh: bool, own: bool, by: str | None
) -> tuple[StepButton, ...]:
    """«Del igjen» as it was, for 30 days; later the parts are asked for. A child undoes her own stop."""
    mine = not own or decides_alone(person_age(view))
    if fresh and (mine or by == view.plan.person_id):
        return only_open(
            press_button(
                PlanStep.GIVE_CONSENT,
                label=gettext("Del igjen"),
                about=name,
                party_id=party_id,
                again="true",
            ),
        )
    if not mine:
        return ()
    label = gettext("Del på nytt")
    return only_open(ask_link(PlanStep.GIVE_CONSENT, label=label, about=name, party_id=party_id))
