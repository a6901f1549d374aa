"""People in a picker who are called the same: told apart by what the reader may know of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from workflow.rules.text.name_order import sort_key

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a picker offers.

    told: what stands after every name, as the unit after those who work here. hints: what is said besides,
    one after the other, where another is called the same.
    """

    key: str
    name: str
    told: str = ""
    hints: tuple[str, ...] = ()


def label_candidates(
    people: Iterable[Candidate], mask: Callable[[], Callable[[str], str]] | None = None
) -> list[Choice]:
    """(key, label) of each, in the order given, and no two labels alike; of one key the first counts.

    mask: makes what hides a protected place in the hints; asked only where there are namesakes.
    """
    known: dict[str, Candidate] = {}
    for one in people:
        known.setdefault(one.key, one)
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for one in known.values():
        groups[sort_key(one.name)].append(one)
    hide = mask() if mask and any(len(group) > 1 for group in groups.values()) else None
    labels = {key: label for group in groups.values() for key, label in _labels(group, hide)}
    return [(key, labels[key]) for key in known]


def _labels(group: Sequence[Candidate], hide: Callable[[str], str] | None) -> list[Choice]:
    labels = {one.key: _joined(one.name, one.told) for one in group}
    for depth in range(max(len(one.hints) for one in group)):
        alike = Counter(map(sort_key, labels.values()))
        for one in group:
            hint = one.hints[depth] if depth < len(one.hints) else ""
            if hint and alike[sort_key(labels[one.key])] > 1:
                labels[one.key] = _joined(labels[one.key], hide(hint) if hide else hint)
    return _numbered(labels)


def _numbered(labels: dict[str, str]) -> list[Choice]:
    """Of whom nothing tells them apart: in the order in which they came into the register."""
    alike = Counter(map(sort_key, labels.values()))
    seen: Counter[str] = Counter()
    numbered = {}
    for key in sorted(labels):
        label = labels[key]
        same = sort_key(label)
        seen[same] += 1
        numbered[key] = f"{label} ({seen[same]})" if alike[same] > 1 else label
    return list(numbered.items())


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))
