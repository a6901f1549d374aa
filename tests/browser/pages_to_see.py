"""Every page with who sees it, in the demo's municipality."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tests.browser import account_pages
from tests.browser.town import People
from tests.web.stories import from_elsewhere
from workflow.record.models import (
    Complaint,
    Document,
    EmergencyAccess,
    Event,
    LogFinding,
    LogReview,
    Meeting,
    Offer,
    Party,
    Plan,
)
from workflow.rules.calendar.clock import utc_now
from workflow.rules.names.steps import PlanStep

STAFF_ALONE = "Mona Lillevik"


@dataclass(frozen=True)
class Seen:
    """An address, the endpoint it belongs to, and who opens it; nobody is signed in where empty."""

    endpoint: str
    address: str
    who: str

    @property
    def persons(self) -> bool:
        """Whether the person reads it: calm, large, never red."""
        return self.endpoint.startswith(("person.", "signin.", "printing.")) or not self.who


def listed(people: People) -> Iterator[Seen]:
    """Each page once, under the reader who has most to see on it."""
    yield from open_pages()
    yield from lists()
    yield from staff_pages(people)
    yield from oversight(people)
    yield from person_pages(people)
    yield from papers(people)
    yield from (Seen(*one) for one in account_pages.pages(people))


def open_pages() -> Iterator[Seen]:
    """Pages before anybody is signed in."""
    yield Seen("signin.choose", "/logg-inn", "")
    yield Seen("signin.invitation", "/invitasjon/finnes-ikke", "")
    yield Seen("mail.inbox", "/e-post", "")
    yield Seen("error", "/finnes-ikke", "Kim Nordnes")


def lists() -> Iterator[Seen]:
    """The staff's lists."""
    for who, endpoint, address in (
        ("Mona Lillevik", "staff.home", "/planer"),
        ("Mona Lillevik", "staff.search", "/sok"),
        ("Mona Lillevik", "staff.calendar", "/kalender"),
        ("Mona Lillevik", "staff.messages", "/meldinger"),
        ("Mona Lillevik", "staff.telling", "/beskjeder"),
        ("Mona Lillevik", "my_sessions.listed", "/min-konto/innlogginger"),
        ("Kim Nordnes", "my_sessions.listed", "/min-konto/innlogginger"),
        ("Kim Nordnes", "proving.ask", "/bevis"),
        ("Mona Lillevik", "staff.report", "/meld"),
        ("Mona Lillevik", "staff.arrival", "/meld/plan"),
        ("Mona Lillevik", "staff.receipt", "/meld/takk"),
        ("Oda Myrvang", "staff.inbox", "/innkomne"),
        ("Lars Vestgård", "staff.overdue", "/over-fristen"),
        ("Lars Vestgård", "staff.without", "/mangler"),
        ("Berit Kvalheim", "staff.forecast_page", "/prognose?dager=90"),
        ("Liv Nesbakken", "staff.policies", "/frister"),
        ("Liv Nesbakken", "staff.policy_edit", "/frister/endre"),
        ("Mona Lillevik", "staff.forecast_page", "/prognose"),
        ("Berit Kvalheim", "staff.people", "/folk"),
        ("Mona Lillevik", "staff.own_absences", "/borte"),
        ("Leif Granmo", "staff.operations_page", "/drift"),
        ("Leif Granmo", "staff.retention_page", "/oppbevaring"),
        ("Leif Granmo", "staff.protection", "/beskyttet-adresse"),
        ("Leif Granmo", "staff.correction", "/rett-opplysninger"),
        ("Pia Strandmo", "staff.data_requests", "/foresporsler"),
        ("Mona Lillevik", "own_data.mine", "/mine-opplysninger"),
    ):
        yield Seen(endpoint, address, who)


def staff_pages(people: People) -> Iterator[Seen]:
    """The pages of plans, for those who work with them."""
    kim, plan = people.plan("Kim Nordnes"), "/plan/{}".format
    met = people.plan("Fatma Yildrim")
    siv = "Siv Ørnes"
    mona = people.key(STAFF_ALONE)
    yield Seen("staff.leaves", f"/slutter/{mona}", "Berit Kvalheim")
    yield Seen("staff.plan", plan(kim), STAFF_ALONE)
    yield Seen("staff.step", f"{plan(kim)}/steg/avtalt-i-motet", STAFF_ALONE)
    yield Seen("staff.step", f"{plan(kim)}/steg/avslutt-planen", STAFF_ALONE)
    yield Seen("staff.address", f"{plan(kim)}/adresse", STAFF_ALONE)
    yield Seen("staff.signed", f"{plan(kim)}/signert", STAFF_ALONE)
    yield Seen("staff.step", f"{plan(people.plan('Silje Midtun'))}/steg/del-planen", STAFF_ALONE)
    yield Seen("staff.plan", plan(people.plan("Bodil Storvik")), STAFF_ALONE)
    yield Seen("staff.review", f"{plan(people.plan('Synne Rognli'))}/evaluering", STAFF_ALONE)
    yield Seen("staff.questions", f"{plan(kim)}/fem-sporsmal", STAFF_ALONE)
    yield Seen("staff.history", f"{plan(kim)}/historie", STAFF_ALONE)
    yield Seen("staff.conversation_page", f"{plan(kim)}/meldinger", STAFF_ALONE)
    yield from reviews(people)
    yield Seen("staff.meetings", f"{plan(met)}/moter", siv)
    yield Seen("staff.meeting", f"{plan(met)}/mote/{first(people, Meeting, met)}", siv)
    yield Seen("staff.looked", f"{plan(kim)}/innsyn", "Pia Strandmo")
    yield Seen("staff.case", f"/sak/{people.plan('Sara Lundstad')}", "Oda Myrvang")
    leader = "Lars Vestgård"
    yield Seen(
        "staff.manager_act",
        f"/over-fristen/{people.plan('Amir Rostad')}/spor-koordinatoren",
        leader,
    )
    yield Seen("staff.share_out", f"/prognose/fordel/{people.key('Mona Lillevik')}", leader)
    yield Seen("staff.substitute", f"/stedfortreder/{people.key('Per Fagerheim')}", leader)
    reminder = people.reminded(STAFF_ALONE, kim, "coordinator")
    yield Seen("staff.later", f"/meldinger/{reminder}/senere", STAFF_ALONE)
    yield Seen("staff.not_reached", f"/venter/{kim}/ikke-tak-i", STAFF_ALONE)
    asked, name = offered(people)
    yield Seen("staff.offers", "/venter", name)
    question = from_elsewhere.asked(people.engine, utc_now(), "Sindre Aakre")
    yield Seen("staff.crossing", f"/overtakelse/{question}", "Liv Nesbakken")
    told = from_elsewhere.handed_over(people.engine, utc_now(), kim, people.key(STAFF_ALONE))
    yield Seen("staff.handed_over", f"/overfort/{told}", STAFF_ALONE)
    yield Seen("staff.offers", "/venter", "Liv Nesbakken")
    yield Seen("staff.plan", plan(asked), name)


def reviews(people: People) -> Iterator[Seen]:
    """A review as it was, for the coordinator, the person and on paper."""
    holder, person = aliased(Party), aliased(Party)
    with Session(people.engine) as session:
        event = session.execute(
            select(Event.plan_id, Event.id, holder.name.label("holder"), person.name)
            .join(Plan, Plan.id == Event.plan_id)
            .join(person, person.id == Plan.person_id)
            .join(holder, holder.id == Event.actor_id)
            .where(Event.step_name == PlanStep.REVIEW, Event.actor_id == Plan.responsible_party_id)
            .order_by(Event.recorded_at.desc())
        ).first()
    assert event is not None
    rest = f"{event.plan_id}/evaluert/{event.id}"
    yield Seen("staff.reviewed_page", f"/plan/{rest}", event.holder)
    yield Seen("person.review", f"/min/{rest}", event.name)
    yield Seen("printing.review", f"/papir/{rest}", event.name)


def oversight(people: People) -> Iterator[Seen]:
    """Emergency access and the log review, and how the person reads of them."""
    pia, month = "Pia Strandmo", "/loggkontroll"
    with Session(people.engine) as session:
        emergency = session.scalars(
            select(EmergencyAccess).order_by(EmergencyAccess.opened_at.desc())
        ).first()
        finding = session.execute(
            select(LogReview.month, LogFinding.id).join(
                LogFinding, LogFinding.review_id == LogReview.id
            )
        ).first()
    assert emergency is not None and finding is not None
    yield Seen("staff.emergency", "/nodinnsyn", "Aslak Tinden")
    yield Seen("staff.emergency_nothing", "/nodinnsyn/ingen", "Aslak Tinden")
    yield Seen("staff.emergency_follow_up", f"/nodinnsyn/oppfolging/{emergency.id}", pia)
    yield Seen("staff.emergency_report", "/nodinnsyn/rapport", pia)
    yield Seen("staff.log_reviews", month, pia)
    yield Seen("staff.log_review", f"{month}/{finding.month}", pia)
    yield Seen("staff.log_finding", f"{month}/{finding.month}/{finding.id}", pia)
    karin = people.plan("Karin Eidnes")
    yield Seen("staff.looked", f"/plan/{karin}/innsyn", pia)
    yield Seen("person.looked", f"/min/{karin}/hvem-har-sett", "Karin Eidnes")


def person_pages(people: People) -> Iterator[Seen]:
    """The person's own pages."""
    kim = people.plan("Kim Nordnes")
    for endpoint, last in (
        ("person.home", ""),
        ("person.plan", "/planen"),
        ("person.done", "/gjort"),
        ("person.messages", "/meldinger"),
        ("person.people", "/folk"),
        ("person.meeting", "/mote"),
        ("person.sharing", "/deler"),
        ("person.looked", "/hvem-har-sett"),
        ("person.read", "/brev"),
        ("person.paper", "/papir"),
        ("person.rights", "/rettigheter"),
        ("person.telling", "/beskjeder"),
        ("own_data.of_plan", "/alt-som-er-lagret"),
        ("person.step", "/steg/foresla-tiltak"),
        ("person.step", "/steg/klag"),
    ):
        yield Seen(endpoint, f"/min/{kim}{last}", "Kim Nordnes")
    reminder = people.reminded("Kim Nordnes", kim, "accountable")
    yield Seen("person.later", f"/min/{kim}/senere/{reminder}", "Kim Nordnes")
    yield Seen("person.start", "/min", "Ingrid Bjørkli")
    bodil, sister = people.plan("Bodil Storvik"), "Solveig Hagtun"
    yield Seen("person.home", f"/min/{bodil}", sister)
    yield Seen("person.telling_me", f"/min/{bodil}/beskjed-til-meg", sister)
    met = people.plan("Fatma Yildrim")
    yield Seen("person.meeting", f"/min/{met}/mote", "Fatma Yildrim")
    silje, doctor = people.plan("Silje Midtun"), people.key("Guro Perstad")
    yield Seen("person.sharing", f"/min/{silje}/deler", "Silje Midtun")
    yield Seen("person.plan", f"/min/{bodil}/planen", "Bodil Storvik")
    yield Seen("person.step", f"/min/{kim}/steg/del-planen?party_id={doctor}", "Kim Nordnes")


def papers(people: People) -> Iterator[Seen]:
    """What is made to be printed."""
    kim = people.plan("Kim Nordnes")
    yield Seen("printing.plan", f"/papir/{kim}", "Kim Nordnes")
    letter = first(people, Document, kim, kind="letter")
    yield Seen("printing.letter", f"/papir/{kim}/brev/{letter}", "Kim Nordnes")
    with Session(people.engine) as session:
        complaint = session.execute(select(Complaint.plan_id, Complaint.id)).first()
    assert complaint is not None
    owner = people.owner(complaint.plan_id)
    yield Seen("printing.complaint", f"/papir/{complaint.plan_id}/klage/{complaint.id}", owner)


def first(people: People, model: Any, plan: str, **known: str) -> str:
    """The oldest row of a plan."""
    query = select(model.id).filter_by(plan_id=plan, **known).order_by(model.id).limit(1)
    with Session(people.engine) as session:
        return str(session.execute(query).scalar_one())


def offered(people: People) -> tuple[str, str]:
    """A plan that somebody of the staff is asked about, and who."""
    with Session(people.engine) as session:
        query = select(Offer.plan_id, Offer.to_party_id).where(
            Offer.kind == "coordinator", Offer.outcome == ""
        )
        row = session.execute(query.limit(1)).one()
    return row.plan_id, people.name(row.to_party_id)
