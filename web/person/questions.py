"""What each step asks the person: her fields, what she is told, where she comes back; forms live in workflow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from web.words import N_

HOME, PLAN, PEOPLE = "person.home", "person.plan", "person.people"
MEETING, SHARING, RIGHTS = "person.meeting", "person.sharing", "person.rights"
THANKS = N_("Takk. Det er skrevet i planen.")


@dataclass(frozen=True)
class Question:
    """A step's page: `only` are its fields, `needs` those it cannot do without, `labels` her own wording.

    `instead` is another step that fits better where its words are true.
    """

    only: tuple[str, ...] = ()
    lead: str = ""
    button: str = N_("Lagre")
    said: str = THANKS
    after: str = HOME
    labels: Mapping[str, str] = field(default_factory=dict)
    keeps_version: bool = False
    needs: tuple[str, ...] = ()
    instead: tuple[str, str] = ("", "")


PLAN_QUESTIONS: Mapping[str, Question] = {
    "P6": Question(
        ("words",),
        N_("Det er greit. Du kan spørre igjen når du vil."),
        N_("Jeg vil ikke ha plan nå"),
        N_("Du vil ikke ha plan nå. Det er greit."),
    ),
    "P12a": Question(
        ("until_on", "reason"),
        N_("I pausen får du ingen påminnelser. Du kan starte igjen når du vil."),
        N_("Ta pause"),
        N_("Nå har planen pause."),
        labels={"reason": N_("Hvorfor nå? Noen få ord er nok")},
        needs=("until_on", "reason"),
    ),
    "P12b": Question((), "", N_("Sett i gang"), N_("Planen er i gang igjen.")),
    "P13": Question(
        ("to_party_id", "wish_coordinator"),
        N_("Den du spør, svarer ja eller nei. Ingenting endres før det."),
        N_("Spør"),
        N_("Nå er spørsmålet sendt."),
        PEOPLE,
        {"to_party_id": N_("Hvem vil du ha?"), "wish_coordinator": N_("Hva er viktig for deg?")},
        needs=("to_party_id",),
    ),
    "P13u": Question((), "", N_("Trekk spørsmålet"), N_("Spørsmålet er trukket."), PEOPLE),
    "P13y": Question((), "", N_("Ja, det vil jeg"), N_("Nå er du koordinator.")),
    "P13n": Question(
        ("reason",),
        N_("Det er greit å si nei."),
        N_("Nei takk"),
        N_("Takk for svaret."),
        labels={"reason": N_("Hvorfor? Noen få ord er nok")},
        needs=("reason",),
    ),
    "P13w": Question(
        (),
        "",
        N_("Jeg vil ikke være koordinator lenger"),
        N_("Nå passer kommunen på planen."),
        PEOPLE,
    ),
    "P18c": Question(
        (),
        N_("Da blir planen her. Vi har fortsatt ansvaret."),
        N_("Planen skal bli her"),
        N_("Planen blir her."),
    ),
    "P21a": Question(
        ("party_id",),
        "",
        N_("Slutt å dele"),
        N_("Nå deler du ikke lenger."),
        SHARING,
        needs=("party_id",),
    ),
    "P21b": Question(
        (), "", N_("Slutt å dele med alle"), N_("Nå ser ingen andre planen."), SHARING
    ),
    "P21u": Question((), "", N_("Åpne planen igjen"), N_("Planen er åpen igjen."), SHARING),
    "P21c": Question(
        (),
        N_(
            "Da er planen slutt, og ingen andre ser den. "
            "Du kan angre i 30 dager. Du kan alltid lese den selv."
        ),
        N_("Jeg vil ikke ha planen lenger"),
        N_("Planen er avsluttet. Du kan angre."),
        SHARING,
    ),
    "P21v": Question((), "", N_("Jeg vil ha planen likevel"), N_("Planen din er åpen igjen.")),
    "P23": Question(
        ("about", "words"),
        N_(
            "Skriv slik du vil. Vi hjelper deg gjerne. Etterpå kan du skrive den ut og signere den."
        ),
        N_("Send klagen"),
        N_("Vi har fått klagen din."),
        RIGHTS,
        needs=("words",),
    ),
}

ACT_QUESTIONS: Mapping[str, Question] = {
    "A1": Question(
        ("most_important", "limits"),
        N_("Skriv det slik du sier det selv."),
        labels={"limits": N_("Grenser som andre må vite om")},
        keeps_version=True,
    ),
    "A2": Question(
        ("own_words", "condition"),
        N_("Et lite mål er også et mål."),
        after=PLAN,
        labels={"own_words": N_("Hva vil du få til?"), "condition": N_("Hva skal til?")},
        needs=("own_words",),
    ),
    "A3": Question(
        ("own_words",),
        "",
        after=PLAN,
        labels={"own_words": N_("Målet med mine ord")},
        needs=("own_words",),
    ),
    "A4": Question(("status",), "", after=PLAN),
    "A5": Question(
        ("name", "kind", "role", "phone"),
        N_("Du velger selv hvem som er med."),
        N_("Ta med"),
        N_("Nå er det skrevet i planen."),
        PEOPLE,
        {
            "name": N_("Hva heter personen?"),
            "kind": N_("Hvem er det?"),
            "role": N_("Hva kan personen hjelpe med?"),
        },
        needs=("name",),
    ),
    "A6": Question(
        ("reason",),
        "",
        N_("Ikke med lenger"),
        N_("Nå er det rettet."),
        PEOPLE,
        {"reason": N_("Vil du si hvorfor?")},
        instead=("A7", N_("Går det bra uten? Si det her")),
    ),
    "A7": Question(
        ("reason",),
        N_("Så fint at du klarer deg uten."),
        N_("Trengs ikke lenger"),
        N_("Så fint. Det er skrevet i planen."),
        PEOPLE,
    ),
    "A8": Question(
        ("party_id", "scopes", "until_on", "child_said"),
        N_("Du velger selv hva andre får se, og hvor lenge. Du kan endre det når du vil."),
        N_("Lagre"),
        N_("Nå er det slik du ville."),
        SHARING,
        {
            "scopes": N_("Hva vil du dele?"),
            "until_on": N_("Til når? Uten dato varer det til du sier stopp"),
            "child_said": N_("Hva sier barnet selv?"),
        },
        needs=("party_id", "scopes"),
        instead=("P21a", N_("Jeg vil slutte å dele")),
    ),
    "A35": Question(
        ("words",),
        N_("Skriv bare det andre trenger å vite. Du velger selv hvem som ser det."),
        after=PLAN,
        labels={"words": N_("Hva bør de som hjelper deg, vite om helsen din?")},
        needs=("words",),
    ),
    "A36": Question(
        ("note_id",),
        "",
        N_("Ta bort"),
        N_("Nå er det tatt bort."),
        PLAN,
        labels={"note_id": N_("Hva gjelder ikke lenger?")},
        needs=("note_id",),
    ),
    "A9": Question((), "", N_("Vi har snakket sammen"), N_("Fint. Det er skrevet ned."), PLAN),
    "A17": Question(
        ("title", "owner_system", "responsible"),
        N_("Den andre planen blir der den er."),
        after=PLAN,
        needs=("title",),
        labels={
            "title": N_("Hva heter den?"),
            "owner_system": N_("Hvor er den?"),
            "responsible": N_("Hvem kan vi spørre om den?"),
        },
    ),
    "A22": Question(
        ("ground_rules", "pen_holder"),
        "",
        after=PLAN,
        labels={
            "ground_rules": N_("Hva er viktig når vi møtes og snakker?"),
            "pen_holder": N_("Hvem skriver i planen?"),
        },
    ),
    "A23": Question(
        ("name", "phone", "can_do"),
        N_("En frivillig kan bli med deg på noe du liker."),
        after=PEOPLE,
        needs=("name",),
        labels={"name": N_("Hva heter personen?"), "can_do": N_("Hva vil dere gjøre sammen?")},
    ),
    "A24": Question(
        ("kind", "on"),
        N_("Da gjør vi oss klare i god tid."),
        after=PLAN,
        needs=("on",),
        labels={"kind": N_("Hva skal skje?")},
    ),
    "A11": Question(
        ("words",), "", N_("Send"), N_("Meldingen er sendt."), "person.messages", needs=("words",)
    ),
    "A13": Question(
        ("words",),
        N_("Koordinatoren svarer deg innen fem arbeidsdager."),
        N_("Send"),
        N_("Ønsket ditt er sendt. Du får svar."),
        labels={"words": N_("Hva ønsker du?")},
        needs=("words",),
    ),
    "A13c": Question(
        ("wish_coordinator",),
        N_("Du trenger ikke si hvorfor. Du får svar innen ti arbeidsdager."),
        N_("Send"),
        N_("Ønsket ditt er sendt. Du får svar."),
        PEOPLE,
    ),
    "A31": Question(
        ("words",),
        N_("Du får svar innen en måned."),
        N_("Be om innsyn"),
        N_("Du har bedt om innsyn. Du får svar innen en måned."),
        RIGHTS,
        labels={"words": N_("Hva vil du se?")},
    ),
    "A37": Question(
        ("words",),
        N_("Du får svar innen en måned. Det som sto der før, blir stående i historien."),
        N_("Be om retting"),
        N_("Du har bedt om retting. Du får svar innen en måned."),
        RIGHTS,
        labels={"words": N_("Hva er feil? Hva skal det stå?")},
        needs=("words",),
    ),
    "A39": Question(
        ("words",),
        N_("Du får svar innen en måned. Ofte sier loven at vi må ta vare på det."),
        N_("Be om sletting"),
        N_("Du har bedt om sletting. Du får svar innen en måned."),
        RIGHTS,
        labels={"words": N_("Hva vil du ha bort?")},
    ),
    "A14": Question(
        (), "", N_("Jeg har fått den på papir"), N_("Fint. Det er skrevet ned."), "person.paper"
    ),
    "A18": Question(
        ("words",),
        N_("Det du sier, blir stående ved siden av."),
        N_("Si fra"),
        N_("Takk. Det står nå i planen."),
        "person.read",
        needs=("words",),
    ),
}

MEASURE_QUESTIONS: Mapping[str, Question] = {
    "M1": Question(
        ("text", "goal_id"),
        N_("Koordinatoren svarer deg innen fem arbeidsdager."),
        N_("Send forslaget"),
        N_("Forslaget er sendt. Du får svar."),
        labels={"text": N_("Hva vil du at vi gjør?")},
        needs=("text",),
    ),
    "M4a": Question(
        ("words",),
        N_("Det er greit å si nei."),
        N_("Nei takk"),
        N_("Du sa nei takk. Vi tar det ikke opp igjen uten deg."),
    ),
    "M5": Question((), "", N_("Jeg er i gang"), N_("Så bra."), PLAN),
    "M6": Question((), "", N_("Gjort!"), N_("Så bra. Det er skrevet i planen.")),
    "M8": Question(
        ("due_on",),
        N_("Så fint. Når vil du ha gjort det?"),
        N_("Vi gjør det en gang til"),
        after=PLAN,
        needs=("due_on",),
    ),
    "M9": Question(
        (), "", N_("Jeg er ferdig med dette"), N_("Så bra. Det er skrevet i planen."), PLAN
    ),
    "M12": Question(
        ("to_party_id", "reason"),
        N_("Du har det til den du spør, har sagt ja."),
        N_("Spør"),
        N_("Nå er spørsmålet sendt."),
        PLAN,
        needs=("to_party_id",),
    ),
    "M10": Question(
        ("next_step",),
        N_("Sånt skjer. Det er bare fint å si fra."),
        N_("Det ble ikke noe av"),
        N_("Takk for at du sa fra."),
    ),
    "M11": Question(
        ("due_on", "reason"),
        "",
        N_("Flytt"),
        N_("Datoen er flyttet."),
        labels={"reason": N_("Hvorfor? Noen få ord er nok")},
        needs=("due_on", "reason"),
    ),
    "M13a": Question((), "", N_("Ja, jeg tar over"), N_("Takk. Nå er det din oppgave.")),
    "M13b": Question(
        ("reason",),
        N_("Det er greit å si nei."),
        N_("Jeg kan ikke"),
        N_("Takk for svaret."),
        labels={"reason": N_("Vil du si hvorfor?")},
    ),
    "M16": Question(
        ("reason",),
        N_("Da blir det som det var før."),
        N_("Angre"),
        N_("Nå er det som før."),
        PLAN,
        {"reason": N_("Vil du si hvorfor?")},
    ),
    "M18": Question(("text",), "", after=PLAN, keeps_version=True),
}

MEETING_QUESTIONS: Mapping[str, Question] = {
    "V1": Question(
        ("starts_on", "starts_time", "place", "party_ids", "agenda"),
        N_("Du velger hvem som kommer. Dere kan flytte det etterpå."),
        N_("Be om møte"),
        N_("Vi har fått det. Du får en innkalling."),
        MEETING,
        {
            "starts_on": N_("Hvilken dag passer?"),
            "place": N_("Hvor?"),
            "agenda": N_("Hva vil du snakke om?"),
        },
        needs=("starts_on",),
    ),
    "V3": Question(
        ("reason", "stand_in"),
        N_("Det er greit. Fint at du sier fra."),
        N_("Jeg kan ikke komme"),
        N_("Takk for at du sa fra."),
        MEETING,
    ),
    "V7": Question(
        ("reason",), "", N_("Avlys møtet"), N_("Møtet er avlyst."), MEETING, needs=("reason",)
    ),
    "V8": Question(("reason",), "", N_("Angre"), N_("Nå er det som før."), MEETING),
    "V9": Question(("reply", "reason"), "", N_("Send svar"), N_("Takk for svaret.")),
    "V10": Question(
        ("written_view", "support_person"),
        N_("Alle som kommer, får se dette før møtet."),
        after=MEETING,
        keeps_version=True,
    ),
}

QUESTIONS: Mapping[str, Question] = {
    **PLAN_QUESTIONS, **ACT_QUESTIONS, **MEASURE_QUESTIONS, **MEETING_QUESTIONS,
}  # fmt: skip
# What somebody around the plan may ask of it without being the person.
OF_OTHERS = frozenset({"A6", "A11", "M6", "M10", "M11", "M13a", "M13b", "V3", "V9"})
