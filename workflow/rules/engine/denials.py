"""Why a step may not be taken, as codes that words turns into sentences, and the named errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Denial:
    """One reason: its code, what the sentence needs, who can clear it and by which row."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    who_can: tuple[str, ...] = ()
    clears: str = ""


class PlanlopError(Exception):
    """The root of every error the program raises on purpose; `code` finds its sentence."""

    code = "error"

    def __init__(self, detail: str = "", **params: object) -> None:
        super().__init__(detail or self.code)
        self.params = params


class Refused(PlanlopError):
    """The step is not allowed now; `denials` says why, from the code that decided."""

    code = "refused"

    def __init__(self, denials: Sequence[Denial]) -> None:
        super().__init__(", ".join(d.code for d in denials))
        self.denials = tuple(denials)


class StillHolds(Refused):
    """Somebody leaves and still holds something; `held` lists it, with who can clear each."""

    code = "still_holds"

    def __init__(self, name: str, held: Sequence[object], who_can: tuple[str, ...]) -> None:
        super().__init__([Denial("still_holds", {"name": name}, who_can)])
        self.held = tuple(held)


class UnknownStep(PlanlopError):
    """No step has that name; `near` are the names that may have been meant."""

    code = "unknown_step"

    def __init__(self, name: str, near: Sequence[str] = ()) -> None:
        super().__init__(repr(name))
        self.name, self.near = name, tuple(near)


class AmbiguousStep(PlanlopError):
    """A verb that several things have, and nothing says which is meant; `choices` are the full names."""

    code = "ambiguous_step"

    def __init__(self, verb: str, choices: Sequence[str]) -> None:
        super().__init__(f"{verb}: {', '.join(choices)}")
        self.choices = tuple(choices)


class WrongSubject(PlanlopError):
    """The step is about another kind of thing than the one it was given."""

    code = "wrong_subject"


class Stale(PlanlopError):
    """The row was changed by somebody else while it was being edited (409)."""

    code = "stale_version"


class PlanMoved(PlanlopError):
    """Only the plan's head moved; the step is taken again unseen (at most five times)."""

    code = "plan_moved"


class NotThere(PlanlopError):
    """No such plan for this reader: not there and not yours look the same (404)."""

    code = "not_there"


class SecondOpenPlan(PlanlopError):
    """The person already has an open plan; only the coordinating unit may hear of it."""

    code = "second_open_plan"


class BadInput(PlanlopError):
    """Fields that cannot be accepted: a list of (field, code, params)."""

    code = "bad_input"

    def __init__(self, problems: Sequence[tuple[str, str, Mapping[str, object]]]) -> None:
        super().__init__("; ".join(f"{name}: {code}" for name, code, _ in problems))
        self.problems = tuple(problems)


class ReadOnly(PlanlopError):
    """The database cannot be written; nothing is shown without its trace (503)."""

    code = "read_only"
