"""What the person shares and who says yes: scopes, ages 12, 16 and 18, the undo, talks and papers (2.3, L6)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.servers.databases import Database
from tests.workflow.proofs import proves, rows, text, words
from tests.world import AGREED, World, make_world
from workflow.acts.sharing import LARGEST_COPY
from workflow.acts.sweep import sweep
from workflow.record.access import standing
from workflow.record.database import unit_of_work
from workflow.record.giving import age_of, givers
from workflow.record.kept_back import kept_receivers
from workflow.record.models import Consent, Deadline, Document, Party, Representation
from workflow.rules.ages import age_on
from workflow.rules.clock import at_oslo
from workflow.rules.denials import BadInput, NotThere, Refused
from workflow.rules.scopes import EVERYTHING, FIRST_SHARED, scopes_of
from workflow.rules.sharing_guards import NOT_SHARING

FEW = ["goals", "calendar"]


@pytest.fixture
def world(fresh_database: Database) -> World:
    return make_world(fresh_database.engine)


def born(world: World, day: date | None) -> None:
    with unit_of_work(world.engine) as session:
        session.execute(update(Party).where(Party.id == world.party["kim"]).values(born_on=day))


def years(world: World, count: int) -> date:
    """The birthday of somebody who turns that old today."""
    return world.today.replace(year=world.today.year - count)


def parent(world: World, plan: str, name: str = "mor", ground: str = "parent") -> None:
    world.take("liv", "A19", plan, representative_id=world.party[name], ground=ground)


def shared(world: World, plan: str, name: str) -> list[Consent]:
    """Every consent of a receiver, the oldest first."""
    found = [one for one in rows(world, Consent, plan) if one.receiver_id == world.party[name]]
    return sorted(found, key=lambda one: (one.from_at, one.withdrawn_at is None))


def seen(world: World, plan: str, name: str) -> frozenset[str]:
    """The scopes of the consents in force of a receiver, together."""
    found = [scopes_of(one.scopes) for one in shared(world, plan, name) if not one.withdrawn_at]
    return frozenset().union(*found)


def relations(world: World, plan: str, name: str, at: datetime | None = None) -> frozenset[str]:
    with unit_of_work(world.engine) as session:
        return standing(session, world.actor(name), plan, at or world.now).relations


def give(world: World, who: str, plan: str, to: str = "ali", **fields: Any) -> Any:
    return world.take(who, "A8", plan, party_id=world.party[to], **fields)


def refused(world: World, who: str, plan: str, **fields: Any) -> list[str]:
    """The codes with which a yes is refused."""
    with pytest.raises(Refused) as stopped:
        give(world, who, plan, **fields)
    return [one.code for one in stopped.value.denials]


@proves("A8")
def test_fewer_parts_are_a_new_consent_and_the_old_one_is_kept(world: World) -> None:
    plan = world.active()
    give(world, "kim", plan)
    assert seen(world, plan, "ali") == FIRST_SHARED["professional"]
    world.later(days=1)
    done = give(world, "kim", plan, scopes=FEW, until_on=world.days(30))
    old, new = shared(world, plan, "ali")
    assert old.withdrawn_at == new.from_at == world.now and new.given_as == "person"
    assert scopes_of(new.scopes) == set(FEW) and new.source == "app"
    assert text(world, done)["codes"]["shares"] == FEW
    world.later(days=1)
    give(world, "kim", plan, scopes=[*FEW, "health"])
    expiry = [one for one in rows(world, Deadline, plan) if one.code == "T13.expiry"]
    assert [one.state for one in expiry] == ["void"]
    assert seen(world, plan, "ali") == {*FEW, "health"} and len(shared(world, plan, "ali")) == 3


@proves("A8")
def test_the_same_parts_are_discussed_anew_in_the_same_consent(world: World) -> None:
    plan = world.active()
    give(world, "kim", plan, scopes=FEW)
    world.later(days=9)
    give(world, "mona", plan, scopes=FEW, **AGREED)
    (only,) = shared(world, plan, "ali")
    assert only.last_discussed_on == world.today


@proves("A8")
def test_an_old_consent_without_parts_is_everything_still(world: World) -> None:
    plan = world.active()
    give(world, "kim", plan)
    with unit_of_work(world.engine) as session:
        session.execute(update(Consent).where(Consent.plan_id == plan).values(scopes=""))
    assert seen(world, plan, "ali") == EVERYTHING
    world.later(days=1)
    give(world, "kim", plan, until_on=world.days(5))
    assert len(shared(world, plan, "ali")) == 1 and seen(world, plan, "ali") == EVERYTHING


@proves("A8", "A5", "A23")
def test_who_comes_in_sees_what_is_first_offered_to_their_kind(world: World) -> None:
    plan = world.active()
    assert seen(world, plan, "mona") == FIRST_SHARED["coordinator"]
    for name, kind in (("ali", "professional"), ("mor", "relative"), ("hege", "user_organisation")):
        world.take("kim", "A5", plan, party_id=world.party[name], kind=kind)
        assert seen(world, plan, name) == FIRST_SHARED[kind]
    world.take("kim", "A23", plan, party_id=world.party["frida"])
    assert seen(world, plan, "frida") == FIRST_SHARED["volunteer"]
    key = world.measured(plan, "per")
    assert key and seen(world, plan, "per") == FIRST_SHARED["professional"]
    give(world, "kim", plan)


def test_a_coordinator_gets_no_more_than_the_person_has_chosen(world: World) -> None:
    plan = world.active()
    for name, chosen in (("per", None), ("ali", FEW)):
        world.take("kim", "A5", plan, party_id=world.party[name])
        if chosen:
            give(world, "kim", plan, name, scopes=chosen)
        world.later(hours=1)
        world.take("mona", "P13", plan, to_party_id=world.party[name], wish_coordinator="Ja")
        world.take(name, "P13y", plan)
        assert seen(world, plan, name) == (set(chosen) if chosen else EVERYTHING)
        world.take("liv", "P13", plan, to_party_id=world.party["mona"], wish_coordinator="Mona")
        world.take("mona", "P13y", plan)


def test_nothing_chosen_is_said_and_leads_to_the_other_step(world: World) -> None:
    plan = world.active()
    give(world, "kim", plan)
    with pytest.raises(Refused) as stopped:
        give(world, "kim", plan, scopes=[])
    assert [(one.code, one.clears) for one in stopped.value.denials] == [("nothing_shared", "P21a")]
    with pytest.raises(ValueError, match="not one of the answers"):
        give(world, "kim", plan, scopes=["secrets"])


@pytest.mark.parametrize(
    ("birthday", "day", "age"),
    [
        (date(2010, 3, 9), date(2026, 3, 8), 15),
        (date(2010, 3, 9), date(2026, 3, 9), 16),
        (date(2010, 3, 9), date(2026, 3, 10), 16),
        (date(2012, 2, 29), date(2024, 2, 28), 11),
        (date(2012, 2, 29), date(2024, 2, 29), 12),
        (date(2008, 2, 29), date(2026, 2, 27), 17),
        (date(2008, 2, 29), date(2026, 2, 28), 18),
        (date(2014, 2, 29 - 1), date(2026, 2, 28), 12),
        (date(2026, 3, 9), date(2026, 3, 9), 0),
        (date(2010, 12, 31), date(2026, 12, 30), 15),
    ],
)
def test_ages_before_on_and_after_the_day(birthday: date, day: date, age: int) -> None:
    assert age_on(birthday, day) == age


# Days from the birthday, who says yes, and the code with which it is refused (nothing: it is taken).
TURNS: list[tuple[int, int, str, dict[str, Any], str]] = [
    (12, -1, "kim", {}, "parents_give"),
    (12, -1, "kim", {"kept_from_parents": True}, "parents_give kept_from_parents_wrong"),
    (12, -1, "mor", {}, ""),
    (12, 0, "mor", {}, "child_not_heard"),
    (12, 0, "mor", {"child_said": "Ja, gjerne"}, ""),
    (12, 0, "kim", {}, "parents_give"),
    (12, 0, "kim", {"kept_from_parents": True}, ""),
    (12, 1, "mona", {**AGREED, "given_as": "parent"}, "child_not_heard"),
    (12, 1, "mona", {**AGREED, "child_said": "Vil ikke snakke om det"}, ""),
    (12, 1, "mor", {"child_said": "Ja", "kept_from_parents": True}, "kept_from_parents_wrong"),
    (16, -1, "mor", {"child_said": "Ja"}, ""),
    (16, -1, "mona", {**AGREED, "given_as": "guardian", "child_said": "Ja"}, "giver_not_representing"),
    (16, -1, "mona", {**AGREED, "given_as": "both_parents", "child_said": "Ja"}, "giver_not_representing"),
    (16, 0, "mona", {**AGREED, "given_as": "parent"}, "person_gives"),
    (16, 0, "kim", {}, ""),
    (16, 1, "mona", AGREED, ""),
    (16, 1, "kim", {"kept_from_parents": True}, "kept_from_parents_wrong"),
    (18, 0, "mona", {**AGREED, "given_as": "both_parents"}, "person_gives"),
    (18, 0, "kim", {}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("turns", "days", "who", "said", "codes"), TURNS)
def test_who_says_yes_at_each_age(
    world: World, turns: int, days: int, who: str, said: dict[str, Any], codes: str
) -> None:
    plan = world.active()
    born(world, years(world, turns) - timedelta(days=days))
    if turns < 16 or days < 0:
        parent(world, plan)
    if codes:
        assert refused(world, who, plan, **said) == codes.split()
        return
    done = give(world, who, plan, **said)
    (found,) = shared(world, plan, "ali")
    expected = "person" if who == "kim" or (turns >= 16 and days >= 0) else "parent"
    assert found.given_as == expected and found.kept_from_parents == ("kept_from_parents" in said)
    if "child_said" in said:
        assert words(world, done)["form.child_said"] == said["child_said"]


@pytest.mark.parametrize("birthday", [date(2010, 6, 15), date(2008, 2, 29), date(2010, 10, 25)])
def test_a_parents_part_is_over_at_midnight_of_the_day_in_oslo(
    world: World, birthday: date
) -> None:
    sixteen = birthday.replace(
        year=birthday.year + 16, day=28 if birthday.day == 29 else birthday.day
    )
    sixteen = date(2024, 2, 29) if birthday == date(2008, 2, 29) else sixteen
    world.now = at_oslo(sixteen - timedelta(days=40), time(12, 0))
    plan = world.active()
    born(world, birthday)
    parent(world, plan)
    midnight = at_oslo(sixteen, time(0, 0))
    assert relations(world, plan, "mor", midnight - timedelta(seconds=1)) == {"representative"}
    assert relations(world, plan, "mor", midnight) == set()
    world.now = midnight - timedelta(seconds=1)
    give(world, "mor", plan, child_said="Ja")
    world.now = midnight
    with pytest.raises(NotThere):
        give(world, "mor", plan, child_said="Ja")
    give(world, "kim", plan, scopes=FEW)
    assert shared(world, plan, "ali")[-1].given_as == "person"
    with unit_of_work(world.engine) as session:
        kim = world.party["kim"]
        assert age_of(session, kim, sixteen) == 16
        assert givers(session, world.municipality_id, kim, world.now) == []


@proves("A8", "A19")
def test_both_parents_are_two_and_a_guardian_acts_within_the_papers(world: World) -> None:
    plan = world.active()
    born(world, years(world, 8))
    parent(world, plan)
    assert refused(world, "mona", plan, given_as="both_parents", **AGREED) == [
        "giver_not_representing"
    ]
    parent(world, plan, "frida")
    give(world, "mona", plan, given_as="both_parents", **AGREED)
    born(world, years(world, 50))
    with unit_of_work(world.engine) as session:
        session.execute(update(Representation).values(until_at=world.now))
    world.take(
        "liv", "A19", plan, representative_id=world.party["hege"], ground="guardian",
        acts=NOT_SHARING,
    )  # fmt: skip
    assert "beyond_representation" in refused(world, "hege", plan)
    for step, fields in (("P21a", {"party_id": world.party["ali"]}), ("P21b", {}), ("P21c", {})):
        with pytest.raises(Refused, match="beyond_representation"):
            world.take("hege", step, plan, **fields)
    world.take("hege", "A1", plan, most_important="Ro")
    with unit_of_work(world.engine) as session:
        session.execute(update(Representation).values(acts=""))
    give(world, "hege", plan, scopes=FEW)
    assert shared(world, plan, "ali")[-1].given_as == "guardian"
    assert shared(world, plan, "ali")[0].given_as == "both_parents"


@proves("A5")
def test_a_child_alone_brings_nobody_in(world: World) -> None:
    plan = world.active()
    born(world, years(world, 9))
    ali = world.party["ali"]
    with pytest.raises(Refused, match="parents_give"):
        world.take("kim", "A5", plan, party_id=ali)
    with pytest.raises(Refused, match="parents_give"):
        world.take("mona", "A5", plan, party_id=ali, **AGREED)
    world.take("kim", "A5", plan, name="Besta", kind="relative")
    parent(world, plan)
    world.take("mona", "A5", plan, party_id=ali, **AGREED)
    assert shared(world, plan, "ali")[0].given_as == "parent"


@proves("A8", "P21a")
def test_what_a_child_keeps_from_the_parents_stays_so(world: World) -> None:
    plan = world.active()
    born(world, years(world, 14))
    parent(world, plan)
    give(world, "kim", plan, scopes=FEW, kept_from_parents=True)
    ali = world.party["ali"]
    with unit_of_work(world.engine) as session:
        assert kept_receivers(session, plan) == {ali}
    world.later(hours=1)
    world.take("mor", "P21a", plan, party_id=ali)
    assert seen(world, plan, "ali") == set(FEW)  # a parent cannot end what she is not told of
    give(world, "mor", plan, scopes=["measures"], child_said="Ja")
    assert seen(world, plan, "ali") == {*FEW, "measures"}
    with unit_of_work(world.engine) as session:
        assert kept_receivers(session, plan) == set()  # shared openly too, it is no secret
    world.take("kim", "P21a", plan, party_id=ali)
    assert seen(world, plan, "ali") == set()


@proves("P21a", "A8")
def test_share_again_gives_the_same_parts_for_thirty_days(world: World) -> None:
    plan = world.active()
    last = world.days(60)
    give(world, "kim", plan, scopes=FEW, until_on=last)
    world.take("kim", "P21a", plan, party_id=world.party["ali"])
    stopped = world.now
    world.now = stopped + timedelta(days=30) - timedelta(seconds=1)
    give(world, "kim", plan, again=True)
    again = shared(world, plan, "ali")[-1]
    assert scopes_of(again.scopes) == set(FEW) and again.until_at == at_oslo(last)
    open_ = [
        one
        for one in rows(world, Deadline, plan)
        if (one.code, one.state) == ("T13.expiry", "open")
    ]
    assert [one.subject_id for one in open_] == [again.id]
    world.take("kim", "P21a", plan, party_id=world.party["ali"])
    world.later(days=30)
    with pytest.raises(Refused) as late:
        give(world, "kim", plan, again=True)
    assert [(one.code, one.clears) for one in late.value.denials] == [("sharing_is_old", "A8")]
    with pytest.raises(Refused, match="sharing_is_old"):
        give(world, "kim", plan, "sara", again=True)
    assert seen(world, plan, "ali") == set()


@proves("P21a", "A8")
def test_a_child_undoes_her_own_stop_and_not_a_parents(world: World) -> None:
    plan = world.active()
    born(world, years(world, 13))
    parent(world, plan)
    give(world, "mor", plan, child_said="Greit")
    for who, undone in (("kim", True), ("mor", False)):
        world.later(hours=1)
        world.take(who, "P21a", plan, party_id=world.party["ali"])
        world.later(hours=1)
        if undone:
            give(world, "kim", plan, again=True)
        else:
            assert refused(world, "kim", plan, again=True) == ["parents_give"]
    give(world, "mor", plan, again=True)
    assert seen(world, plan, "ali") == FIRST_SHARED["professional"]


@proves("A42")
def test_a_talk_about_sharing_moves_the_day_and_changes_nothing(world: World) -> None:
    plan = world.active()
    world.take("kim", "A5", plan, party_id=world.party["frida"], kind="relative")
    give(world, "kim", plan, scopes=FEW)
    world.later(days=100)
    done = world.take(
        "mona", "A42", plan, party_id=world.party["frida"], words="Hun kan se alt som før"
    )
    assert words(world, done)["words"] == "Hun kan se alt som før"
    talked = {one.receiver_id: one.last_discussed_on for one in rows(world, Consent, plan)}
    assert talked[world.party["frida"]] == world.today != talked[world.party["ali"]]
    due = [one for one in rows(world, Deadline, plan) if one.code == "T13.relatives"]
    assert due[-1].state == "open" and due[-1].due_at >= world.now + timedelta(days=179)
    world.take("mona", "A42", plan, again_on=world.days(20))
    assert {one.discuss_again_on for one in rows(world, Consent, plan) if one.receiver_id} == {
        world.days(20)
    }
    sweep(world.engine, world.now)
    with pytest.raises(BadInput):
        world.take("mona", "A42", plan, party_id=world.party["nosy"])


@proves("A43", "A8")
def test_the_signed_paper_is_kept_with_the_consent(world: World) -> None:
    plan = world.active()
    give(world, "mona", plan, agreed_how="paper", scopes=FEW)
    ali = world.party["ali"]
    for wrong in (b"", b"MZ\x90", b"%PDF-" + b"0" * LARGEST_COPY):
        with pytest.raises(BadInput, match="content"):
            world.take("mona", "A43", plan, party_id=ali, content=wrong)
    done = world.take("mona", "A43", plan, party_id=ali, content=b"%PDF-1.7 signert")
    (found,) = [one for one in rows(world, Document, plan) if one.kind == "consent"]
    (consent,) = shared(world, plan, "ali")
    assert consent.document_id == found.id and consent.source == "paper"
    assert (found.mime, found.content) == ("application/pdf", b"%PDF-1.7 signert")
    said = text(world, done)
    assert said["codes"]["sha256"] == found.sha256 and "content" not in said["form"]
    with pytest.raises(BadInput):
        world.take("mona", "A43", plan, party_id=world.party["sara"], content=b"%PDF-")


def test_the_yes_to_the_plan_itself_says_who_gave_it(world: World) -> None:
    plan = world.active()
    with unit_of_work(world.engine) as session:
        query = select(Consent.given_as).where(
            Consent.plan_id == plan, Consent.receiver_id.is_(None)
        )
        assert session.execute(query).scalar_one() == "person"


@proves("P15", "P16")
def test_a_transfer_hands_over_what_the_person_chose(world: World) -> None:
    plan = world.active()
    world.take(
        "mona", "P15", plan, to_unit_id=world.unit["coordinating"], reason="Flytter",
        scopes=["goals", "measures"], **AGREED,
    )  # fmt: skip
    world.take("liv", "P16", plan)
    assert seen(world, plan, "liv") == {"goals", "measures"}
    world.take(
        "liv", "P15", plan, to_unit_id=world.unit["service"], reason="Tilbake", **AGREED
    )  # fmt: skip
    world.take("lars", "P16", plan)
    assert seen(world, plan, "lars") == EVERYTHING
