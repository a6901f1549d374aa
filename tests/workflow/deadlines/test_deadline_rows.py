"""Every deadline that a row starts is ended by some row, so that nothing stays overdue for ever."""

from __future__ import annotations

from workflow.rules.deadlines.kinds import KINDS
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.tables import TRANSITIONS

STARTED = {code for row in TRANSITIONS.values() for code in row.starts}
MET = {code for row in TRANSITIONS.values() for code in row.meets}
# The quiet plan's and the appeal window's clocks end with the plan or are set anew by life itself;
# what relatives see is counted anew whenever it is discussed.
ENDED_OTHERWISE = {
    DeadlineCode.QUIET_PLAN,
    DeadlineCode.APPEAL_WINDOW,
    DeadlineCode.ENDS_BY_DECISION,
    DeadlineCode.DISCUSS_WITH_RELATIVES,
}


def test_every_started_deadline_has_a_row_that_meets_it() -> None:
    assert not STARTED - MET - ENDED_OTHERWISE


def test_every_met_deadline_is_started_by_some_row() -> None:
    assert not MET - STARTED


def test_every_started_deadline_is_a_known_kind() -> None:
    assert not STARTED - set(KINDS)
