"""What PostgreSQL's policies ask: whose session is shown, who is at the door, which plans cross a border.

Each is a function that runs as the tables' owner, with every name written out and a fixed search
path; the policies that ask them stand in wall_statements.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

# name -> what it takes, what it gives, what it does.
FUNCTIONS: Mapping[str, tuple[str, str, str]] = {
    # The municipality of whoever shows the secret of a session that stands. One that ends in this
    # very transaction stands until the transaction has ended: it still has its work to finish.
    "planlop_here": (
        "",
        "varchar",
        """
    RETURN (SELECT s.municipality_id FROM public.sign_in s
      WHERE s.token_hash = encode(sha256(convert_to(
        nullif(current_setting('planlop.session', true), ''), 'UTF8')), 'hex')
      AND (s.ended_at IS NULL OR s.ended_at > now()
        OR s.xmin = pg_current_xact_id_if_assigned()::xid));""",
    ),
    # The accounts that a person who is signing in has named: an e-mail, a link, an identity.
    "planlop_at_door": (
        "",
        "varchar[]",
        """
    asked := split_part(current_setting('planlop.door', true), ':', 1);
    given := substr(current_setting('planlop.door', true), length(asked) + 2);
    IF coalesce(given, '') = '' THEN RETURN '{}'; END IF;
    IF asked = 'party' THEN RETURN ARRAY[given]; END IF;
    RETURN ARRAY(
      SELECT p.id FROM public.party p WHERE asked = 'email' AND lower(p.email) = lower(given)
      UNION SELECT p.id FROM public.party p WHERE asked = 'person' AND p.national_id_hmac = given
      UNION SELECT i.party_id FROM public.invitation i WHERE asked = 'link'
        AND i.token_hash = encode(sha256(convert_to(given, 'UTF8')), 'hex')
      UNION SELECT i.party_id FROM public.identity i
        WHERE asked = 'identity' AND i.provider || ':' || i.subject = given
      UNION SELECT a.party_id FROM public.authenticator a
        WHERE asked = 'passkey' AND a.credential_id = given
      UNION SELECT s.party_id FROM public.sign_in s
        WHERE asked = 'provider' AND (s.provider || ':' || s.provider_session = given
          OR s.provider || ':' || s.provider_subject = given));""",
    ),
    # The offers that cross a border from or to here, of plans that are their sender's own. One
    # that is answered in this very transaction is open until the transaction has ended.
    "planlop_offers": (
        "",
        "SETOF public.offer",
        """
    here := public.planlop_here();
    RETURN QUERY SELECT o.* FROM public.offer o
      JOIN public.plan p ON p.id = o.plan_id AND p.municipality_id = o.municipality_id
      WHERE (o.municipality_id = here OR o.to_municipality_id = here)
        AND o.to_municipality_id <> o.municipality_id
        AND (o.outcome = '' OR o.xmin = pg_current_xact_id_if_assigned()::xid);""",
    ),
    "planlop_crossing": (
        "",
        "varchar[]",
        "RETURN ARRAY(SELECT o.plan_id FROM public.planlop_offers() o);",
    ),
    # The municipalities at the other end of those offers.
    "planlop_neighbours": (
        "",
        "varchar[]",
        """
    RETURN ARRAY(SELECT o.municipality_id FROM public.planlop_offers() o
      UNION SELECT o.to_municipality_id FROM public.planlop_offers() o);""",
    ),
    # Somebody elsewhere whom such an offer is about, who deals with it, who once answered one, or
    # who works in an office that was asked: the person sees by name who looked.
    "planlop_near": (
        "who varchar, home varchar",
        "boolean",
        """
    here := public.planlop_here();
    IF here IS NULL THEN RETURN false; END IF;
    RETURN EXISTS (SELECT 1 FROM public.offer o
        WHERE o.municipality_id = here AND who IN (o.to_party_id, o.answered_by)
        OR o.to_municipality_id = here AND who IN (o.from_party_id, o.answered_by))
      OR EXISTS (SELECT 1 FROM public.offer o
        JOIN public.staff_role r ON r.unit_id = o.to_unit_id AND r.party_id = who
        WHERE o.municipality_id = here AND o.to_municipality_id = home)
      OR home = ANY(public.planlop_neighbours()) AND (
        EXISTS (SELECT 1 FROM public.staff_role r
          WHERE r.municipality_id = home AND r.party_id = who)
        OR EXISTS (SELECT 1 FROM public.plan p WHERE p.id = ANY(public.planlop_crossing())
          AND (p.person_id = who OR p.reporter_id = who
          OR EXISTS (SELECT 1 FROM public.representation r
            WHERE r.person_id = p.person_id AND r.representative_id = who)
          OR EXISTS (SELECT 1 FROM public.participant c
            WHERE c.plan_id = p.id AND c.party_id = who)
          OR EXISTS (SELECT 1 FROM public.tenure t WHERE t.plan_id = p.id AND t.party_id = who)
          OR EXISTS (SELECT 1 FROM public.measure m
            WHERE m.plan_id = p.id AND m.accountable_id = who))));""",
    ),
}


def function_statements(role: str) -> Iterator[str]:
    """Makes each function anew, and lets nobody but the role ask it."""
    for name, (takes, gives, does) in FUNCTIONS.items():
        yield (
            f"CREATE OR REPLACE FUNCTION public.{name}({takes}) RETURNS {gives} LANGUAGE plpgsql "
            "STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp "
            f"AS $$ DECLARE here varchar; asked varchar; given varchar; BEGIN {does} END $$"
        )
        kinds = ", ".join(words.split()[1] for words in takes.split(",") if words)
        yield f"REVOKE ALL ON FUNCTION public.{name}({kinds}) FROM PUBLIC"
        yield f"GRANT EXECUTE ON FUNCTION public.{name}({kinds}) TO {role}"
