"""What the person has been promised, said as it stands today: a day that has been is not told as one to come."""

from __future__ import annotations

from web.page.formats import When, as_day, day
from web.request.clock import today
from web.request.translate import gettext


def promised_answer(by: When) -> str:
    """By which day the answer comes, or that it should have come and what she can do."""
    if by is not None and as_day(by) < today():
        return gettext("Du skulle fått svar innen %(day)s. Ring oss gjerne.", day=day(by))
    return gettext("Du får svar innen %(day)s.", day=day(by))
