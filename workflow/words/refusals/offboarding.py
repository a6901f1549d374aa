"""Why somebody who leaves cannot be let go yet, and why a thing cannot pass to another."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.words.text.sentence import SentenceSet, sentence_set
from workflow.words.text.translatable import N_

OFFBOARDING_DENIALS: Mapping[str, SentenceSet] = {
    "nobody_acts": sentence_set(
        N_("Ingen passer på planen i stedet for en koordinator nå. Planen har koordinator."),
        person=N_("Planen har en koordinator."),
    ),
    "persons_own_measure": sentence_set(
        N_("Dette har personen tatt på seg selv. Spør personen først."),
        person=N_("Dette er ditt. Ingen tar det over uten deg."),
    ),
    "receiver_not_shared_with": sentence_set(
        N_(
            "%(name)s ser ikke planen. Spør personen om å dele den, eller la koordinatoren ta over."
        ),
        N_("Den du valgte, ser ikke planen. Spør personen om å dele den."),
        person=N_("Du deler ikke planen med den du valgte."),
    ),
    "still_holds": sentence_set(
        N_("%(name)s har noe igjen som en annen må ta over først. Se lista."),
        N_("Noe er igjen som en annen må ta over først. Se lista."),
    ),
}
