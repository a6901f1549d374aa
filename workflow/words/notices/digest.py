"""The lines of a digest: what, of which plan, until when, how late; no name and no content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from workflow.language import translate
from workflow.rules.deadlines.kinds import NEVER_OVERDUE
from workflow.words.notices.notices import DEADLINES, OVERVIEW, notice_sentence
from workflow.words.steps.catalogue import WORDS
from workflow.words.text.translatable import N_

OF_PLAN = N_("%(plan)s: %(what)s")
DUE_ON = N_("%(what)s · frist %(day)s")
DUE_TODAY = N_("%(what)s · frist i dag")
ONE_DAY_OVER = N_("%(what)s · frist %(day)s, en dag over")
DAYS_OVER = N_("%(what)s · frist %(day)s, %(days)s dager over")
SINCE = N_("%(what)s · %(day)s")
OF_MEETING = N_("%(what)s (møtet %(day)s)")
BY_LAW = N_("%(what)s · lov")
FIGURES = N_("%(what)s: %(over)s over fristen")
FIGURES_BY_LAW = N_("%(what)s, %(law)s av dem etter lov")
FIGURES_OLDEST = N_("%(what)s. Den eldste er %(days)s dager over.")
FIGURES_NEW = N_("%(what)s. Ingen er mer enn en dag over.")

SUBJECT_NEWS = N_("Planløp: %(count)s nytt")
SUBJECT_LATE = N_("Planløp: %(late)s over fristen, %(count)s i alt")
SUBJECT_LAW = N_("Planløp: %(law)s etter lov, %(late)s over fristen, %(count)s i alt")

# What relatives, volunteers and others who do not work here are told: everyday words.
OUTSIDE_MAIL = N_("Dette er nytt for deg i Planløp:")
OUTSIDE_NEWS = N_("Det er noe nytt i en plan du er med i")
OUTSIDE_DATE = N_("Noe du er med på, har en dato. Går det bra?")


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One notice as a message may tell it: codes, days (Norwegian) and numbers.

    outside: the reader does not work here. due_on: of a deadline. meeting_on: of a meeting's step.
    figures: of the week's overview (over, law, oldest in days).
    """

    code: str
    plan_number: str = ""
    for_person: bool = False
    role: str = ""
    outside: bool = False
    told_on: date | None = None
    due_on: date | None = None
    by_law: bool = False
    meeting_on: date | None = None
    figures: Mapping[str, int] = field(default_factory=dict)

    def days_over(self, today: date) -> int:
        """How many calendar days it is over its date; 0 where it is not, or cannot be."""
        if self.due_on is None or self.code in NEVER_OVERDUE:
            return 0
        return max((today - self.due_on).days, 0)

    @property
    def never_cut(self) -> bool:
        """Whether it stands in a digest however long that is."""
        return self.by_law or self.code == OVERVIEW

    def rank(self) -> tuple[bool, bool, date]:
        """The overview first, then what the law sets, then the oldest."""
        return (self.code != OVERVIEW, not self.by_law, self.due_on or self.told_on or date.max)


def line_of(told: DigestLine, language: str, today: date) -> str:
    """One line about a notice, for whoever is told of it."""
    what = translate(_sentence(told), {}, language)
    if told.meeting_on:
        what = translate(OF_MEETING, {"what": what, "day": told.meeting_on}, language)
    if told.code == OVERVIEW:
        what = _with_figures(what, told.figures, language)
    what = _with_date(what, told, language, today)
    if told.by_law and not told.outside:
        what = translate(BY_LAW, {"what": what}, language)
    if not told.plan_number:
        return what
    return translate(OF_PLAN, {"plan": told.plan_number, "what": what}, language)


def _sentence(told: DigestLine) -> str:
    own = notice_sentence(told.code, told.for_person, told.role)
    if not told.outside or told.for_person or told.role == "receiver":
        return own
    said = WORDS.get(told.code)
    return (
        said.outside if said else OUTSIDE_DATE if told.code in DEADLINES else ""
    ) or OUTSIDE_NEWS


def _with_date(what: str, told: DigestLine, language: str, today: date) -> str:
    """Until when, and how late; of what happened since when. Nobody outside is called late."""
    if told.due_on is None:
        known = told.told_on and told.code != OVERVIEW
        return translate(SINCE, {"what": what, "day": told.told_on}, language) if known else what
    days = 0 if told.outside else told.days_over(today)
    if told.due_on == today:
        return translate(DUE_TODAY, {"what": what}, language)
    text = DAYS_OVER if days > 1 else ONE_DAY_OVER if days else DUE_ON
    values = {"what": what, "day": told.due_on, **({"days": days} if days > 1 else {})}
    return translate(text, values, language)


def _with_figures(what: str, figures: Mapping[str, int], language: str) -> str:
    if not figures.get("over"):
        return what
    what = translate(FIGURES, {"what": what, "over": figures["over"]}, language)
    if figures.get("law"):
        what = translate(FIGURES_BY_LAW, {"what": what, "law": figures["law"]}, language)
    if figures["oldest"] < 2:
        return translate(FIGURES_NEW, {"what": what}, language)
    return translate(FIGURES_OLDEST, {"what": what, "days": figures["oldest"]}, language)


def subject_of(lines: Sequence[DigestLine], neutral: str, language: str, today: date) -> str:
    """What stands above a mail: figures for who works here, for all others the neutral words."""
    if any(line.for_person or line.outside for line in lines):
        return translate(neutral, {}, language)
    law = sum(line.by_law for line in lines)
    late = sum(line.days_over(today) > 0 for line in lines)
    text = SUBJECT_LAW if law else SUBJECT_LATE if late else SUBJECT_NEWS
    values = {"count": len(lines), **({"late": late} if law or late else {})}
    return translate(text, {**values, **({"law": law} if law else {})}, language)
