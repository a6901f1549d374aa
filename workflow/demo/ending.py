"""Plans that rest, move on or have ended; each function tells one."""

from __future__ import annotations

from workflow.demo.telling import SAID, DemoStory
from workflow.rules.names.steps import MeasureStep, PlanStep


def jon(story: DemoStory) -> None:
    """A pause for a month."""
    story.start_plan("jon", 60, "Trene tre dager i uka", "siv", 30)
    story.on(12).take("jon", PlanStep.PAUSE, reason="På besøk hos søsteren", until_on=25)


def vibeke(story: DemoStory) -> None:
    """Without coordinator for sixteen days; the coordinating unit acts."""
    story.start_plan("vibeke", 110, "Få hverdagen til å gå rundt", "per", 20)
    story.on(16).take("per", PlanStep.LAY_DOWN, words="Slutter i stillingen")


def ruth(story: DemoStory) -> None:
    """Another unit is asked to take over; the answer is due in two days."""
    story.start_plan("ruth", 85, "Trygg hjemme", "mona", 30)
    story.on(12).take(
        "mona",
        PlanStep.OFFER_TRANSFER,
        to_unit_id="ke",
        reason="Flytter til bydelen ved fjorden",
        gaps="Nøkkelboks",
        **SAID,
    )


def morten(story: DemoStory) -> None:
    """Home from treatment: the place outside is asked, with the first appointment after."""
    story.start_plan("morten", 140, "Behandling uten avbrudd", "siv", 10)
    story.on(3).take(
        "siv",
        PlanStep.OFFER_TRANSFER,
        to_name="Nabovik kommune",
        discharge_on=6,
        first_appointment="Mandag klokka 10 hos Nabovik mestringsenhet",
        reason="Flytter",
        **SAID,
    )


def espen(story: DemoStory) -> None:
    """The goals were met, and the plan ended as agreed."""
    story.start_plan("espen", 150, "Lappen og fast jobb", "mona", -30)
    done = story.measure("mona", "Melde seg på kurs", "espen", 140, -120, helper_ids=["mona"])
    story.on(121).take("espen", MeasureStep.DONE, done)
    story.on(118).take(
        "mona",
        MeasureStep.EVALUATE,
        done,
        outcome="achieved",
        rating="good",
        result_words="Jeg klarte det!",
        way_of_working="Vi ringte sammen",
        **SAID,
    )
    story.take("mona", MeasureStep.CLOSE, done, **SAID)
    story.on(31).take(
        "mona",
        PlanStep.REVIEW,
        rating="good",
        person_words="Nå trenger jeg ikke dere så mye.",
        **SAID,
    )
    story.on(30).take(
        "mona", PlanStep.CLOSE, why="goals_met", reason="Fast jobb fra første mai.", **SAID
    )


def randi(story: DemoStory) -> None:
    """The person has died."""
    story.start_plan("randi", 200, "Bo hjemme så lenge det går", "siv", -60)
    story.on(70).take(
        "siv",
        PlanStep.END_DEATH_OR_MOVED,
        why="death",
        reason="Meldt fra sykehjemmet.",
        confirmer_id="lars",
    )
    story.take("lars", PlanStep.CONFIRM)


def laila(story: DemoStory) -> None:
    """Did not want the plan any more; can change her mind for some days yet."""
    story.start_plan("laila", 66, "Mer fri fra avtaler", "per", 20)
    story.on(8).take("laila", PlanStep.WITHDRAW_CONSENT)


def henrik(story: DemoStory) -> None:
    """Stopped sharing with all; only he can open it."""
    story.start_plan("henrik", 58, "Fred og ro", "mona", 30)
    story.on(6).take("henrik", PlanStep.STOP_SHARING)


def elin(story: DemoStory) -> None:
    """Nobody has reached her for long; the plan rests and she can open it in one click."""
    story.start_plan("elin", 170, "Kontakt med barna", "siv", -60)
    for days in (95, 60, 33):
        story.on(days).take("siv", PlanStep.TRIED_TO_REACH, how="phone")
    story.on(30).take("siv", PlanStep.LET_REST, confirmer_id="lars")
    story.take("lars", PlanStep.CONFIRM)


def anne(story: DemoStory) -> None:
    """The municipality wants to end it; it goes on while she can complain."""
    story.start_plan("anne", 160, "Sosial trening", "per", 25)
    story.on(7).take(
        "oda",
        PlanStep.END_BY_DECISION,
        reasons="Målene er nådd, og tjenestene går hver for seg.",
        regime="health",
    )


ALL = (jon, vibeke, ruth, morten, espen, randi, laila, henrik, elin, anne)
