"""What a digest says, and in which order: what, of which plan, until when, how late; never whose, never what about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from workflow.acts.delivery.email_text import digest_lines, text, write_mail
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep
from workflow.rules.tables import TRANSITIONS
from workflow.words.notices.digest import OUTSIDE_NEWS, DigestLine, line_of
from workflow.words.notices.notices import DEADLINES
from workflow.words.steps.catalogue import WORDS

TODAY = date(2026, 5, 12)
ADDRESS = "https://plan.invalid"
REVIEW = DigestLine(DeadlineCode.REVIEW, "7F3K", due_on=TODAY, role="coordinator")
REPLY = DigestLine(
    DeadlineCode.PROVISIONAL_REPLY, "9B2C", due_on=TODAY, by_law=True, role="decider"
)


def at(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (REVIEW, "7F3K: Evaluering av planen · frist i dag"),
        (
            replace(REVIEW, due_on=at(-12)),
            "7F3K: Evaluering av planen · frist 30. april 2026, 12 dager over",
        ),
        (
            replace(REVIEW, due_on=at(-1)),
            "7F3K: Evaluering av planen · frist 11. mai 2026, en dag over",
        ),
        (replace(REVIEW, due_on=at(21)), "7F3K: Evaluering av planen · frist 2. juni 2026"),
        (
            replace(REPLY, due_on=at(-2)),
            "9B2C: Et foreløpig svar skal sendes · frist 10. mai 2026, 2 dager over · lov",
        ),
        (
            DigestLine(MeasureStep.DONE, "7F3K", told_on=at(-1)),
            "7F3K: Et tiltak er gjort · 11. mai 2026",
        ),
        (
            DigestLine(MeetingStep.CANCEL, "7F3K", told_on=TODAY, meeting_on=at(4)),
            "7F3K: Et møte er avlyst (møtet 16. mai 2026) · 12. mai 2026",
        ),
        (
            DigestLine(PlanStep.GRANT, "7F3K", role="receiver", told_on=TODAY),
            "7F3K: Du er spurt om å være koordinator · 12. mai 2026",
        ),
        (
            DigestLine("overview", figures={"over": 12, "law": 3, "oldest": 41}, role="leader"),
            "Ukens oversikt: 12 over fristen, 3 av dem etter lov. Den eldste er 41 dager over.",
        ),
    ],
)
def test_a_line_says_what_of_which_plan_until_when_and_how_late(
    told: DigestLine, line: str
) -> None:
    assert line_of(told, "nb", TODAY) == line


def test_a_date_that_is_not_ours_to_keep_is_never_late() -> None:
    ends = DigestLine(DeadlineCode.CONSENT_ENDS, "7F3K", due_on=at(-9))
    assert "over" not in line_of(ends, "nb", TODAY)


def test_law_comes_first_then_the_oldest_and_what_the_law_sets_is_never_cut() -> None:
    late = [replace(REVIEW, plan_number=f"R{days}", due_on=at(-days)) for days in (1, 9, 5)]
    law = [replace(REPLY, plan_number=f"L{days}", due_on=at(-days)) for days in (0, 3, 1, 2, 4, 6)]
    overview = DigestLine("overview", figures={"over": 9, "law": 6, "oldest": 9})
    shown, more = digest_lines([*late, *law, overview], "nb", TODAY)
    assert [line.partition(":")[0] for line in shown] == [
        "Ukens oversikt",
        *("L6", "L4", "L3", "L2", "L1", "L0"),
    ]
    assert more == 3
    shown, more = digest_lines([*late, *law[:1]], "nb", TODAY)
    assert [line.partition(":")[0] for line in shown] == ["L0", "R9", "R5", "R1"]
    assert more == 0


def test_the_subject_has_figures_for_who_works_here_and_none_for_others() -> None:
    def subject(*lines: DigestLine) -> str:
        now = datetime(2026, 5, 12, 8, tzinfo=UTC)
        mail = write_mail("a@b.invalid", "c@d.invalid", "m", lines, "en", ADDRESS, now)
        return mail.decode().partition("Subject: ")[2].partition("\r\n")[0]

    late = replace(REVIEW, due_on=at(-3))
    assert "2 over the date, 3 in all" in subject(REVIEW, late, late).replace("=20", " ").replace(
        "_", " "
    )
    assert "by" in subject(REPLY) and "law" in subject(REPLY)
    neutral = subject(replace(REVIEW, for_person=True))
    assert neutral == subject(replace(late, outside=True))
    assert neutral == subject(replace(REPLY, for_person=True), REPLY)


OUTSIDE_ROLES = {"participants", "called", "accountable", "chair", "addressee", "sender"}


def codes_told_outside() -> list[str]:
    """What people who do not work here may be told of."""
    steps = [row.name for row in TRANSITIONS.values() if OUTSIDE_ROLES & set(row.notifies)]
    return [*steps, DeadlineCode.MEASURE_DUE, DeadlineCode.MINUTES_DUE]


@pytest.mark.parametrize("code", codes_told_outside())
def test_who_does_not_work_here_reads_everyday_words(code: str) -> None:
    due = at(-3) if code in DEADLINES else None
    words = line_of(DigestLine(code, "7F3K", outside=True, due_on=due, told_on=TODAY), "nb", TODAY)
    for jargon in ("iltak", "valuer", "edtak", "eferat", "nnkall", "forfalt", "dager over", "lov"):
        assert jargon not in words, words
    known = code in DEADLINES or bool(WORDS[code].outside)
    assert (OUTSIDE_NEWS in words) is not known


def test_the_persons_own_mail_says_nothing_of_what() -> None:
    words = text([replace(REPLY, for_person=True)], "nb", ADDRESS, TODAY)
    assert words == f"Du har noe nytt i planen din.\n\nSe her: {ADDRESS}\n"


def test_no_line_names_anybody_or_tells_what_a_plan_is_about() -> None:
    """A line is made of the catalogue's words, a plan's number, days and figures, and of nothing else."""
    fields = set(DigestLine.__dataclass_fields__)
    assert fields == {
        *("code", "plan_number", "for_person", "role", "outside", "told_on", "due_on"),
        *("by_law", "meeting_on", "figures"),
    }
