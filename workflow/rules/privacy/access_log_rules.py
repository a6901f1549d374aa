"""What in a month's access log a human must look at: hours, names, numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date, datetime, timedelta
from statistics import median

from workflow.rules.calendar.clock import oslo_time
from workflow.rules.calendar.workdays import is_workday
from workflow.rules.text.name_order import sort_key

ODD_HOURS, SAME_SURNAME, SAME_ADDRESS = "odd_hours", "same_surname", "same_address"
MANY_PLANS, BREAK_GLASS, COLLEAGUE = "many_plans", "break_glass", "colleague"
KINDS = (BREAK_GLASS, SAME_ADDRESS, SAME_SURNAME, COLLEAGUE, ODD_HOURS, MANY_PLANS)

DAY_BEGINS, DAY_ENDS = 6, 22  # Norwegian wall clock
USUAL_SHARE = 0.01  # of the reader's own looks in the months before
USUAL_MONTHS = 6
TIMES_THE_MEDIAN, FEWEST_PLANS = 3, 20
REVIEWED_WITHIN = timedelta(days=14)  # calendar days after the review was made

Hour = tuple[bool, int]  # whether the day is a working day, and the hour


def hour_of(at: datetime, closing: Set[date]) -> Hour:
    """Which kind of hour a look lies in, Norwegian time.

    The kind of day and the hour, not the day of the week: shifts move over the week, so that the
    same night hour on another weekday is as usual.
    """
    local = oslo_time(at)
    return is_workday(local.date(), closing), local.hour


def is_outside(hour: Hour) -> bool:
    """Before 06, from 22 on, or on a Saturday, Sunday, public holiday or closing day."""
    workday, number = hour
    return not workday or not DAY_BEGINS <= number < DAY_ENDS


def unusual(looks: Iterable[tuple[datetime, Hour]], usual: Counter[Hour]) -> list[datetime]:
    """Looks outside office hours at which this reader seldom works.

    Who works shifts looks at night every week: an hour that held one in a hundred of her own
    looks in the six months before is usual for her.
    """
    total = usual.total()
    return [
        at
        for at, hour in looks
        if is_outside(hour) and (not total or usual[hour] < USUAL_SHARE * total)
    ]


def surname(name: str) -> str:
    """The last word of a name, folded: «Lie» of «Mona Lie»; nothing where there is one word."""
    words = sort_key(name).split()
    return words[-1] if len(words) > 1 else ""


def same_surname(one: str, other: str) -> bool:
    """Whether two names end alike."""
    return bool(surname(one)) and surname(one) == surname(other)


def many_plans(plans: Mapping[str, int], roles: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Who opened far more plans than others in the same role: at least 20, and thrice their median.

    Of several roles the one with the highest bound counts; where nobody else has the role, all
    others are compared with.
    """
    return {
        party: number
        for party, number in plans.items()
        if number >= max(FEWEST_PLANS, _bound(party, plans, roles))
    }


def _bound(party: str, plans: Mapping[str, int], roles: Mapping[str, Sequence[str]]) -> float:
    others = {key: number for key, number in plans.items() if key != party}
    alike = [
        [number for key, number in others.items() if role in roles.get(key, ())]
        for role in roles.get(party, ())
    ]
    groups = [group for group in alike if group] or [list(others.values())]
    return max(TIMES_THE_MEDIAN * median(group or [0]) for group in groups)
