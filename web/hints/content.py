"""Page hints of what people do in a plan: contact, goals, people; the order is that of the page."""

from __future__ import annotations

from collections.abc import Mapping

from web.hints.step_hints import (
    AROUND,
    CONTACT,
    FIVE_QUESTIONS,
    GOALS_AND_FRAME,
    LETTERS,
    MESSAGES,
    PEOPLE,
    PLAN,
    SHARING,
    PersonPage,
    StepHints,
)
from web.request.translate import N_
from workflow.rules.names.steps import PlanStep

CONTENT_HINTS: Mapping[str, StepHints] = {
    PlanStep.TALKED: StepHints(
        heading=CONTACT,
        one_click=True,
        person=PersonPage(button=N_("Vi har snakket sammen"), after=PLAN),
    ),
    PlanStep.TRIED_TO_REACH: StepHints(heading=CONTACT),
    PlanStep.WRITE: StepHints(
        heading=CONTACT,
        person=PersonPage(only=("words",), button=N_("Send"), after=MESSAGES, needs=("words",)),
        around=True,
        news=MESSAGES,
    ),
    PlanStep.ASK_FOR_STEP: StepHints(
        heading=CONTACT,
        person=PersonPage(
            only=("words",),
            lead=N_("Koordinatoren svarer deg innen fem arbeidsdager."),
            button=N_("Send"),
            labels={"words": N_("Hva ønsker du?")},
            needs=("words",),
        ),
    ),
    PlanStep.WISH_COORDINATOR: StepHints(
        heading=CONTACT,
        person=PersonPage(
            only=("wish_coordinator",),
            lead=N_("Du trenger ikke si hvorfor. Du får svar innen ti arbeidsdager."),
            button=N_("Send"),
            after=PEOPLE,
        ),
    ),
    PlanStep.COPY_GIVEN: StepHints(
        heading=CONTACT,
        person=PersonPage(button=N_("Jeg har fått den på papir"), after="person.paper"),
    ),
    PlanStep.PROVISIONAL_REPLY: StepHints(heading=CONTACT),
    PlanStep.CONFIRM_RECEIPT: StepHints(heading=CONTACT, one_click=True),
    PlanStep.TOLD_PERSON: StepHints(heading=CONTACT),
    PlanStep.OBJECT: StepHints(
        heading=CONTACT,
        person=PersonPage(
            only=("words",),
            lead=N_("Det du sier, blir stående ved siden av."),
            button=N_("Si fra"),
            after=LETTERS,
            needs=("words",),
        ),
    ),
    PlanStep.SET_WHAT_MATTERS: StepHints(
        heading=GOALS_AND_FRAME,
        holds=("most_important", "limits"),
        person=PersonPage(
            only=("most_important", "limits"),
            lead=N_("Skriv det slik du sier det selv."),
            labels={"limits": N_("Grenser som andre må vite om")},
            keeps_version=True,
        ),
    ),
    PlanStep.ADD_GOAL: StepHints(
        heading=GOALS_AND_FRAME,
        person=PersonPage(
            only=("own_words", "condition"),
            lead=N_("Et lite mål er også et mål."),
            after=PLAN,
            labels={"own_words": N_("Hva vil du få til?"), "condition": N_("Hva skal til?")},
            needs=("own_words",),
        ),
    ),
    PlanStep.CHANGE_GOAL: StepHints(
        heading=GOALS_AND_FRAME,
        person=PersonPage(
            only=("own_words",),
            after=PLAN,
            labels={"own_words": N_("Målet med mine ord")},
            needs=("own_words",),
        ),
    ),
    PlanStep.END_GOAL: StepHints(
        heading=GOALS_AND_FRAME, person=PersonPage(only=("status",), after=PLAN)
    ),
    PlanStep.SET_FRAME: StepHints(
        heading=GOALS_AND_FRAME,
        holds=("pen_holder", "ground_rules", "service_aim"),
        person=PersonPage(
            only=("ground_rules", "pen_holder"),
            after=PLAN,
            labels={
                "ground_rules": N_("Hva er viktig når vi møtes og snakker?"),
                "pen_holder": N_("Hvem skriver i planen?"),
            },
        ),
    ),
    PlanStep.ADD_SUB_PLAN: StepHints(
        heading=GOALS_AND_FRAME,
        person=PersonPage(
            only=("title", "owner_system", "responsible"),
            lead=N_("Den andre planen blir der den er."),
            after=PLAN,
            labels={
                "title": N_("Hva heter den?"),
                "owner_system": N_("Hvor er den?"),
                "responsible": N_("Hvem kan vi spørre om den?"),
            },
            needs=("title",),
        ),
    ),
    PlanStep.WRITE_HEALTH: StepHints(
        heading=GOALS_AND_FRAME,
        person=PersonPage(
            only=("words",),
            lead=N_("Skriv bare det andre trenger å vite. Du velger selv hvem som ser det."),
            after=PLAN,
            labels={"words": N_("Hva bør de som hjelper deg, vite om helsen din?")},
            needs=("words",),
        ),
    ),
    PlanStep.END_HEALTH: StepHints(
        heading=GOALS_AND_FRAME,
        person=PersonPage(
            only=("note_id",),
            button=N_("Ta bort"),
            after=PLAN,
            labels={"note_id": N_("Hva gjelder ikke lenger?")},
            needs=("note_id",),
        ),
    ),
    PlanStep.PLANNED_TRANSITION: StepHints(
        heading=GOALS_AND_FRAME,
        person=PersonPage(
            only=("kind", "on"),
            lead=N_("Da gjør vi oss klare i god tid."),
            after=PLAN,
            labels={"kind": N_("Hva skal skje?")},
            needs=("on",),
        ),
    ),
    PlanStep.TRANSITION_PREPARED: StepHints(heading=GOALS_AND_FRAME),
    PlanStep.ADD_PARTICIPANT: StepHints(
        heading=AROUND,
        person=PersonPage(
            only=("name", "kind", "role", "phone"),
            lead=N_("Du velger selv hvem som er med."),
            button=N_("Ta med"),
            after=PEOPLE,
            labels={
                "name": N_("Hva heter personen?"),
                "kind": N_("Hvem er det?"),
                "role": N_("Hva kan personen hjelpe med?"),
            },
            needs=("name",),
        ),
        news=SHARING,
    ),
    PlanStep.VOLUNTEER_WITH_COMPANION: StepHints(
        heading=AROUND,
        person=PersonPage(
            only=("name", "phone", "can_do"),
            lead=N_("En frivillig kan bli med deg på noe du liker."),
            after=PEOPLE,
            labels={"name": N_("Hva heter personen?"), "can_do": N_("Hva vil dere gjøre sammen?")},
            needs=("name",),
        ),
        news=SHARING,
    ),
    PlanStep.PARTICIPANT_LEAVES: StepHints(
        heading=AROUND,
        person=PersonPage(
            only=("reason",),
            button=N_("Ikke med lenger"),
            after=PEOPLE,
            labels={"reason": N_("Vil du si hvorfor?")},
            instead=(PlanStep.PHASE_OUT, N_("Går det bra uten? Si det her")),
        ),
        around=True,
        news=PEOPLE,
    ),
    PlanStep.PHASE_OUT: StepHints(
        heading=AROUND,
        person=PersonPage(
            only=("reason",),
            lead=N_("Så fint at du klarer deg uten."),
            button=N_("Trengs ikke lenger"),
            after=PEOPLE,
        ),
    ),
    PlanStep.GIVE_CONSENT: StepHints(
        heading=AROUND,
        person=PersonPage(
            only=("party_id", "scopes", "until_on", "child_said"),
            lead=N_("Du velger selv hva andre får se, og hvor lenge. Du kan endre det når du vil."),
            after=SHARING,
            labels={
                "scopes": N_("Hva vil du dele?"),
                "until_on": N_("Til når? Uten dato varer det til du sier stopp"),
                "child_said": N_("Hva sier barnet selv?"),
            },
            needs=("party_id", "scopes"),
            instead=(PlanStep.STOP_SHARING_WITH, N_("Jeg vil slutte å dele")),
        ),
        news=SHARING,
    ),
    PlanStep.TALK_ABOUT_SHARING: StepHints(heading=AROUND, news=SHARING),
    PlanStep.KEEP_SIGNED_COPY: StepHints(
        heading=AROUND, page="staff.signed", only_there=True, news=SHARING
    ),
    PlanStep.STOP_SHARING_WITH: StepHints(
        heading=AROUND,
        person=PersonPage(
            only=("party_id",), button=N_("Slutt å dele"), after=SHARING, needs=("party_id",)
        ),
        news=SHARING,
    ),
    PlanStep.ADD_REPRESENTATION: StepHints(heading=AROUND),
    PlanStep.END_REPRESENTATION: StepHints(
        heading=AROUND,
        person=PersonPage(only=("representative_id",), after=SHARING, needs=("representative_id",)),
        news=SHARING,
    ),
    FIVE_QUESTIONS: StepHints(page="staff.questions", only_there=True),
}
