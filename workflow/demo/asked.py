"""Plans that are asked for, answered, denied or came from elsewhere; each function tells one."""

from __future__ import annotations

from workflow.demo.telling import SAID, DemoStory
from workflow.rules.names.steps import PlanStep

DENIED = "Hjelpen du har i dag, dekker behovet. Vi ser på det igjen når noe endrer seg."


def sara(story: DemoStory) -> None:
    """Asked two days ago; the reporter's receipt is still to come."""
    story.ask_for_plan("sara", 2, "Få orden på søvn og hverdag")


def arne(story: DemoStory) -> None:
    """Reported by a worker; the person does not know yet, so the office rings first."""
    story.on(9).take(
        "aslak",
        PlanStep.REPORT_NEED,
        person_id="arne",
        person_knows="no",
        why="Bor alene, trenger flere tjenester",
        reach_person="Treffes på dagsenteret tirsdag og torsdag",
    )


def wenche(story: DemoStory) -> None:
    """Waits for an answer; the decider is reminded a week before."""
    story.ask_for_plan("wenche", 24, "Klare jobben og behandlingen samtidig")
    story.on(22).take("oda", PlanStep.CONFIRM_RECEIPT)


def yusuf(story: DemoStory) -> None:
    """Over a month without an answer or a provisional reply."""
    story.ask_for_plan("yusuf", 40, "Et sted å bo som varer")
    story.on(38).take("oda", PlanStep.CONFIRM_RECEIPT)


def maja(story: DemoStory) -> None:
    """A provisional reply is out; the answer has a day."""
    story.ask_for_plan("maja", 35, "Fullføre skolen")
    story.on(33).take("odin", PlanStep.CONFIRM_RECEIPT)
    story.on(9).take(
        "odin", PlanStep.PROVISIONAL_REPLY, reason="Vi venter på svar fra skolen.", expected_on=12
    )


def lena(story: DemoStory) -> None:
    """Granted, but nobody is asked to coordinate."""
    story.grant_plan("lena", 18, "Komme ut blant folk", None)


def geir(story: DemoStory) -> None:
    """The coordinator is asked and has not answered."""
    story.grant_plan("geir", 9, "Få hjelp til økonomien", "per")


def olav(story: DemoStory) -> None:
    """Denied ten days ago; the window to complain is open."""
    story.ask_for_plan("olav", 30, "Mer hjelp hjemme")
    story.on(10).take("oda", PlanStep.DENY, reasons=DENIED, regime="health", notified_how="letter")


def ida(story: DemoStory) -> None:
    """Denied, and complained in her own words."""
    story.ask_for_plan("ida", 45, "Noen som holder i trådene")
    story.on(20).take("oda", PlanStep.DENY, reasons=DENIED, regime="social", notified_how="digital")
    story.on(5).take(
        "ida",
        PlanStep.COMPLAIN,
        about="denial",
        words="Ingen av dere snakker sammen. Det er jeg som må ringe.",
    )


def tor(story: DemoStory) -> None:
    """Denied long ago; the coordinating unit may confirm that the window has lapsed."""
    story.ask_for_plan("tor", 80, "Hjelp til å finne arbeid")
    story.on(60).take(
        "odin", PlanStep.DENY, reasons=DENIED, regime="social", notified_how="handed_over"
    )


def petter(story: DemoStory) -> None:
    """The person did not want a plan now; that is fine."""
    story.ask_for_plan("petter", 33, "Orden i gjelden")
    story.on(26).take("petter", PlanStep.WITHDRAW_REQUEST, words="Jeg vil vente litt.")


def marit(story: DemoStory) -> None:
    """A plan from the treatment centre; home in nine days."""
    story.on(8).take(
        "liv",
        PlanStep.REGISTER_INCOMING,
        person_id="marit",
        source_name="Solvang behandlingssenter",
        discharge_on=9,
        goals="Bo hjemme uten rus\nHa noe å gå til om dagen",
        measures="Samtale hver uke\nMedisin hos fastlegen\nTurgruppe\nØkonomisk råd\nBesøk de første kveldene",
        unmapped="Kriseplan: ring Solvang døgnet rundt",
        **SAID,
    )


def bjarne(story: DemoStory) -> None:
    """Entered on the wrong man; two people have seen it, and it is hidden from the lists."""
    story.on(15).take(
        "aslak", PlanStep.REPORT_NEED, person_id="bjarne", why="Gjelder en annen person", **SAID
    )
    story.on(14).take(
        "liv", PlanStep.ENTERED_IN_ERROR, reason="Feil person er valgt.", confirmer_id="leif"
    )
    story.on(13).take("leif", PlanStep.CONFIRM)


ALL = (
    sara,
    arne,
    wenche,
    yusuf,
    maja,
    lena,
    geir,
    olav,
    ida,
    tor,
    petter,
    marit,
    bjarne,
)
