"""Why somebody who leaves cannot be let go yet, and why a thing cannot pass to another; the rules live in rules."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.words.text.sentence import Told, told
from workflow.words.text.translatable import N_

LEAVING_DENIALS: Mapping[str, Told] = {
    "nobody_acts": told(
        N_("Ingen passer på planen i stedet for en koordinator nå. Planen har koordinator."),
        person=N_("Planen har en koordinator."),
    ),
    "persons_own_measure": told(
        N_("Dette har personen tatt på seg selv. Spør personen først."),
        person=N_("Dette er ditt. Ingen tar det over uten deg."),
    ),
    "receiver_not_shared_with": told(
        N_("%(n)s ser ikke planen. Spør personen om å dele den, eller la koordinatoren ta over."),
        N_("Den du valgte, ser ikke planen. Spør personen om å dele den."),
        person=N_("Du deler ikke planen med den du valgte."),
    ),
    "still_holds": told(
        N_("%(n)s har noe igjen som en annen må ta over først. Se lista."),
        N_("Noe er igjen som en annen må ta over først. Se lista."),
    ),
}
