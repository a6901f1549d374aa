"""What was agreed about a measure besides the measure itself, in words; for the person's pages and for paper."""

from __future__ import annotations

from web.request.translate import gettext
from workflow.record.models import Measure

NO_LONGER = frozenset({"refused", "cancelled", "service_denied"})


def notes(measure: Measure) -> tuple[str, ...]:
    """What else is agreed: the consequence and another's condition, in the words that were used."""
    said = []
    if measure.agreed_consequence:
        said.append(gettext("Hvis ikke: %(words)s", words=measure.agreed_consequence))
    if measure.condition:
        said.append(
            gettext("%(name)s sier: %(words)s", name=measure.condition_by, words=measure.condition)
        )
    return tuple(said)
