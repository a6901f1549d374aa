"""Meld behov, and taking in a plan from elsewhere: the questions, and the same receipt to every reporter."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from pydantic import ConfigDict, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError
from werkzeug.wrappers import Response

from web.both.step_controller import Answer
from web.forms.model_forms import WebForm, make_required
from web.request import access_guards
from web.request.database import open_unit
from web.request.translate import N_, gettext
from web.staff.blueprint import pages
from web.staff.lists import find_person
from web.staff.lists.find_person import About
from workflow.acts.base.form_fields import AGREED_HOW, Id, Line, Text, ask
from workflow.acts.plan.request import YES_NO
from workflow.rules.names.steps import PlanStep

FROM_ELSEWHERE = ("decider", "coordinating", "coordinator")


class ReportForm(About):
    """Who it is about, and what is known; only the name and one answer are needed.

    Whoever has said yes knows: that is asked only where nobody has said yes yet.
    """

    model_config = ConfigDict(validate_default=True)

    name: Line = ask(
        N_("Navn"), "line", "", help=N_("La stå tomt hvis det gjelder en problemstilling.")
    )
    why: Text = ask(N_("Hva er viktig å få hjelp med?"), "textarea", "")
    agreed_how: str = ask(
        N_("Hvordan sa personen ja?"),
        "choice",
        "",
        choices=AGREED_HOW[1:],
        help=N_("La stå tomt hvis personen ikke har sagt ja ennå."),
    )
    person_knows: str = ask(
        N_("Vet personen om det?"),
        "choice",
        "",
        choices=YES_NO,
        help=N_("Svar her når personen ikke har sagt ja ennå."),
    )
    reach_person: Text = ask(N_("Hvordan når vi personen?"), "line", "")
    problem: Text = ask(
        N_("Problemstilling, når planen ikke gjelder en person"), "textarea", "", folded=True
    )
    unit_id: Id | None = ask(N_("Hvilket kontor skal svare?"), "unit", None, folded=True)

    @field_validator("person_knows")
    @classmethod
    def _known_or_not(cls, said: str, info: ValidationInfo) -> str:
        if info.data.get("name") and not (said or info.data.get("agreed_how")):
            raise PydanticCustomError("choice_missing", N_("Velg ett av svarene."))
        return said

    @model_validator(mode="after")
    def _somebody_or_something(self) -> ReportForm:
        if not self.name and not self.problem:
            raise PydanticCustomError("nobody_named", N_("Skriv navnet, eller en problemstilling."))
        return self


class ArrivalForm(About):
    """A plan that somebody brings with them, and their yes to taking it in (3.11)."""

    agreed_how: str = ask(N_("Hvordan sa personen ja?"), "choice", choices=AGREED_HOW[1:])
    source_name: Line = ask(N_("Hvor kommer planen fra?"), "line")
    discharge_on: date | None = ask(N_("Når kommer personen hjem?"), "date", None)
    goals: Text = ask(N_("Mål i planen, ett på hver linje"), "textarea", "")
    measures: Text = ask(N_("Tiltak i planen, ett på hver linje"), "textarea", "")
    document_title: Line = ask(N_("Hva heter planen de har med?"), "line", "", folded=True)
    document_text: Text = ask(N_("Planen som tekst"), "textarea", "", folded=True)
    unmapped: Text = ask(N_("Overskrifter som ikke passer her"), "textarea", "", folded=True)
    unit_id: Id | None = ask(N_("Hvilket kontor skal svare?"), "unit", None, folded=True)


@pages.get("/meld")
@access_guards.staff(kind="report")
def report() -> str:
    """The empty form."""
    with open_unit():
        return report_page(find_person.blank(ReportForm))


@pages.post("/meld")
@access_guards.staff(kind="report")
def send_report() -> Answer:
    """Finds or adds the person, reports the need and leads to the receipt."""
    return find_person.report(
        ReportForm,
        PlanStep.REPORT_NEED,
        request.form,
        lambda _: redirect(url_for("staff.receipt"), 303),
        report_page,
    )


@pages.get("/meld/takk")
@access_guards.staff(kind="report")
def receipt() -> str:
    """The same words to every reporter, whatever the register knew before."""
    return render_template("staff/receipt.html")


def report_page(form: WebForm[ReportForm]) -> str:
    """The questions of a report."""
    return render_template("staff/report.html", form=make_required(form, ("name",)))


@pages.get("/meld/plan")
@access_guards.staff("report", *FROM_ELSEWHERE)
def arrival() -> str:
    """The empty form of a plan from elsewhere."""
    with open_unit():
        return arrival_page(find_person.blank(ArrivalForm))


@pages.post("/meld/plan")
@access_guards.staff("report", *FROM_ELSEWHERE)
def take_in() -> Answer:
    """Takes the plan in: its goals and measures come along as proposals."""

    def taken(_: object) -> Response:
        flash(gettext("Planen er tatt imot. Personen velger hva som blir med."))
        return redirect(url_for("staff.home"), 303)

    return find_person.report(
        ArrivalForm, PlanStep.REGISTER_INCOMING, request.form, taken, arrival_page
    )


def arrival_page(form: WebForm[ArrivalForm]) -> str:
    """The questions about a plan from elsewhere."""
    return render_template("staff/arrival.html", form=form)
