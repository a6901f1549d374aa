"""Telephone numbers as people read them: in groups, though they are stored without a blank."""

from __future__ import annotations

from itertools import pairwise

MOBILE_STARTS = "49"


def group_digits(digits: str) -> str:
    """The digits in the groups that people say them in: 910 11 223, 22 33 44 55; nothing for nothing."""
    national = digits.removeprefix("+47")
    mobile = national[:1] in MOBILE_STARTS
    cuts = {6: (0, 3, 6), 8: (0, 3, 5, 8) if mobile else (0, 2, 4, 6, 8)}
    groups = pairwise(cuts.get(len(national), (0, len(national))))
    return "\N{NO-BREAK SPACE}".join(national[start:end] for start, end in groups)
