"""What a person's age means for who says yes: 12, 16 and 18 (pbrl §§ 4-3, 4-4 and 3-4); no SQL here."""

from __future__ import annotations

from datetime import date

from workflow.rules.calendar.workdays import birthday_on

HEARD_FROM = 12  # heard from here on, and may ask that the parents are not told
DECIDES_FROM = 16  # gives and ends consent alone; a parent's representation is over
OF_AGE_FROM = 18


def age_on(born_on: date, day: date) -> int:
    """Full years on a Norwegian calendar day; who was born on 29 February has turned on the 28th."""
    years = day.year - born_on.year
    return years if birthday_on(born_on, years) <= day else years - 1


def decides_alone(age: int | None) -> bool:
    """Whether nobody says yes in the person's place because of age; so too where it is not known."""
    return age is None or age >= DECIDES_FROM


def is_heard(age: int | None) -> bool:
    """Whether a parent says yes, and the child is heard first (12 to 15 years)."""
    return age is not None and HEARD_FROM <= age < DECIDES_FROM
