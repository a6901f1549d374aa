"""The invented municipality's units, staff and people, and the offices they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from workflow.acts.accounts import staff_roles
from workflow.record.access.open_plan import Actor
from workflow.rules.calendar.clock import at_oslo
from workflow.rules.calendar.workdays import birthday_on as turns
from workflow.rules.notices.timing import COORDINATOR, EMAIL

NAME, NUMBER, PHONE = "Fjordvik", "9999", "55 50 99 00"
YEARS_AGO = timedelta(days=1500)
TOLD_BY_COORDINATOR = "kim"

Units = Mapping[str, tuple[str, str, str, str]]
Staff = Mapping[str, tuple[str, str, str, tuple[str, ...]]]

# key: name, kind, telephone, unit above
UNITS: Units = {
    "helse": ("Helse og velferd", "service", "55 50 99 01", ""),
    "tildeling": ("Tildelingskontoret", "ordering", "55 50 99 10", "helse"),
    "ke": ("Koordinerende enhet", "coordinating", "55 50 99 20", "helse"),
    "mat": ("Miljøarbeidertjenesten, rus og psykisk helse", "service", "55 50 99 30", "helse"),
}

# key: name, title, unit, roles
STAFF: Staff = {
    "oda": ("Oda Myrvang", "Saksbehandler", "tildeling", ("decider",)),
    "odin": ("Odin Haugstad", "Saksbehandler", "tildeling", ("decider",)),
    "turid": ("Turid Solbakk", "Leder", "tildeling", ("leader", "decider")),
    "liv": ("Liv Nesbakken", "Systemkoordinator", "ke", ("coordinating", "coordinator")),
    "leif": ("Leif Granmo", "Rådgiver", "ke", ("coordinating", "administrator")),
    "mona": ("Mona Lillevik", "Miljøarbeider", "mat", ("coordinator", "worker")),
    "per": ("Per Fagerheim", "Vernepleier", "mat", ("coordinator", "worker")),
    "siv": ("Siv Ørnes", "Sykepleier", "mat", ("coordinator", "worker")),
    "aslak": ("Aslak Tinden", "Miljøarbeider", "mat", ("worker",)),
    "lars": ("Lars Vestgård", "Avdelingsleder", "mat", ("leader",)),
    "berit": ("Berit Kvalheim", "Kommunalsjef", "helse", ("leader",)),
    "pia": ("Pia Strandmo", "Personvernombud", "helse", ("privacy_officer",)),
}

# key: name, title, organisation; people of other services, relatives and a volunteer
OTHERS = {
    "naima": ("Naima Aasgård", "Veileder", "Nav Fjordvik"),
    "gp": ("Guro Perstad", "Fastlege", "Fjordvik legesenter"),
    "kurt": ("Kurt Lavik", "Husvert", "Fjordvik boligstiftelse"),
    "hilde": ("Hilde Rømo", "Spesialsykepleier", "Solvang behandlingssenter"),
    "tone": ("Tone Brekke", "Lærer", "Fjordvik skole"),
    "frode": ("Frode Ulvang", "Frivillig", "Fjordvik turlag"),
    "sol": ("Solveig Hagtun", "Søster", ""),
    "mor": ("Ingrid Bjørkli", "Mor", ""),
    "far": ("Jonas Bjørkli", "Far", ""),
    "lisbet": ("Lisbet Midtun", "Mor", ""),
    "hanne": ("Hanne Solvik", "Helsesykepleier", "Fjordvik skole"),
}

# key: name, birthday; a year counted back from the loading where it is a number
PERSONS: dict[str, tuple[str, int]] = {
    "kim": ("Kim Nordnes", 43),
    "sara": ("Sara Lundstad", 29),
    "emil": ("Emil Bjørkli", 9),
    "nora": ("Nora Finstad", 17),
    "arne": ("Arne Moldjord", 61),
    "wenche": ("Wenche Alsaker", 55),
    "yusuf": ("Yusuf Karimi", 34),
    "maja": ("Maja Torsvik", 24),
    "geir": ("Geir Hovden", 48),
    "lena": ("Lena Viksund", 38),
    "olav": ("Olav Kråkmo", 72),
    "ida": ("Ida Sletta", 21),
    "tor": ("Tor Inge Bergvik", 50),
    "anne": ("Anne Mari Flåtten", 66),
    "roger": ("Roger Stenvoll", 45),
    "hege": ("Hege Nybakk", 33),
    "stian": ("Stian Dalheim", 27),
    "bodil": ("Bodil Storvik", 58),
    "amir": ("Amir Rostad", 31),
    "karin": ("Karin Eidnes", 69),
    "jon": ("Jon Petter Lia", 40),
    "vibeke": ("Vibeke Aune", 36),
    "ruth": ("Ruth Holmvik", 75),
    "terje": ("Terje Skogmo", 53),
    "silje": ("Silje Midtun", 14),
    "knut": ("Knut Ravnå", 64),
    "fatma": ("Fatma Yildrim", 42),
    "oskar": ("Oskar Breivang", 19),
    "marit": ("Marit Hjelle", 47),
    "jens": ("Jens Ole Tangen", 37),
    "gunn": ("Gunn Åsebø", 59),
    "espen": ("Espen Lillebo", 30),
    "randi": ("Randi Fossum", 71),
    "petter": ("Petter Nygjerde", 44),
    "laila": ("Laila Somby", 52),
    "henrik": ("Henrik Vollan", 23),
    "elin": ("Elin Kverndal", 35),
    "morten": ("Morten Aasheim", 49),
    "synne": ("Synne Rognli", 22),
    "bjarne": ("Bjarne Utvik", 63),
}


@dataclass
class Town:
    """The municipality as it was loaded: keys of units and people by their short names."""

    session: Session
    now: datetime
    unit: dict[str, str] = field(default_factory=dict)
    party: dict[str, str] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """Somebody of the town as actor; `clock` and `operator` too."""
        if name in ("clock", "operator"):
            return Actor(None, name)
        return Actor(self.party[name])

    def ago(self, days: float) -> datetime:
        """The instant that many calendar days before the loading."""
        return self.now - timedelta(days=days)


def build(session: Session, now: datetime, number: str = NUMBER) -> Town:
    """The municipality, its units and everybody in it."""
    long_ago = now - YEARS_AGO
    staff_roles.add_municipality(session, NAME, number, long_ago, phone=PHONE)
    town = Town(session, now)
    place_units(town, UNITS)
    hire_staff(town, STAFF, UNITS, long_ago)
    _others(town, long_ago)
    _persons(town, long_ago)
    for child, parent in (("emil", "mor"), ("emil", "far"), ("silje", "lisbet")):
        _represent(town, child, parent, now.date())
    away = (town.party["aslak"], town.ago(3), town.ago(-11), town.party["per"])
    staff_roles.note_absence(session, *away)
    return town


def _represent(town: Town, child: str, parent: str, today: date) -> None:
    """A parent acts for the child until the 16th birthday."""
    age, number = PERSONS[child][1], list(PERSONS).index(child)
    born = birthday(today, age, number)
    sixteen = at_oslo(turns(born, 16), time(0, 0))
    staff_roles.represent(
        town.session,
        town.party[child],
        town.party[parent],
        "parent",
        at_oslo(born, time(0, 0)),
        sixteen,
    )


def email_of(name: str) -> str:
    """An address of the reserved domain that no mail can reach."""
    plain = name.casefold().translate(str.maketrans("æøå ", "aoa."))
    return f"{plain}@example.test"


def _add(town: Town, short: str, name: str, since: datetime, **more: Any) -> str:
    number = len(town.party) + 1
    plain = f"900 99 {number:03d}"
    town.party[short] = staff_roles.add_party(
        town.session,
        name,
        since,
        email=email_of(name),
        phone=plain,
        **more,
    )
    return town.party[short]


def place_units(town: Town, units: Units) -> None:
    """The units, those above before those below."""
    for short, (name, kind, phone, above) in units.items():
        town.unit[short] = staff_roles.add_unit(
            town.session,
            name,
            kind,
            phone=phone,
            parent_id=town.unit.get(above),
        )


def hire_staff(town: Town, staff: Staff, units: Units, since: datetime) -> None:
    """Those who work there, with their roles."""
    for short, (name, title, unit, roles) in staff.items():
        party = _add(town, short, name, since, title=title, organisation=units[unit][0])
        for role in roles:
            staff_roles.give_role(town.session, party, town.unit[unit], role, since)


def _others(town: Town, since: datetime) -> None:
    for short, (name, title, organisation) in OTHERS.items():
        _add(town, short, name, since, title=title, organisation=organisation)


def _persons(town: Town, since: datetime) -> None:
    for number, (short, (name, age)) in enumerate(PERSONS.items()):
        born = birthday(town.now.date(), age, number)
        way = COORDINATOR if short == TOLD_BY_COORDINATOR else EMAIL
        _add(town, short, name, since, born_on=born, channel=way)


def birthday(today: date, age: int, number: int) -> date:
    """A day that makes somebody that old now, for some weeks yet."""
    before = today - timedelta(days=30 + 7 * number % 300)
    return date(before.year - age, before.month, min(before.day, 28))
