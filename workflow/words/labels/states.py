"""What a state is called: by machine, outcome and voice; which state follows which is no matter here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.words.text.sentence import PERSON, SentenceSet, say_sentence, sentence_set
from workflow.words.text.translatable import N_

PLAN_STATES: Mapping[str, SentenceSet] = {
    "requested": sentence_set(N_("Behov meldt"), person=N_("Vi har fått meldingen")),
    "decided": sentence_set(N_("Svar er gitt"), person=N_("Du har fått svar")),
    "decided.granted": sentence_set(N_("Innvilget"), person=N_("Du får plan")),
    "decided.denied": sentence_set(N_("Avslått"), person=N_("Du fikk nei – du kan klage")),
    "active": sentence_set(N_("I bruk"), person=N_("I gang")),
    "active.informal": sentence_set(N_("I bruk · vedtak mangler"), person=N_("I gang")),
    "paused": sentence_set(
        N_("Pause til %(date)s"), N_("Pause"), person=(N_("Pause til %(date)s"), N_("Pause"))
    ),
    "resting.stopped": sentence_set(N_("Hviler"), person=N_("Hviler – bare du ser den")),
    "resting.out_of_contact": sentence_set(N_("Hviler"), person=N_("Hviler")),
    "reviewed": sentence_set(N_("Evaluert, ikke ført videre"), person=N_("Gått gjennom sammen")),
    "transferred": sentence_set(
        N_("Overføres – svar innen %(date)s"),
        N_("Overføres"),
        person=(N_("%(place)s er spurt om å ta over"), N_("Noen andre er spurt om å ta over")),
    ),
    "closed": sentence_set(N_("Avsluttet")),
    "closed.denied": sentence_set(N_("Avslått"), person=N_("Du fikk nei – du kan spørre igjen")),
    "closed.error": sentence_set(N_("Ført feil")),
}

MEASURE_STATES: Mapping[str, SentenceSet] = {
    "requested": sentence_set(N_("Foreslått")),
    "decided": sentence_set(N_("Avtalt")),
    "active": sentence_set(N_("I gang")),
    "active.done": sentence_set(N_("Gjort")),
    "reviewed": sentence_set(N_("Evaluert")),
    "transferred": sentence_set(N_("Noen andre er spurt")),
    "closed": sentence_set(N_("Ferdig")),
    "closed.done": sentence_set(N_("Ferdig")),
    "closed.refused": sentence_set(N_("Sagt nei til")),
    "closed.service_denied": sentence_set(N_("Tjenesten sa nei")),
    "closed.cancelled": sentence_set(N_("Lagt bort")),
}

MEETING_STATES: Mapping[str, SentenceSet] = {
    "planned": sentence_set(N_("Planlagt")),
    "called": sentence_set(N_("Innkalt")),
    "held": sentence_set(N_("Holdt")),
    "minuted": sentence_set(N_("Referat sendt")),
    "cancelled": sentence_set(N_("Avlyst")),
}

LABELS: Mapping[str, Mapping[str, SentenceSet]] = {
    "plan": PLAN_STATES,
    "measure": MEASURE_STATES,
    "meeting": MEETING_STATES,
}

CLOSE_REASONS: Mapping[str, str] = {
    "forwarded": N_("sendt til rett kontor"),
    "withdrawn": N_("ønsket ikke plan nå"),
    "transferred_out": N_("andre har tatt over"),
    "goals_met": N_("målene er nådd"),
    "no_need": N_("behovet er borte"),
    "person_wishes": N_("etter eget ønske"),
    "ended_by_decision": N_("avsluttet ved vedtak"),
    "consent_withdrawn": N_("ønsket ikke planen lenger"),
    "death": N_("død"),
    "moved_abroad": N_("flyttet ut av landet"),
    "denied": N_("fikk nei"),
    "error": N_("ført feil"),
}


def state_label(
    machine: str,
    state: str,
    language: str,
    voice: str = "staff",
    *,
    outcome: str = "",
    names: Mapping[str, object] | None = None,
) -> str:
    """What a state is called. `outcome` narrows it: granted, informal, done, a close reason …

    names may hold d (a day) and s (a place), for the labels that have room for them.
    """
    labels = LABELS[machine]
    label = labels.get(f"{state}.{outcome}") or labels[state]
    return say_sentence(label.to(voice), names or {}, language)


def plan_outcome(plan: Mapping[str, Any]) -> tuple[str, str]:
    """State and outcome of a plan's row as its label needs them: pause and rest come first."""
    state = str(plan["state"])
    if state == "closed":
        return state, str(plan["close_reason"])
    if plan["resting"]:
        return "resting", str(plan["resting"])
    if plan["paused_until"]:
        return "paused", ""
    if state == "decided":
        return state, str(plan["outcome"])
    return state, "informal" if plan["informal"] and state == "active" else ""


def plan_label(
    plan: Mapping[str, Any],
    language: str,
    voice: str = "staff",
    *,
    place: str = "",
    answer_by: object = None,
) -> str:
    """The label of a plan's row; a closed one tells staff why.

    place and answer_by: who is asked to take over, and the day they answer by, if any.
    """
    state, outcome = plan_outcome(plan)
    day = plan["paused_until"] if state == "paused" else answer_by
    label = state_label(
        "plan", state, language, voice, outcome=outcome, names={"date": day, "place": place}
    )
    reason = CLOSE_REASONS.get(outcome, "") if state == "closed" else ""
    if not reason or voice == PERSON or f"closed.{outcome}" in PLAN_STATES:
        return label
    return f"{label} ({say_sentence((reason,), {}, language)})"


def measure_label(measure: Mapping[str, Any], language: str, voice: str = "staff") -> str:
    """The label of a measure's row: Ferdig or Lagt bort where it is closed."""
    state = str(measure["state"])
    outcome = str(measure["close_reason"]) if state == "closed" else ""
    if state == "active" and measure["completed_on"]:
        outcome = "done"
    return state_label("measure", state, language, voice, outcome=outcome)


def meeting_label(state: str, language: str, voice: str = "staff") -> str:
    """The label of a meeting's state."""
    return state_label("meeting", state, language, voice)
