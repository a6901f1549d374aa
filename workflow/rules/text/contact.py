"""Telephones and e-mails as they are stored, and what is none of them: asked at every door, and here alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

SHORTEST_SHORT = 1000  # the three figures of 110, 112 and 113 reach nobody in particular
LONGEST_PHONE = 20  # what a row takes
LONGEST_EMAIL = 200


class NotAPhone(ValueError):
    """A text that is no telephone number, or more than one."""


class NotAnEmail(ValueError):
    """A text that no mail can be sent to."""


def plain_phone(text: str) -> str:
    """A number as it is stored: its digits in Norway, a plus before those of others; nothing for nothing.

    Raises NotAPhone for what no telephone answers, for two numbers and for one with an extension.
    """
    if not text.strip():
        return ""
    # The tables of the world's numbers take a tenth of a second: who types no number does not wait.
    import phonenumbers

    # The library reads letters as the keys of a telephone, and takes the first of two numbers.
    if any(sign.isalpha() or sign in "/,;" for sign in text):
        raise NotAPhone(text)
    try:
        number = phonenumbers.parse(text, "NO")
    except phonenumbers.NumberParseException as wrong:
        raise NotAPhone(text) from wrong
    if number.extension or not _is_answered(number):
        raise NotAPhone(text)
    whole = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return whole.removeprefix("+47")[:LONGEST_PHONE]


def _is_answered(number: PhoneNumber) -> bool:
    """A number of somebody, or a short one of an office (116 117); nobody is reached on 112."""
    from phonenumbers import is_valid_number, shortnumberinfo

    short = shortnumberinfo.is_valid_short_number_for_region(number, "NO")
    return is_valid_number(number) or (short and (number.national_number or 0) >= SHORTEST_SHORT)


def plain_email(text: str) -> str:
    """An e-mail as it is stored: small letters, its domain as mail writes it; nothing for nothing.

    No server is asked. Raises NotAnEmail.
    """
    if not text.strip():
        return ""
    from email_validator import EmailNotValidError, validate_email

    try:
        # Names under .test are nobody's, and the invented municipality's.
        said = validate_email(
            text.strip(), check_deliverability=False, allow_smtputf8=False, test_environment=True
        )
    except EmailNotValidError as wrong:
        raise NotAnEmail(text) from wrong
    plain = (said.ascii_email or "").lower()
    if not plain or len(plain) > LONGEST_EMAIL or "." not in plain.rpartition("@")[2]:
        raise NotAnEmail(text)
    return plain
