"""The same ways in as the web's own role on PostgreSQL, which has its grants and nothing else."""

from __future__ import annotations

import pytest

from tests.servers.databases import Backend, PostgresBackend
from tests.web.auth.test_guest_links import (
    kim,
    link,
    mails,
    test_a_new_link_is_asked_for_by_email_with_one_answer_for_all,
    test_looking_spends_nothing_and_pressing_spends_it,
    test_the_coordinator_sends_it_and_the_person_sees_that,
    test_when_sharing_ends_all_is_closed_at_once,
)
from tests.web.auth.test_local_accounts import (
    test_a_code_comes_after_the_password,
    test_a_code_from_paper_does_once,
    test_changing_anything_needs_a_fresh_proof,
    test_changing_the_password_ends_the_other_sessions,
    test_known_and_unknown_get_the_same_answers,
    test_setting_up_an_app,
    test_success_forgets_the_failed_tries,
)
from tests.web.auth.test_password_reset import (
    test_a_link_does_not_pass_by_the_second_factor,
    test_the_forgotten_password_is_chosen_anew_by_a_link,
)

pytestmark = pytest.mark.usefixtures("clean_accounts")


@pytest.fixture(scope="module")
def backend(postgresql_backend: PostgresBackend) -> Backend:
    """PostgreSQL, in place of what the other page tests run on."""
    return postgresql_backend


__all__ = [
    "kim",
    "link",
    "mails",
    "test_a_code_comes_after_the_password",
    "test_a_code_from_paper_does_once",
    "test_a_link_does_not_pass_by_the_second_factor",
    "test_a_new_link_is_asked_for_by_email_with_one_answer_for_all",
    "test_changing_anything_needs_a_fresh_proof",
    "test_changing_the_password_ends_the_other_sessions",
    "test_known_and_unknown_get_the_same_answers",
    "test_looking_spends_nothing_and_pressing_spends_it",
    "test_setting_up_an_app",
    "test_success_forgets_the_failed_tries",
    "test_the_coordinator_sends_it_and_the_person_sees_that",
    "test_the_forgotten_password_is_chosen_anew_by_a_link",
    "test_when_sharing_ends_all_is_closed_at_once",
]
