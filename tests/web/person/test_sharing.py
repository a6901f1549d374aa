"""What I share: each who sees the plan, changed and stopped in two presses; and the coordinator's side of it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.web.conftest import SignedIn
from tests.web.persons import Home, settled
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Consent, Document, HealthNote, Party
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import FIRST_SHARED, SCOPES, scopes_of


@pytest.fixture
def kim(app: Flask, signed_in: SignedIn) -> Home:
    """A fresh plan for each test."""
    return settled(app, signed_in)


def in_force(kim: Home, name: str) -> Consent | None:
    """The newest consent of a receiver that is in force."""
    with Session(kim.world.engine) as session:
        query = select(Consent).where(
            Consent.plan_id == kim.plan,
            Consent.receiver_id == kim.world.party[name],
            Consent.withdrawn_at.is_(None),
        )
        return session.execute(query.order_by(Consent.from_at.desc())).scalars().first()


def seen(kim: Home, name: str) -> frozenset[str]:
    """What a receiver sees now."""
    consent = in_force(kim, name)
    return scopes_of(consent.scopes) if consent else frozenset()


def born(kim: Home, years: int) -> None:
    """Kim turned so many years a month ago."""
    today = kim.world.today
    day = date(today.year - years, today.month, today.day) - timedelta(days=30)
    with unit_of_work(kim.world.engine) as session:
        session.execute(update(Party).where(Party.id == kim.world.party["kim"]).values(born_on=day))


def change(kim: Home, browser: FlaskClient, name: str, **fields: object) -> int:
    """Press «Lagre» on the page that asks what to share with somebody."""
    data = {"party_id": kim.world.party[name], **fields}
    return browser.post(kim.at("/steg/del-planen"), data=data).status_code


def test_one_card_each_with_what_they_see_and_two_buttons(kim: Home) -> None:
    page = kim.browser("kim").get(kim.at("/deler")).text
    assert "Mor" in page and "Ser: mål, tiltak, møter og datoer, meldinger<" in page
    assert "Ser: hele planen" in page and "koordinator" in page
    assert page.count(">Endre<") == page.count(">Slutt å dele<") == 3
    assert "Slutt å dele med alle" in page and "Jeg vil ikke ha planen lenger" in page
    assert "får ikke vite hvorfor" in page and 'href="tel:900' in page


def test_fewer_parts_from_the_page_and_nothing_chosen(kim: Home) -> None:
    browser, mor = kim.browser("kim"), kim.world.party["mor"]
    asked = browser.get(kim.at(f"/steg/del-planen?party_id={mor}")).text
    assert "Mor" in asked and asked.count(" checked") == len(FIRST_SHARED["relative"])
    assert "agreed_how" not in asked and "given_as" not in asked and "child_said" not in asked
    assert change(kim, browser, "mor", scopes=["goals", "calendar"], until_on="2026-06-01") == 303
    assert seen(kim, "mor") == {"goals", "calendar"}
    page = browser.get(kim.at("/deler")).text
    assert "Ser: mål, møter og datoer<" in page and "til 1. juni" in page
    answer = browser.post(kim.at("/steg/del-planen"), data={"party_id": mor})
    assert answer.status_code == 409 and "Du har ikke valgt noe." in answer.text
    assert f"steg/slutt-a-dele-med?party_id={mor}" in answer.text and "Mor" in answer.text
    assert seen(kim, "mor") == {"goals", "calendar"}


def test_stop_and_again_are_as_before_and_old_ones_ask(kim: Home) -> None:
    browser, mor = kim.browser("kim"), kim.world.party["mor"]
    change(kim, browser, "mor", scopes=["goals"])
    assert kim.press(browser, PlanStep.STOP_SHARING_WITH, party_id=mor) == 303
    assert seen(kim, "mor") == frozenset()
    page = browser.get(kim.at("/deler")).text
    assert "Disse ser den ikke lenger" in page and "Del igjen" in page and "Ser: mål, til" in page
    assert kim.press(browser, PlanStep.GIVE_CONSENT, party_id=mor, again="true") == 303
    assert seen(kim, "mor") == {"goals"}
    with unit_of_work(kim.world.engine) as session:
        session.execute(update(Consent).values(until_at=kim.world.now - timedelta(days=1)))
    page = browser.get(kim.at("/deler")).text
    assert "Del på nytt" in page and "Del igjen" not in page
    assert (
        kim.press(browser, PlanStep.GIVE_CONSENT, party_id=kim.world.party["ali"], again="true")
        == 409
    )


def test_all_at_once_and_back_and_the_end_of_the_plan_in_one_press(kim: Home) -> None:
    browser, mother = kim.browser("kim"), kim.browser("mor")
    assert (
        kim.press(browser, PlanStep.STOP_SHARING) == 303 and mother.get(kim.at()).status_code == 404
    )
    assert "Åpne planen igjen" in browser.get(kim.at("/deler")).text
    assert (
        kim.press(browser, PlanStep.SHARE_AGAIN) == 303 and mother.get(kim.at()).status_code == 200
    )
    answer = browser.post(kim.at("/steg/trekk-samtykke"))
    assert answer.headers["Location"].endswith("/deler")
    page = browser.get(kim.at("/deler")).text
    assert "Du kan angre i 30 dager." in page and "Jeg vil ha planen likevel" in page
    assert mother.get(kim.at()).status_code == 404
    assert kim.press(browser, PlanStep.UNDO_WITHDRAWAL) == 303
    assert kim.world.plan(kim.plan).state == "active"


def test_news_of_somebody_new_leads_to_the_page(kim: Home) -> None:
    per = kim.world.party["per"]
    kim.world.later(minutes=1)
    kim.world.take(
        "mona",
        PlanStep.ADD_PARTICIPANT,
        kim.plan,
        party_id=per,
        role="Vernepleier",
        agreed_how="spoken",
    )
    home = kim.browser("kim").get(kim.at()).text
    news = home.partition('id="nytt"')[2].partition("</section>")[0]
    assert f'href="/min/{kim.plan}/deler"' in news and "En ny person er med rundt deg." in news


def test_a_child_of_nine_may_stop_but_not_share(kim: Home) -> None:
    born(kim, 9)
    browser, ali = kim.browser("kim"), kim.world.party["ali"]
    page = browser.get(kim.at("/deler")).text
    assert "De voksne hjemme sier ja" in page and ">Endre<" not in page and "Slutt å dele" in page
    assert change(kim, browser, "sara", scopes=["goals"]) == 422
    assert kim.press(browser, PlanStep.STOP_SHARING_WITH, party_id=ali) == 303
    assert "Del igjen" in browser.get(kim.at("/deler")).text  # her own stop is hers to undo
    assert kim.press(browser, PlanStep.GIVE_CONSENT, party_id=ali, again="true") == 303


def test_a_child_of_fourteen_keeps_something_from_those_at_home(kim: Home) -> None:
    born(kim, 14)
    world = kim.world
    world.take(
        "liv",
        PlanStep.ADD_REPRESENTATION,
        kim.plan,
        representative_id=world.party["frida"],
        ground="parent",
    )
    browser, parent = kim.browser("kim"), kim.browser("frida")
    assert "uten at de hjemme får vite det? Ring" in browser.get(kim.at("/deler")).text
    mona = kim.browser("mona")
    assert "kept_from_parents" in mona.get(f"/plan/{kim.plan}/steg/ta-med-noen").text
    data = {"party_id": world.party["per"], "kept_from_parents": "true", "agreed_how": "spoken"}
    data["kind"] = "professional"
    assert mona.post(f"/plan/{kim.plan}/steg/ta-med-noen", data=data).status_code == 303
    consent = in_force(kim, "per")
    assert consent and consent.kept_from_parents and consent.given_as == "person"
    assert kim.browser("per").get(f"/plan/{kim.plan}").status_code == 200
    assert "De hjemme får ikke vite om dette." in browser.get(kim.at("/deler")).text
    assert "Per" in browser.get(kim.at("/hvem-har-sett")).text
    for rest in (
        "/deler",
        "/brev",
        "/folk",
        "",
        "/steg/slutt-a-dele-med",
        "/planen",
        "/hvem-har-sett",
    ):
        assert "Per" not in parent.get(kim.at(rest)).text, rest
    assert "Per" not in parent.get(f"/papir/{kim.plan}").text
    asked = parent.get(kim.at(f"/steg/del-planen?party_id={world.party['ali']}")).text
    assert "Hva sier barnet selv?" in asked
    assert change(kim, parent, "ali", scopes=["goals"]) == 409
    assert change(kim, parent, "ali", scopes=["goals"], child_said="Greit") == 303
    consent = in_force(kim, "ali")
    assert consent and consent.given_as == "parent"


def test_health_stands_where_it_is_shared_and_nowhere_else(kim: Home) -> None:
    browser, mother, mona, ali = (kim.browser(name) for name in ("kim", "mor", "mona", "ali"))
    assert kim.press(browser, PlanStep.WRITE_HEALTH, words="Tåler ikke penicillin") == 303
    assert "penicillin" in browser.get(kim.at("/planen")).text
    assert "penicillin" in mona.get(f"/plan/{kim.plan}").text
    assert "penicillin" in mona.get(f"/papir/{kim.plan}").text
    for reader, where in (
        (mother, kim.at()),
        (mother, f"/papir/{kim.plan}"),
        (ali, f"/plan/{kim.plan}"),
        (ali, f"/papir/{kim.plan}"),
        (ali, f"/plan/{kim.plan}/historie"),
    ):
        assert "penicillin" not in reader.get(where).text, where
    everything = ["goals", "measures", "calendar", "messages", "documents", "health"]
    assert change(kim, browser, "mor", scopes=everything) == 303
    assert "penicillin" in mother.get(kim.at()).text
    with Session(kim.world.engine) as session:
        note = session.execute(select(HealthNote.id)).scalars().one()
    assert kim.press(browser, PlanStep.END_HEALTH, note_id=note) == 303
    assert "penicillin" not in mona.get(f"/plan/{kim.plan}").text


def test_the_coordinator_sees_who_gave_what_and_notes_a_talk(kim: Home) -> None:
    mona = kim.browser("mona")
    page = mona.get(f"/plan/{kim.plan}").text
    card = page.partition('id="deler"')[2].partition("</section>")[0]
    assert "Hva Kim deler" in page and "Ser: mål, tiltak" in card
    assert "Ja fra: Personen selv, i appen" in card and "Sist snakket om: 9. mars" in card
    assert "Snakk om deling" in card and "Legg ved signert papir" in card
    mor = kim.world.party["mor"]
    asked = mona.get(f"/plan/{kim.plan}/steg/snakk-om-deling?party_id={mor}").text
    assert "Hva sa personen?" in asked
    with unit_of_work(kim.world.engine) as session:
        session.execute(update(Consent).values(last_discussed_on=date(2026, 1, 2)))
    data = {"party_id": mor, "words": "Som før"}
    assert mona.post(f"/plan/{kim.plan}/steg/snakk-om-deling", data=data).status_code == 303
    consent = in_force(kim, "mor")
    assert consent and consent.last_discussed_on == kim.world.today
    assert "Hva Kim deler" not in kim.browser("ali").get(f"/plan/{kim.plan}").text
    review = mona.get(f"/plan/{kim.plan}/evaluering").text
    assert "Dette deles med pårørende nå:" in review and "Mor. Ser: mål" in review


def test_the_coordinator_writes_down_what_the_person_chose(kim: Home) -> None:
    mona, mor = kim.browser("mona"), kim.world.party["mor"]
    asked = mona.get(f"/plan/{kim.plan}/steg/del-planen?party_id={mor}").text
    assert asked.count('name="scopes"') == 6 and "child_said" not in asked
    data = {"party_id": mor, "scopes": ["goals"], "agreed_how": "paper"}
    assert mona.post(f"/plan/{kim.plan}/steg/del-planen", data=data).status_code == 303
    assert seen(kim, "mor") == {"goals"}
    empty = {"party_id": mor, "agreed_how": "spoken"}
    answer = mona.post(f"/plan/{kim.plan}/steg/del-planen", data=empty)
    assert answer.status_code == 409 and "Ingenting er valgt." in answer.text
    assert "steg/slutt-a-dele-med" in answer.text
    born(kim, 13)
    asked = mona.get(f"/plan/{kim.plan}/steg/del-planen?party_id={mor}").text
    assert "child_said" in asked and "Begge foreldrene" in asked


def test_no_part_is_ticked_before_the_person_says_so(kim: Home) -> None:
    page = kim.browser("mona").get(f"/plan/{kim.plan}/steg/tilby-overforing").text
    ticks = {
        one: "checked" in tag
        for tag in re.findall(r'<input[^>]*name="scopes"[^>]*>', page)
        for one in re.findall(r'value="([a-z]+)"', tag)
    }
    assert set(ticks) == set(SCOPES)
    assert not any(ticks.values())


def test_the_signed_paper_comes_in_and_goes_out(kim: Home) -> None:
    mona, mor = kim.browser("mona"), kim.world.party["mor"]
    where = f"/plan/{kim.plan}/signert"
    assert "Mor" in mona.get(f"{where}?party_id={mor}").text
    for wrong in ((b"MZ", "virus.exe"), (b"MZ", "papir.pdf"), (b"ren tekst", "papir.txt")):
        data = {"party_id": mor, "file": (BytesIO(wrong[0]), wrong[1])}
        assert mona.post(where, data=data).status_code == 422, wrong
    assert mona.post(where, data={"party_id": mor}).status_code == 422
    data = {"party_id": mor, "file": (BytesIO(b"%PDF-1.7 signert"), "papir.pdf")}
    assert mona.post(where, data=data).status_code == 303
    with Session(kim.world.engine) as session:
        paper = session.execute(select(Document.id).where(Document.kind == "consent")).scalar_one()
    assert "Signert papir" in mona.get(f"/plan/{kim.plan}").text
    copy = mona.get(f"{where}/{paper}")
    assert copy.data == b"%PDF-1.7 signert" and copy.mimetype == "application/pdf"
    assert kim.browser("kim").get(f"{where}/{paper}").status_code == 200
    for name in ("ali", "mor", "nosy", "per"):
        browser = kim.browser(name)
        assert browser.get(f"{where}/{paper}").status_code == 404
        assert browser.get(where).status_code == 404
    assert mona.get(f"{where}/finnes-ikke").status_code == 404


def test_the_card_says_whether_it_is_a_task_or_a_yes_and_who_wrote_it(kim: Home) -> None:
    page = kim.browser("kim").get(kim.at("/deler")).text
    assert "Har en oppgave i planen. Det slutter når oppgaven slutter." in page
    assert "Ja sagt i appen." in page and "Ja sagt muntlig. Skrevet ned av Mona." in page
    assert "Følger av oppgaven i planen" in kim.browser("mona").get(f"/plan/{kim.plan}").text
    world = kim.world
    world.take("liv", PlanStep.OFFER_COORDINATOR, kim.plan, to_party_id=world.party["per"])
    world.take("per", PlanStep.ACCEPT_COORDINATOR, kim.plan)
    now_with = kim.browser("kim").get(kim.at("/deler")).text.partition('id="for"')[0]
    assert "Per" in now_with.partition('id="ser"')[2]


def test_who_acts_for_her_is_ended_in_one_press(kim: Home) -> None:
    world, frida = kim.world, kim.world.party["frida"]
    about = {"representative_id": frida, "ground": "guardian"}
    world.take("liv", PlanStep.ADD_REPRESENTATION, kim.plan, **about)
    guardian = kim.browser("frida")
    assert "Jeg vil ikke lenger" in guardian.get(kim.at("/deler")).text
    browser = kim.browser("kim")
    assert "Handler ikke lenger for meg" in browser.get(kim.at("/deler")).text
    assert kim.press(browser, PlanStep.END_REPRESENTATION, representative_id=frida) == 303
    assert "Handler ikke lenger for meg" not in browser.get(kim.at("/deler")).text
    assert guardian.get(kim.at("/deler")).status_code == 404
