"""Plans in use, on time and over it: reviews, meetings, measures, wishes; each function tells one."""

from __future__ import annotations

from datetime import time

from workflow.demo.telling import SAID, DemoStory
from workflow.rules.names.steps import CompositeStep, MeasureStep, MeetingStep, PlanStep


def emil(story: DemoStory) -> None:
    """A child with two parents who act for him; coordinator, school and health together."""
    story.on(80).take(
        "mor",
        PlanStep.REPORT_NEED,
        person_id="emil",
        why="Skole og avlastning som henger sammen",
        **SAID,
    )
    story.on(66).take(
        "turid",
        PlanStep.GRANT,
        why_long="Behovene varer gjennom oppveksten.",
        why_coordinated="Skole, helse og avlastning.",
        wish_coordinator="Siv Ørnes",
        to_party_id="siv",
    )
    story.on(60).take("siv", PlanStep.ACCEPT_COORDINATOR)
    story.take(
        "siv",
        PlanStep.ADD_GOAL,
        own_words="Ha en venn å leke med",
        clarified="Én lekekamerat i uka",
        **SAID,
    )
    story.take("siv", PlanStep.START, next_review_on=25)
    story.on(58).take("siv", PlanStep.ADD_PARTICIPANT, party_id="tone", role="Kontaktlærer", **SAID)
    story.take("mor", PlanStep.GIVE_CONSENT, party_id="far")
    done = story.measure("siv", "Lekegruppe på torsdager", "tone", 50, -20)
    story.on(22).take("tone", MeasureStep.DONE, done)
    story.on(20).take("siv", MeasureStep.EVALUATE, done, outcome="achieved", rating="good", **SAID)
    story.on(20).take("siv", MeasureStep.CLOSE, done, **SAID)
    story.measure("siv", "Avlastning annenhver helg", "siv", 18, 20, helper_ids=["mor"])


def nora(story: DemoStory) -> None:
    """Seventeen, turns 18 before long: the transition is prepared."""
    story.start_plan("nora", 70, "Klare skolen og flytte på hybel", "siv", 15)
    story.take("siv", PlanStep.PLANNED_TRANSITION, kind="age", on=story.day(150), **SAID)
    story.on(30).take(
        "nora",
        PlanStep.ASK_FOR_STEP,
        words="Kan vi møtes uten mamma neste gang?",
        step=MeetingStep.PLAN,
    )
    story.on(27).take(
        "siv", PlanStep.ANSWER, wish_id=story.wish(), answer="Ja. Du og jeg møtes på torsdag."
    )
    story.measure("siv", "Søke hybel", "nora", 25, 10, helper_ids=["siv"])


def bodil(story: DemoStory) -> None:
    """The review is ten days over; a volunteer and a sister take part."""
    story.start_plan("bodil", 100, "Gå tur igjen", "mona", -10)
    story.take(
        "mona",
        PlanStep.ADD_PARTICIPANT,
        party_id="sol",
        kind="relative",
        role="Søster",
        level="private",
        **SAID,
    )
    story.take("bodil", PlanStep.GIVE_CONSENT, party_id="sol", scopes=["goals", "calendar"])
    story.take(
        "mona",
        PlanStep.VOLUNTEER_WITH_COMPANION,
        party_id="frode",
        role="Turvenn",
        companion_id="aslak",
        can_do="Går tur onsdager. Kjører ikke.",
        **SAID,
    )
    story.measure("mona", "Tur hver onsdag", "frode", 60, 5, kind="activity", helper_ids=["aslak"])
    story.on(12).take("mona", PlanStep.TALKED, words="Snakket i døra")
    story.take("bodil", PlanStep.WRITE_HEALTH, words="Blir fort svimmel. Trenger pauser på tur.")
    story.take(
        "mona",
        PlanStep.TALK_ABOUT_SHARING,
        party_id="sol",
        words="Søsteren skal få vite når vi møtes.",
    )


def amir(story: DemoStory) -> None:
    """Forty days over its review: the leader's leader hears of it."""
    story.start_plan("amir", 130, "Arbeid på halv tid", "per", -40)
    story.on(45).take("per", PlanStep.TALKED)


def karin(story: DemoStory) -> None:
    """A quiet plan: nothing for a hundred days."""
    story.start_plan("karin", 105, "Komme til tannlegen", "siv", 40)


def silje(story: DemoStory) -> None:
    """Fourteen: looked at together, but not put into effect; something is not told at home."""
    story.start_plan("silje", 95, "Sove om natta", "mona", -16, **SAID)
    heard = {"child_said": "Silje vil at læreren vet om søvnen, men ikke mer."}
    story.on(60).take(
        "mona", PlanStep.ADD_PARTICIPANT, party_id="tone", role="Kontaktlærer", **SAID
    )
    story.take(
        "mona",
        PlanStep.GIVE_CONSENT,
        party_id="tone",
        scopes=["goals", "calendar"],
        given_as="parent",
        until_on=120,
        **heard,
        **SAID,
    )
    story.on(40).take(
        "mona",
        PlanStep.ADD_PARTICIPANT,
        party_id="hanne",
        role="Helsesykepleier",
        kept_from_parents=True,
        **SAID,
    )
    story.on(16).take(
        "mona",
        PlanStep.REVIEW,
        rating="so_so",
        person_words="Det hjelper litt. Nettene er lange.",
        **SAID,
    )


def knut(story: DemoStory) -> None:
    """A meeting in three days that nobody has prepared."""
    story.start_plan("knut", 50, "Færre innleggelser", "per", 40)
    story.on(20).take(
        "per",
        MeetingStep.PLAN,
        starts_on=3,
        starts_time=time(10, 0),
        place="Møterom 2",
        kind="group",
        party_ids=["gp", "naima"],
    )


def fatma(story: DemoStory) -> None:
    """A meeting that is called, with the person's own item first."""
    story.start_plan("fatma", 64, "Lære norsk og få praksis", "siv", 30)
    story.take(
        "siv",
        PlanStep.SET_WHAT_MATTERS,
        limits="Ikke møter på fredager. Ikke snakk om familien i gruppa.",
        **SAID,
    )
    story.take(
        "siv",
        PlanStep.SET_FRAME,
        ground_rules="Fatma leder selv. Siv skriver. Si fra dagen før.",
        **SAID,
    )
    story.take(
        "siv", PlanStep.ADD_PARTICIPANT, party_id="naima", role="Veileder", level="state", **SAID
    )
    meeting = (
        story.on(14)
        .take(
            "siv",
            MeetingStep.PLAN,
            starts_on=9,
            starts_time=time(13, 0),
            place="Biblioteket",
            agenda="Fatma: praksisplass",
            party_ids=["naima"],
            chair_id="fatma",
            minute_taker_id="siv",
        )
        .subject_id
    )
    story.on(10).take("siv", MeetingStep.CALL, meeting, **SAID)
    story.on(8).take(
        "naima",
        MeetingStep.REPORT_ABSENCE,
        meeting,
        reason="Kurs den dagen",
        stand_in="En kollega fra Nav",
    )
    story.on(7).take("fatma", MeetingStep.REPLY, meeting, reply="coming")


def oskar(story: DemoStory) -> None:
    """The meeting was held; the minutes are not out."""
    story.start_plan("oskar", 55, "Komme i gang med lærlingtid", "mona", 35)
    meeting = (
        story.on(25)
        .take(
            "mona",
            MeetingStep.PLAN,
            starts_on=-12,
            starts_time=time(9, 0),
            place="MAT",
            party_ids=["naima"],
            agenda="Oskar: hva jeg vil lære",
        )
        .subject_id
    )
    story.on(21).take("mona", MeetingStep.CALL, meeting, **SAID)
    story.on(12, time(11, 0)).take("mona", MeetingStep.HELD, meeting, came_ids=["oskar", "mona"])


def synne(story: DemoStory) -> None:
    """A service's measure is sixteen days over; one of her own is done and evaluated."""
    story.start_plan("synne", 75, "Egen bolig", "mona", 20)
    story.measure("mona", "Søke kommunal bolig", "per", 50, -16)
    own = story.measure("mona", "Rydde papirene", "synne", 48, -30, helper_ids=["aslak"])
    story.on(31).take(
        "synne",
        CompositeStep.DONE_AND_EVALUATED,
        own,
        outcome="achieved",
        rating="good",
        result_words="Godt å få gjort!",
    )
    story.take("mona", PlanStep.COPY_GIVEN, large=True)
    tried = story.measure(
        "mona",
        "Møte på visning",
        "synne",
        30,
        2,
        agreed_consequence="Da mister hun plassen på lista",
    )
    story.on(5).take("synne", MeasureStep.CAME_TO_NOTHING, tried, next_step="Prøver igjen fredag")


def terje(story: DemoStory) -> None:
    """Wishes another coordinator, and a message waits for an answer."""
    story.start_plan("terje", 85, "Mindre alene", "per", 14)
    story.on(18).take("terje", PlanStep.WISH_COORDINATOR, wish_coordinator="Mona, hvis hun har tid")
    story.on(10).take("terje", PlanStep.WRITE, words="Kan du ringe meg?")
    story.on(9).take(
        "terje", MeasureStep.PROPOSE, text="Starte i kjøkkengruppa", goal_id=story.goal()
    )


def gunn(story: DemoStory) -> None:
    """Coordinates her own plan; Mona is the municipal contact."""
    story.start_plan("gunn", 90, "Styre dagene selv", "mona", 45)
    story.on(40).take(
        "mona",
        PlanStep.OFFER_COORDINATOR,
        to_party_id="gunn",
        wish_coordinator="Jeg vil gjøre det selv",
    )
    story.on(38).take("gunn", PlanStep.ACCEPT_COORDINATOR)
    story.on(12).take("gunn", PlanStep.TALKED, words="Ringte fastlegen selv")


def hege(story: DemoStory) -> None:
    """Work began before the decision, three weeks ago."""
    story.on(22).take(
        "mona", PlanStep.REPORT_NEED, person_id="hege", why="Beholde leiligheten", **SAID
    )
    story.on(21).take(
        "mona",
        PlanStep.START_INFORMALLY,
        coordinator_id="mona",
        confirmer_id="lars",
        most_important="Beholde leiligheten",
        **SAID,
    )
    story.take("lars", PlanStep.CONFIRM)
    story.measure("mona", "Avtale med husverten", "hege", 20, 4, helper_ids=["mona"])


def roger(story: DemoStory) -> None:
    """In use for seventy days without a decision."""
    story.on(72).take(
        "per", PlanStep.REPORT_NEED, person_id="roger", why="Slutte med gambling", **SAID
    )
    story.on(70).take(
        "per",
        PlanStep.START_INFORMALLY,
        coordinator_id="per",
        confirmer_id="lars",
        most_important="Få oversikt over pengene",
        **SAID,
    )
    story.take("lars", PlanStep.CONFIRM)
    story.on(30).take("per", PlanStep.TALKED)


def stian(story: DemoStory) -> None:
    """Begun informally, decided afterwards with its true dates."""
    story.on(90).take(
        "mona", PlanStep.REPORT_NEED, person_id="stian", why="Få dagen til å henge sammen", **SAID
    )
    story.on(88).take(
        "mona",
        PlanStep.START_INFORMALLY,
        coordinator_id="mona",
        confirmer_id="lars",
        most_important="Stå opp om morgenen",
        **SAID,
    )
    story.take("lars", PlanStep.CONFIRM)
    story.on(45).take(
        "oda",
        PlanStep.DECIDE_RETROACTIVELY,
        why_long="Har vart i mange år.",
        why_coordinated="MAT, fastlege og Nav.",
        effective_from=story.day(-88),
        next_review_on=30,
    )


def problem(story: DemoStory) -> None:
    """A plan about a problem, with the same services and a user organisation as equals."""
    story.on(60).take(
        "liv",
        PlanStep.REPORT_NEED,
        problem="Unge med rusvansker faller ut av skolen",
        person_knows="yes",
        why="Ingen tar den første kontakten",
    )
    story.on(50).take(
        "oda",
        PlanStep.GRANT,
        why_long="Har vart i flere år.",
        why_coordinated="Skole, helse, Nav og frivillige.",
        to_party_id="liv",
    )
    story.on(48).take("liv", PlanStep.ACCEPT_COORDINATOR)
    story.take(
        "liv",
        PlanStep.ADD_GOAL,
        own_words="Alle som slutter, blir ringt samme uke",
        agreed_how="spoken",
        agreed_by="group",
    )
    story.take("liv", PlanStep.START, next_review_on=40)
    story.take(
        "liv",
        PlanStep.ADD_PARTICIPANT,
        name="Ungdomsrådet",
        kind="user_organisation",
        agreed_how="spoken",
        agreed_by="group",
    )
    story.on(40).take(
        "liv",
        CompositeStep.AGREE_IN_MEETING,
        text="Ringe innen fem dager",
        goal_id=story.goal(),
        accountable_id="liv",
        accountable_said_yes=True,
        due_on=20,
        system_code="RP-3",
        agreed_how="spoken",
        agreed_by="group",
    )


ALL = (
    emil,
    nora,
    bodil,
    amir,
    karin,
    silje,
    knut,
    fatma,
    oskar,
    synne,
    terje,
    gunn,
    hege,
    roger,
    stian,
    problem,
)
