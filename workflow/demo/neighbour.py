"""The invented neighbour, so that a plan can be handed over: offices and staff, and no plan yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from workflow.acts.accounts import staff_roles
from workflow.demo.town import YEARS_AGO, Staff, Town, Units, hire_staff, place_units

NAME, NUMBER, PHONE, HOST = "Nabovik", "9998", "55 50 98 00", "nabovik.localhost"

UNITS: Units = {
    "helse": ("Helse og mestring", "service", "55 50 98 01", ""),
    "tildeling": ("Forvaltningskontoret", "ordering", "55 50 98 10", "helse"),
    "ke": ("Koordinerende enhet", "coordinating", "55 50 98 20", "helse"),
    "psyk": ("Psykisk helse og rus", "service", "55 50 98 30", "helse"),
}

STAFF: Staff = {
    "signe": ("Signe Vågan", "Saksbehandler", "tildeling", ("decider",)),
    "nils": ("Nils Bergheim", "Systemkoordinator", "ke", ("coordinating", "administrator")),
    "ragna": ("Ragna Solli", "Vernepleier", "psyk", ("coordinator", "worker")),
    "johan": ("Johan Elvestad", "Avdelingsleder", "psyk", ("leader",)),
    "tuva": ("Tuva Myrland", "Personvernombud", "helse", ("privacy_officer",)),
}


def load_neighbour(session: Session, now: datetime) -> None:
    """Loads the municipality in the caller's transaction. now is an aware UTC instant."""
    since = now - YEARS_AGO
    staff_roles.add_municipality(session, NAME, NUMBER, since, phone=PHONE)
    town = Town(session, now)
    place_units(town, UNITS)
    hire_staff(town, STAFF, UNITS, since)
