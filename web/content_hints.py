"""Page hints of what people do in a plan: contact, goals, people; the order is that of the page."""

from __future__ import annotations

from collections.abc import Mapping

from web.step_hints import (
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
from web.words import N_

CONTENT_HINTS: Mapping[str, StepHints] = {
    "A9": StepHints(
        heading=CONTACT,
        one_click=True,
        person=PersonPage(button=N_("Vi har snakket sammen"), after=PLAN),
    ),
    "A10": StepHints(heading=CONTACT),
    "A11": StepHints(
        heading=CONTACT,
        person=PersonPage(only=("words",), button=N_("Send"), after=MESSAGES, needs=("words",)),
        around=True,
        news=MESSAGES,
    ),
    "A13": StepHints(
        heading=CONTACT,
        person=PersonPage(
            only=("words",),
            lead=N_("Koordinatoren svarer deg innen fem arbeidsdager."),
            button=N_("Send"),
            labels={"words": N_("Hva ønsker du?")},
            needs=("words",),
        ),
    ),
    "A13c": StepHints(
        heading=CONTACT,
        person=PersonPage(
            only=("wish_coordinator",),
            lead=N_("Du trenger ikke si hvorfor. Du får svar innen ti arbeidsdager."),
            button=N_("Send"),
            after=PEOPLE,
        ),
    ),
    "A14": StepHints(
        heading=CONTACT,
        person=PersonPage(button=N_("Jeg har fått den på papir"), after="person.paper"),
    ),
    "A15": StepHints(heading=CONTACT),
    "A16": StepHints(heading=CONTACT, one_click=True),
    "A21": StepHints(heading=CONTACT),
    "A18": StepHints(
        heading=CONTACT,
        person=PersonPage(
            only=("words",),
            lead=N_("Det du sier, blir stående ved siden av."),
            button=N_("Si fra"),
            after=LETTERS,
            needs=("words",),
        ),
    ),
    "A1": StepHints(
        heading=GOALS_AND_FRAME,
        holds=("most_important", "limits"),
        person=PersonPage(
            only=("most_important", "limits"),
            lead=N_("Skriv det slik du sier det selv."),
            labels={"limits": N_("Grenser som andre må vite om")},
            keeps_version=True,
        ),
    ),
    "A2": StepHints(
        heading=GOALS_AND_FRAME,
        person=PersonPage(
            only=("own_words", "condition"),
            lead=N_("Et lite mål er også et mål."),
            after=PLAN,
            labels={"own_words": N_("Hva vil du få til?"), "condition": N_("Hva skal til?")},
            needs=("own_words",),
        ),
    ),
    "A3": StepHints(
        heading=GOALS_AND_FRAME,
        person=PersonPage(
            only=("own_words",),
            after=PLAN,
            labels={"own_words": N_("Målet med mine ord")},
            needs=("own_words",),
        ),
    ),
    "A4": StepHints(heading=GOALS_AND_FRAME, person=PersonPage(only=("status",), after=PLAN)),
    "A22": StepHints(
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
    "A17": StepHints(
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
    "A35": StepHints(
        heading=GOALS_AND_FRAME,
        spoken=True,
        person=PersonPage(
            only=("words",),
            lead=N_("Skriv bare det andre trenger å vite. Du velger selv hvem som ser det."),
            after=PLAN,
            labels={"words": N_("Hva bør de som hjelper deg, vite om helsen din?")},
            needs=("words",),
        ),
    ),
    "A36": StepHints(
        heading=GOALS_AND_FRAME,
        spoken=True,
        person=PersonPage(
            only=("note_id",),
            button=N_("Ta bort"),
            after=PLAN,
            labels={"note_id": N_("Hva gjelder ikke lenger?")},
            needs=("note_id",),
        ),
    ),
    "A24": StepHints(
        heading=GOALS_AND_FRAME,
        person=PersonPage(
            only=("kind", "on"),
            lead=N_("Da gjør vi oss klare i god tid."),
            after=PLAN,
            labels={"kind": N_("Hva skal skje?")},
            needs=("on",),
        ),
    ),
    "A30": StepHints(heading=GOALS_AND_FRAME),
    "A5": StepHints(
        heading=AROUND,
        spoken=True,
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
        filled={"kind": "relative"},
        news=SHARING,
    ),
    "A23": StepHints(
        heading=AROUND,
        spoken=True,
        person=PersonPage(
            only=("name", "phone", "can_do"),
            lead=N_("En frivillig kan bli med deg på noe du liker."),
            after=PEOPLE,
            labels={"name": N_("Hva heter personen?"), "can_do": N_("Hva vil dere gjøre sammen?")},
            needs=("name",),
        ),
        news=SHARING,
    ),
    "A6": StepHints(
        heading=AROUND,
        person=PersonPage(
            only=("reason",),
            button=N_("Ikke med lenger"),
            after=PEOPLE,
            labels={"reason": N_("Vil du si hvorfor?")},
            instead=("A7", N_("Går det bra uten? Si det her")),
        ),
        around=True,
        news=PEOPLE,
    ),
    "A7": StepHints(
        heading=AROUND,
        person=PersonPage(
            only=("reason",),
            lead=N_("Så fint at du klarer deg uten."),
            button=N_("Trengs ikke lenger"),
            after=PEOPLE,
        ),
    ),
    "A8": StepHints(
        heading=AROUND,
        spoken=True,
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
            instead=("P21a", N_("Jeg vil slutte å dele")),
        ),
        news=SHARING,
    ),
    "A42": StepHints(heading=AROUND, news=SHARING),
    "A43": StepHints(heading=AROUND, page="staff.signed", only_there=True, news=SHARING),
    "P21a": StepHints(
        heading=AROUND,
        person=PersonPage(
            only=("party_id",), button=N_("Slutt å dele"), after=SHARING, needs=("party_id",)
        ),
        news=SHARING,
    ),
    "A19": StepHints(heading=AROUND),
    FIVE_QUESTIONS: StepHints(page="staff.questions"),
}
