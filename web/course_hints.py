"""Page hints of what moves a plan: coordinator, pause, end, transfer, decision; the order is that of the page."""

from __future__ import annotations

from collections.abc import Mapping

from web.step_hints import (
    COORDINATOR,
    DECISION,
    ERROR,
    LETTERS,
    MESSAGES,
    PAUSE_AND_END,
    PEOPLE,
    RIGHTS,
    SHARING,
    TO_DATA,
    TO_INBOX,
    TO_OFFERS,
    TO_OVERSIGHT,
    TRANSFER,
    PersonPage,
    StepHints,
)
from web.words import N_

COURSE_HINTS: Mapping[str, StepHints] = {
    "P13": StepHints(
        heading=COORDINATOR,
        holds=("wish_coordinator",),
        by_number=True,
        asked=N_("Du er spurt om å være koordinator"),
        leads_to=TO_OFFERS,
        person=PersonPage(
            only=("to_party_id", "wish_coordinator"),
            lead=N_("Den du spør, svarer ja eller nei. Ingenting endres før det."),
            button=N_("Spør"),
            after=PEOPLE,
            labels={
                "to_party_id": N_("Hvem vil du ha?"),
                "wish_coordinator": N_("Hva er viktig for deg?"),
            },
            needs=("to_party_id",),
        ),
        named_by=("wish_coordinator", "to_party_id"),
        news=PEOPLE,
    ),
    "P13y": StepHints(
        heading=COORDINATOR,
        one_click=True,
        main=True,
        answers=("coordinator",),
        person=PersonPage(button=N_("Ja, det vil jeg")),
        about_me=True,
        news=SHARING,
    ),
    "P13n": StepHints(
        heading=COORDINATOR,
        answers=("coordinator",),
        person=PersonPage(
            only=("reason",),
            lead=N_("Det er greit å si nei."),
            button=N_("Nei takk"),
            labels={"reason": N_("Hvorfor? Noen få ord er nok")},
            needs=("reason",),
        ),
        about_me=True,
        news=PEOPLE,
    ),
    "P13u": StepHints(
        heading=COORDINATOR,
        one_click=True,
        withdraws=True,
        person=PersonPage(button=N_("Trekk spørsmålet"), after=PEOPLE),
        news=PEOPLE,
    ),
    "P13w": StepHints(
        heading=COORDINATOR,
        person=PersonPage(button=N_("Jeg vil ikke være koordinator lenger"), after=PEOPLE),
        about_me=True,
        news=PEOPLE,
    ),
    "P14": StepHints(heading=COORDINATOR),
    "P14b": StepHints(heading=COORDINATOR),
    "A25": StepHints(heading=COORDINATOR, by_number=True),
    "A27": StepHints(heading=COORDINATOR, by_number=True),
    "P12a": StepHints(
        heading=PAUSE_AND_END,
        spoken=True,
        person=PersonPage(
            only=("until_on", "reason"),
            lead=N_("I pausen får du ingen påminnelser. Du kan starte igjen når du vil."),
            button=N_("Ta pause"),
            labels={"reason": N_("Hvorfor nå? Noen få ord er nok")},
            needs=("until_on", "reason"),
        ),
    ),
    "P12b": StepHints(
        heading=PAUSE_AND_END, spoken=True, person=PersonPage(button=N_("Sett i gang"))
    ),
    "P21b": StepHints(
        heading=PAUSE_AND_END,
        person=PersonPage(button=N_("Slutt å dele med alle"), after=SHARING),
        news=SHARING,
    ),
    "P21u": StepHints(
        heading=PAUSE_AND_END,
        person=PersonPage(button=N_("Åpne planen igjen"), after=SHARING),
        news=SHARING,
    ),
    "P21c": StepHints(
        heading=PAUSE_AND_END,
        person=PersonPage(
            lead=N_(
                "Da er planen slutt, og ingen andre ser den. Du kan angre i 30 dager. Du kan "
                "alltid lese den selv."
            ),
            button=N_("Jeg vil ikke ha planen lenger"),
            after=SHARING,
        ),
        news=SHARING,
    ),
    "P21v": StepHints(
        heading=PAUSE_AND_END,
        person=PersonPage(button=N_("Jeg vil ha planen likevel")),
        news=SHARING,
    ),
    "P22b": StepHints(heading=PAUSE_AND_END),
    "P20": StepHints(heading=PAUSE_AND_END, news=LETTERS),
    "P20b": StepHints(heading=PAUSE_AND_END, news=LETTERS),
    "P6": StepHints(
        heading=PAUSE_AND_END,
        person=PersonPage(
            only=("words",),
            lead=N_("Det er greit. Du kan spørre igjen når du vil."),
            button=N_("Jeg vil ikke ha plan nå"),
        ),
    ),
    "P22a": StepHints(heading=PAUSE_AND_END),
    "P15": StepHints(
        heading=TRANSFER, asked=N_("Dere er spurt om å ta over planen"), leads_to=TO_OFFERS
    ),
    "P5": StepHints(heading=TRANSFER, asked=N_("Dere er spurt om å ta saken"), leads_to=TO_OFFERS),
    "P16": StepHints(heading=TRANSFER, main=True, answers=("authority", "transfer"), news=SHARING),
    "P18a": StepHints(heading=TRANSFER, answers=("authority", "transfer"), stays_here=True),
    "P18b": StepHints(stays_here=True),
    "P18d": StepHints(stays_here=True),
    "P18c": StepHints(
        heading=TRANSFER,
        one_click=True,
        withdraws=True,
        stays_here=True,
        person=PersonPage(
            lead=N_("Da blir planen her. Vi har fortsatt ansvaret."),
            button=N_("Planen skal bli her"),
        ),
    ),
    "P19": StepHints(heading=TRANSFER),
    "P5a": StepHints(heading=TRANSFER),
    "P3": StepHints(
        heading=DECISION,
        page="staff.case",
        asked=N_("Du er spurt om å være koordinator"),
        leads_to=TO_OFFERS,
        news=LETTERS,
    ),
    "P4": StepHints(heading=DECISION, page="staff.case", news=LETTERS),
    "P8": StepHints(heading=DECISION),
    "P9": StepHints(heading=DECISION, news=LETTERS),
    "P9d": StepHints(heading=DECISION, news=LETTERS),
    "P23": StepHints(
        heading=DECISION,
        person=PersonPage(
            only=("about", "words"),
            lead=N_(
                "Skriv slik du vil. Vi hjelper deg gjerne. Etterpå kan du skrive den ut og "
                "signere den."
            ),
            button=N_("Send klagen"),
            after=RIGHTS,
            needs=("words",),
        ),
    ),
    "A20": StepHints(heading=DECISION),
    "A31": StepHints(
        heading=DECISION,
        person=PersonPage(
            only=("words",),
            lead=N_("Du får svar innen en måned."),
            button=N_("Be om innsyn"),
            after=RIGHTS,
            labels={"words": N_("Hva vil du se?")},
        ),
    ),
    "A37": StepHints(
        heading=DECISION,
        leads_to=TO_DATA,
        person=PersonPage(
            only=("words",),
            lead=N_("Du får svar innen en måned. Det som sto der før, blir stående i historien."),
            button=N_("Be om retting"),
            after=RIGHTS,
            labels={"words": N_("Hva er feil? Hva skal det stå?")},
            needs=("words",),
        ),
    ),
    "A39": StepHints(
        heading=DECISION,
        leads_to=TO_DATA,
        person=PersonPage(
            only=("words",),
            lead=N_("Du får svar innen en måned. Ofte sier loven at vi må ta vare på det."),
            button=N_("Be om sletting"),
            after=RIGHTS,
            labels={"words": N_("Hva vil du ha bort?")},
        ),
    ),
    "A38": StepHints(heading=DECISION, for_privacy=True, back="staff.data_requests"),
    "A41": StepHints(heading=DECISION, for_privacy=True, back="staff.data_requests"),
    "P24a": StepHints(
        heading=DECISION, asked=N_("Du er spurt om å være koordinator"), leads_to=TO_OFFERS
    ),
    "P24b": StepHints(heading=DECISION),
    "P25": StepHints(heading=DECISION),
    "P26a": StepHints(heading=DECISION),
    "P26b": StepHints(heading=DECISION, leads_to=TO_INBOX),
    "A26": StepHints(heading=DECISION, by_number=True),
    "P27o": StepHints(heading=ERROR, leads_to=TO_OFFERS),
    "P27": StepHints(heading=ERROR, main=True, answers=("confirm_error",)),
    "P1": StepHints(only_there=True, leads_to=TO_INBOX),
    "P2": StepHints(only_there=True, leads_to=TO_INBOX),
    "P30": StepHints(only_there=True),
    "P10": StepHints(page="staff.review", spoken=True),
    "P11": StepHints(spoken=True),
    "P13e": StepHints(news=PEOPLE),
    "P20c": StepHints(news=LETTERS),
    "A12": StepHints(news=MESSAGES),
    "A32": StepHints(for_privacy=True, back="staff.messages"),
    "A33": StepHints(leads_to=TO_OVERSIGHT),
    "A29": StepHints(news=SHARING),
    "C1": StepHints(only_there=True),
    "C6": StepHints(page="staff.review", spoken=True),
}
