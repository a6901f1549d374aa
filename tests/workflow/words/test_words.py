"""Every code has its words: complete tables, places the rules fill, kind and easy to the person."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from tests.repo.test_messages import lix, translated
from tests.repo.tree import ROOT
from workflow.acts.plan.ending import END_REASONS
from workflow.language import LANGUAGES
from workflow.record.access.open_plan import ROLE_RELATION
from workflow.rules.deadlines.kinds import KINDS
from workflow.rules.engine import policy
from workflow.rules.engine.denials import Denial, PlanlopError, Stale
from workflow.rules.engine.own_interest import (
    AT_LENT_SCREEN,
    BY_TWO,
    OWN_INTEREST,
    OWN_QUESTION,
    OWN_WORK,
)
from workflow.rules.engine.transition import Guard
from workflow.rules.engine.vocabulary import MEETING_STATES, RELATIONS, STAFF_ROLES, STATES
from workflow.rules.names.steps import CompositeStep, MeasureStep, MeetingStep, PlanStep
from workflow.rules.tables import COMPOSITE_BY_NAME, TRANSITIONS
from workflow.words.labels import relations
from workflow.words.labels.deadline_policies import POLICY_REFUSALS
from workflow.words.labels.plan_contents import POINTS, PlanContents, make_checklist
from workflow.words.labels.states import CLOSE_REASONS, LABELS, plan_label, state_label
from workflow.words.notices import notices
from workflow.words.refusals.fields import SAME, SENTENCES, field_error
from workflow.words.refusals.refusals import DENIALS, NAMES, denial_text, denial_texts, error_text
from workflow.words.steps.catalogue import COMPOSITES, WORDS, button
from workflow.words.steps.event_values import values_of
from workflow.words.steps.history import event_actor, event_sentence
from workflow.words.steps.measure import MEASURE
from workflow.words.steps.meeting import MEETING
from workflow.words.steps.offboarding import OFFBOARDING
from workflow.words.steps.person_sentences import person_event, person_sentence
from workflow.words.steps.plan_appeal import APPEAL
from workflow.words.steps.plan_end import END
from workflow.words.steps.plan_in_use import IN_USE
from workflow.words.steps.plan_internal import INTERNAL
from workflow.words.steps.plan_oversight import OVERSIGHT
from workflow.words.steps.plan_request import REQUEST
from workflow.words.steps.plan_transfer import TRANSFER
from workflow.words.steps.sharing import SHARING
from workflow.words.steps.step_words import StepWords
from workflow.words.text.sentence import PERSON, STAFF, SentenceSet, fitting, holes

RULES = Path(policy.__file__).parents[1]
ACTS = RULES.parent / "acts"
VOICES = (STAFF, PERSON)
FORBIDDEN = re.compile(r"forfalt|ikke møtt|brudd|mangler|uteble", re.IGNORECASE)
GUARDS = {guard.code: guard for row in TRANSITIONS.values() for guard in row.guards}
AREAS = (
    REQUEST,
    IN_USE,
    TRANSFER,
    END,
    APPEAL,
    INTERNAL,
    OVERSIGHT,
    SHARING,
    MEASURE,
    MEETING,
    OFFBOARDING,
)
ALWAYS = {
    "person": "personen",
    "office": "kontoret",
    "coordinator": "koordinatoren",
    "who": "lederen",
}
EVENT: dict[str, object] = {
    "step": PlanStep.TALKED,
    "subject": "m1",
    "actor": "mona",
    "kind": "party",
    "ground": "coordinator",
    "codes": {},
    "set": {},
    "plan_set": {},
    "effective_from": "2026-03-09",
    "substitute_for": None,
    "beside": False,
}
NAMED = {"mona": "Mona Lie", "ali": "Ali Nor", "m1": "Bestille time hos Nav.", "person": "Kim"}


def event(step_name: str, **more: object) -> dict[str, object]:
    return {**EVENT, "step": step_name, **more}


def tables() -> Iterator[tuple[str, SentenceSet]]:
    """Every entry that has a voice."""
    for table in (DENIALS, POINTS, *LABELS.values()):
        yield from table.items()
    yield from history()


def history() -> Iterator[tuple[str, SentenceSet]]:
    """Every line of the history, with the step that it tells of."""
    for step_name, step in WORDS.items():
        for entry in step.every_history_line():
            yield step_name, entry


def news(step: StepWords) -> tuple[str, ...]:
    """What the person is told of a step, with names where they are known."""
    return (*step.news, *step.news_own)


def her_buttons() -> list[str]:
    """Every button in the person's own words."""
    steps = [step.button_person for step in WORDS.values()]
    firsts = [step.button_first.person for step in WORDS.values() if step.button_first]
    return [
        words for words in (*steps, *firsts, *(one.person for one in COMPOSITES.values())) if words
    ]


def buttons() -> list[str]:
    """Every button of the staff's."""
    firsts = [step.button_first.staff for step in WORDS.values() if step.button_first]
    composites = [one.staff for one in COMPOSITES.values()]
    return [*(step.button for step in WORDS.values()), *firsts, *composites]


def notices_to_her() -> list[str]:
    """Every notice in the person's own words."""
    steps = [step.notice_person for step in WORDS.values() if step.notice_person]
    return [*steps, *notices.PERSON.values()]


def persons_words() -> list[str]:
    """Everything of the tables that the person may read."""
    spoken = [line for _, entry in tables() for line in entry.to(PERSON)]
    full = [line for step in WORDS.values() for line in news(step)]
    receipts = [step.done for step in WORDS.values()]
    return [*spoken, *full, *receipts, *her_buttons(), *notices_to_her()]


def literals(folder: Path, name: str) -> Iterator[ast.Call]:
    """The calls of a function in a folder's modules."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and name in (_word(node.func), _last(node.func)):
                yield node


def _word(function: ast.expr) -> str:
    return str(getattr(function, "id", ""))


def _last(function: ast.expr) -> str:
    return str(getattr(function, "attr", ""))


def constants(calls: Iterator[ast.Call], place: int) -> set[str]:
    """What the calls give in one place, where it is written out."""
    given = (call.args[place] for call in calls if len(call.args) > place)
    return {str(arg.value) for arg in given if isinstance(arg, ast.Constant)}


def given_by_guards() -> Mapping[str, list[set[str]]]:
    """Guard code -> the sets of names it may give, read from its returns."""
    by_code: dict[str, list[set[str]]] = {}
    for path in [RULES / "engine" / "shared_guards.py", *sorted((RULES / "guards").glob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.decorator_list:
                code = _guard_code(node)
                if code:
                    by_code.setdefault(code, []).extend({*keys} for keys in _returned(node))
    return by_code


def _guard_code(node: ast.FunctionDef) -> str:
    for made in node.decorator_list:
        if isinstance(made, ast.Call) and getattr(made.func, "id", "") == "guard":
            return str(getattr(made.args[0], "value", ""))
    return ""


def _returned(node: ast.FunctionDef) -> Iterator[list[str]]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Dict):
            yield [str(getattr(key, "value", "")) for key in inner.keys]
        elif isinstance(inner, ast.Name) and inner.id == "STOP":
            yield []


def test_every_row_and_composite_has_a_button() -> None:
    assert set(COMPOSITES) == {*COMPOSITE_BY_NAME, CompositeStep.FIVE_QUESTIONS} and all(buttons())
    assert button(MeasureStep.DONE, "nb") == "Ferdig"
    assert button(MeasureStep.DONE, "nb", PERSON) == "Gjort!"
    assert button(MeasureStep.DONE, "en", PERSON) == "Done!"


def test_every_guard_and_error_has_a_sentence() -> None:
    assert not set(GUARDS) - set(DENIALS)
    assert not constants(literals(RULES.parent, "Denial"), 0) - set(DENIALS)
    ours = [kind for kind in _below(PlanlopError) if kind.__module__.startswith("workflow.rules")]
    assert not {kind.code for kind in ours} - set(DENIALS)


def _below(kind: type[PlanlopError]) -> Iterator[type[PlanlopError]]:
    for sub in kind.__subclasses__():
        yield sub
        yield from _below(sub)


def test_no_sentence_is_left_over() -> None:
    known = {*GUARDS, "wrong_state", "wrong_state_closed", "no_way_back", "paused", "not_shared"}
    known |= {"not_yours_to_decide", "on_behalf_unrecorded", "error"}
    known |= {kind.code for kind in _below(PlanlopError)}
    known |= constants(literals(RULES.parent, "Denial"), 0)
    known |= {OWN_INTEREST, BY_TWO, OWN_QUESTION, OWN_WORK, AT_LENT_SCREEN}
    assert not {code.partition(".")[0] for code in DENIALS} - known


def test_every_place_is_filled_by_the_guard_or_by_the_page() -> None:
    given = given_by_guards()
    for code, entry in DENIALS.items():
        may = {name for names in given.get(code.partition(".")[0], []) for name in names}
        for voice in VOICES:
            wanted = {name for line in entry.to(voice) for name in holes(line)}
            assert wanted <= may | NAMES, (code, voice, wanted - may - NAMES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("voice", VOICES)
def test_every_denial_can_be_said_with_what_the_guard_alone_gives(
    voice: str, language: str
) -> None:
    days = {"date": date(2026, 3, 9), "count": 2, "tries": 0}
    for code, sets in given_by_guards().items():
        for names in [*sets, set()] if not all(sets) or not sets else sets:
            params = {name: days.get(name, "Kari Nes") for name in names}
            guard: Guard = GUARDS[code]
            text = denial_text(Denial(code, params, guard.who_can), language, voice)
            assert "%(" not in text and "  " not in text and text[0] == text[0].upper(), text
            known: dict[str, object] = {**params, **ALWAYS}
            assert holes(fitting(DENIALS[code].to(voice), known)) <= set(known), code


@pytest.mark.parametrize("voice", VOICES)
def test_a_wrong_state_names_the_state(voice: str) -> None:
    for machine, states in (("plan", STATES), ("measure", STATES), ("meeting", MEETING_STATES)):
        for state in states:
            code = "wrong_state_closed" if state == "closed" else "wrong_state"
            text = denial_text(Denial(code, {"state": state, "machine": machine}), "nb", voice)
            assert "%(" not in text and "«»" not in text and not text.endswith(": ."), text


def test_the_sentence_says_who_decides() -> None:
    office = Denial("not_yours_to_decide", {"step": PlanStep.GRANT}, ("deciding_unit",))
    called = {"office": "Tildelingskontoret", "phone": "76 00 00 00"}
    assert denial_text(office, "nb", names=called) == (
        "Det er Tildelingskontoret som avgjør dette. Du kan sende saken dit nå, med det du har "
        "skrevet. Ring 76 00 00 00 hvis du lurer på noe."
    )
    several = Denial("not_yours_to_decide", {}, ("coordinator", "acting_coordinator", "leader"))
    assert "koordinatoren eller lederen" in denial_text(several, "nb")
    assert "the coordinator or the leader" in denial_text(several, "en")
    assert denial_texts([office, office], "nb") == [denial_text(office, "nb")]


def test_an_error_without_names_still_reads_well() -> None:
    assert error_text(Stale(PlanStep.REVIEW), "nb").startswith(
        "Noen andre endret planen mens du skrev."
    )
    named = error_text(Stale(PlanStep.REVIEW), "nb", names={"name": "Mona", "hour": "10.15"})
    assert named.startswith("Mona endret planen kl. 10.15, mens du skrev.")


def test_every_state_has_a_label() -> None:
    assert set(STATES) <= set(LABELS["plan"]) and set(STATES) <= set(LABELS["measure"])
    assert set(MEETING_STATES) == set(LABELS["meeting"])
    assert state_label("measure", "closed", "nb", outcome="cancelled") == "Lagt bort"
    assert state_label("plan", "decided", "nb", outcome="denied") == "Avslått"


def test_the_label_of_a_plan_follows_its_attributes() -> None:
    plan: dict[str, object] = {
        "state": "active",
        "outcome": "",
        "informal": True,
        "resting": "",
        "close_reason": "",
        "paused_until": None,
    }
    assert plan_label(plan, "nb") == "I bruk · vedtak mangler"
    assert plan_label(plan, "nb", PERSON) == "I gang"
    paused = {**plan, "paused_until": date(2026, 4, 1)}
    assert plan_label(paused, "en") == "Paused until 1 April 2026"
    closed = {**plan, "state": "closed", "close_reason": "goals_met"}
    assert plan_label(closed, "nb") == "Avsluttet (målene er nådd)"
    assert plan_label(closed, "nb", PERSON) == "Avsluttet"
    assert plan_label({**plan, "state": "transferred"}, "nb") == "Overføres"


def test_every_reason_for_closing_has_words() -> None:
    used = constants(literals(ACTS, "close_plan"), 1)
    assert used | {code for code, _ in END_REASONS} <= set(CLOSE_REASONS)


def test_every_row_has_one_record_of_words_and_every_record_a_row() -> None:
    assert set(WORDS) == set(TRANSITIONS)
    for area in AREAS:
        assert [one for one in TRANSITIONS if one in area] == list(area), (
            "not in the order of the rows"
        )
    assert sum(len(area) for area in AREAS) == len(WORDS), "a step stands in two files"


def test_every_row_has_a_sentence_in_the_history() -> None:
    for step_name in TRANSITIONS:
        for voice in VOICES:
            text = event_sentence(event(step_name), {}, {}, "nb", voice)
            assert text and "%(" not in text and "«»" not in text, step_name
    counts = dict.fromkeys(("goals", "measures", "meetings", "participants"), 1)
    filled = event(
        MeetingStep.PLAN, set={"starts_at": [None, "2026-03-09T09:00:00+00:00"]}, codes=counts
    )
    fills = set(values_of(filled, {}, {}))
    for key, entry in history():
        for voice in VOICES:
            assert not holes(entry.to(voice)[-1]), key
            assert {name for line in entry.to(voice) for name in holes(line)} <= fills, key


def test_the_history_names_what_it_knows() -> None:
    moved = event(MeasureStep.MOVE_DATE, set={"due_on": ["2026-03-10", "2026-03-16"]})
    assert event_sentence(moved, {}, NAMED, "nb") == (
        "Ny dato for «Bestille time hos Nav»: 16. mars 2026."
    )
    meeting = event(MeetingStep.PLAN, set={"starts_at": [None, "2026-03-10T09:00:00+00:00"]})
    assert event_sentence(meeting, {}, NAMED, "nb") == "Møte planlagt 10. mars 2026 kl. 10.00."
    paper = event(PlanStep.COPY_GIVEN)
    assert event_sentence(paper, {}, NAMED, "nb") == "Kim fikk planen på papir."
    assert event_sentence(paper, {}, NAMED, "nb", PERSON) == "Du fikk planen på papir."
    asked = event(PlanStep.OFFER_COORDINATOR, codes={"to": "ali"})
    assert event_sentence(asked, {}, NAMED, "en") == "Ali Nor was asked to be coordinator."


def test_erased_words_leave_a_plain_sentence() -> None:
    assert event_sentence(
        event(PlanStep.ADD_GOAL), {"goal.own_words": "Betale husleia."}, {}, "nb"
    ) == ("Nytt mål: «Betale husleia»")
    assert event_sentence(event(PlanStep.ADD_GOAL), {}, {}, "nb") == "Et nytt mål kom til."


def test_who_took_the_step() -> None:
    assert event_actor(event(MeasureStep.DONE), NAMED, "nb") == "Mona Lie"
    assert (
        event_actor(event(PlanStep.RESUME, kind="clock", actor=None), NAMED, "nb") == "Av seg selv"
    )
    stood_in = event(MeasureStep.DONE, actor="ali", substitute_for="mona")
    assert event_actor(stood_in, NAMED, "nb") == "Ali Nor for Mona Lie"
    by_command = event(MeasureStep.DONE, by_operator=True)
    assert event_actor(by_command, NAMED, "nb") == "Drift, i navnet til Mona Lie"


def test_every_row_can_be_told_to_the_person() -> None:
    fills = {"name", "person", "place", "text", "quote", "date", "hour", "phone"}
    for step_name in TRANSITIONS:
        assert person_sentence(step_name, {}, "nb") and person_event(event(step_name), {}, {}, "nb")
    for step in WORDS.values():
        assert {name for line in news(step) for name in holes(line)} <= fills
    told_ = person_sentence(
        MeasureStep.AGREE, {"text": "time hos Nav", "name": "Mona", "date": date(2026, 3, 16)}, "nb"
    )
    assert told_ == "Avtalt: time hos Nav. Mona gjør det innen 16. mars 2026."


def test_a_notice_of_every_row_that_may_carry_her_yes_speaks_to_the_person() -> None:
    heard = {
        row.name
        for row in TRANSITIONS.values()
        if row.persons_own or row.agreed or "person" in row.notifies
    }
    assert not [step_name for step_name in heard if not WORDS[step_name].notice_person]


def test_the_person_is_never_blamed() -> None:
    assert not [line for line in persons_words() if FORBIDDEN.search(line)]
    assert not [line for _, entry in history() for line in entry.staff if FORBIDDEN.search(line)]


def test_the_persons_words_are_easy_to_read() -> None:
    assert lix(persons_words()) < 20
    assert lix([line for step in WORDS.values() for line in news(step)]) < 20
    assert lix(notices_to_her()) < 20


def test_every_short_code_has_a_name() -> None:
    assert set(relations.RELATIONS) == set(RELATIONS)
    assert set(relations.ROLES) == set(STAFF_ROLES) == set(ROLE_RELATION)
    assert set(KINDS) <= set(relations.DEADLINES)
    assert set(policy.READING) <= set(relations.LOOKS)
    assert {kind.basis for kind in KINDS.values()} <= set(relations.BASES)
    assert relations.label_of("role", "leader", "en") == "Leader"
    assert relations.basis_words("law", "nb") == ("●", "lov")
    assert relations.look_words("print", False, "nb") == "skrev ut planen"


def test_nine_points_and_which_are_covered() -> None:
    listed = make_checklist(PlanContents(goals=1, coordinator=True, measures=2), "nb")
    assert [letter for letter, _, _ in listed] == list("abcdefghi")
    assert [letter for letter, _, covered in listed if covered] == ["a", "c"]
    narvik = PlanContents(
        goals=1,
        participants=3,
        coordinator=True,
        measures=3,
        measures_with_accountable=3,
        measures_with_date=3,
        next_review=True,
        consent=True,
        outside_partners=1,
    )
    assert all(covered for _, _, covered in make_checklist(narvik, "en", PERSON))


def codes_of_bad_input() -> Iterator[str]:
    """Every code that the program itself refuses a field with."""
    for path in (*(ROOT / "workflow").rglob("*.py"), *(ROOT / "web").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "BadInput":
                for part in ast.walk(call):
                    if isinstance(part, ast.Tuple) and len(part.elts) == 3:
                        code = part.elts[1]
                        if isinstance(code, ast.Constant):
                            yield str(code.value)


def test_every_code_that_a_field_is_refused_with_has_its_sentence() -> None:
    codes = set(codes_of_bad_input())
    assert len(codes) > 20
    assert codes - {*SENTENCES, *SAME, *POLICY_REFUSALS} == set()


def test_field_errors_point_to_sentences() -> None:
    assert set(SAME.values()) <= set(SENTENCES)
    assert field_error("too_short", {"min_length": 2}, "nb") == "Velg minst 2."
    assert field_error("date_type", {}, "en") == "Write the date like this: 9.3.2026."


def test_every_sentence_has_an_english_text() -> None:
    known = translated("en")
    spoken = [line for _, entry in tables() for voice in VOICES for line in entry.to(voice)]
    everything = [*spoken, *persons_words(), *buttons(), *SENTENCES.values()]
    everything += [word for table in relations.TABLES.values() for word in table.values()]
    everything += CLOSE_REASONS.values()
    assert not [line for line in everything if line not in known]
    wrong = [line for line in everything if holes(str(known[line].string)) != holes(line)]
    assert not wrong
