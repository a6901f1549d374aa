"""How pages write dates, times and telephone numbers; Norwegian days come from workflow's clock."""

from __future__ import annotations

from datetime import date, datetime, time

from babel.dates import format_date
from flask import Flask
from flask_babel import get_locale
from markupsafe import Markup, escape

from web.request.clock import today
from web.request.translate import gettext, ngettext
from workflow.rules.calendar.clock import oslo_date, oslo_time
from workflow.settings import Settings
from workflow.words.text.telephone import group_digits

When = date | datetime | None
NONE = "–"


def install(app: Flask, settings: Settings) -> None:
    """Gives templates the filters of this module."""
    for shape in (
        day,
        weekday,
        moment,
        clock_time,
        ago,
        over,
        phone,
        iso,
        paragraphs,
        first_name,
        month_name,
    ):
        app.jinja_env.filters[shape.__name__] = shape
    app.jinja_env.globals["today"] = today


def as_day(when: date | datetime) -> date:
    """The Norwegian calendar day of a date or an aware instant."""
    return oslo_date(when) if isinstance(when, datetime) else when


def day(when: When) -> str:
    """«9. mars», with the year where it is not this one; a dash for none."""
    if when is None:
        return NONE
    on = as_day(when)
    pattern = "d. MMMM" if on.year == today().year else "d. MMMM y"
    return write_date(on, pattern)


def weekday(when: When) -> str:
    """«i dag», «i morgen», else «mandag 16. mars»."""
    if when is None:
        return NONE
    on = as_day(when)
    near = {0: gettext("i dag"), 1: gettext("i morgen"), -1: gettext("i går")}
    return near.get((on - today()).days) or f"{write_date(on, 'EEEE')} {day(on)}"


def moment(when: datetime | None) -> str:
    """«tirsdag 10. mars kl. 10.00», Norwegian wall clock."""
    if when is None:
        return NONE
    return gettext("%(day)s kl. %(hour)s", day=weekday(when), hour=clock_time(when))


def clock_time(when: datetime | time | None) -> str:
    """«10.00» on the Norwegian wall clock; a bare time is taken as it stands."""
    if when is None:
        return NONE
    local = oslo_time(when) if isinstance(when, datetime) else when
    return f"{local:%H.%M}" if spoken_norwegian() else f"{local:%H:%M}"


def ago(when: When) -> str:
    """«i dag», «i går», «12 dager siden»; calendar days."""
    if when is None:
        return NONE
    days = (today() - as_day(when)).days
    if days < 0:
        return day(when)
    if days < 2:
        return weekday(when)
    return ngettext("%(num)d dag siden", "%(num)d dager siden", days)


def over(when: When) -> str:
    """How a date to keep stands, for staff: «12 d over», «i dag», «i morgen», «om 3 dager»."""
    if when is None:
        return NONE
    left = (as_day(when) - today()).days
    if left < 0:
        return gettext("%(days)d d over", days=-left)
    return weekday(when) if left < 2 else ngettext("om %(num)d dag", "om %(num)d dager", left)


def phone(number: str) -> Markup:
    """A number that can be rung by touch: 910 11 223, 22 33 44 55; others as they were written."""
    digits = "".join(sign for sign in number if sign.isdigit() or sign == "+")
    if not digits:
        return Markup("")
    return Markup('<a class="ds-link tel" href="tel:{}">{}</a>').format(
        digits, group_digits(digits)
    )


def iso(when: When) -> str:
    """The machine's form of a date or instant, for `datetime` attributes and fields."""
    if when is None:
        return ""
    return oslo_time(when).isoformat() if isinstance(when, datetime) else when.isoformat()


def paragraphs(words: str) -> Markup:
    """What people wrote, escaped, with their line breaks kept."""
    blocks = [block for block in words.replace("\r", "").split("\n\n") if block.strip()]
    shown = (escape(block).replace("\n", Markup("<br>")) for block in blocks)
    return Markup("").join(Markup("<p>{}</p>").format(block) for block in shown)


def month_name(month: str) -> str:
    """«oktober 2026» of a month written as YYYY-MM."""
    return write_date(date(int(month[:4]), int(month[5:]), 1), "MMMM y")


def first_name(name: str) -> str:
    """The name people are spoken to by."""
    return name.split(" ")[0] if name else ""


def write_date(on: date, pattern: str) -> str:
    """A date in the language of the page; English has no full stop after the day."""
    shape = pattern if spoken_norwegian() else pattern.replace("d. ", "d ")
    return format_date(on, shape, locale=get_locale() or "nb")


def spoken_norwegian() -> bool:
    """Whether the page speaks bokmål or nynorsk."""
    locale = get_locale()
    return locale is None or locale.language in ("nb", "nn", "no")
