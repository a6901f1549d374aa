"""The paper that the person signed about sharing: sent in by the coordinator, and handed back as it was."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from web.both.step_controller import Answer, StepRequest, respond_to_post
from web.forms import model_forms, pickers
from web.forms.model_forms import WebForm
from web.http import uploads
from web.request import access_guards
from web.request.clock import now
from web.request.database import db_session
from web.request.translate import gettext
from web.staff.blueprint import pages
from web.staff.steps import labels
from web.staff.steps.step_buttons import buttons_of
from workflow.acts.sharing.consents import SignedCopy
from workflow.record.access.open_plan import OpenPlan
from workflow.record.models import Document
from workflow.rules.names.steps import PlanStep

ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@pages.get("/plan/<plan_id>/signert")
@access_guards.plan_route("read", kind="step")
def signed(opened: OpenPlan) -> str:
    """The page that takes the paper which the person signed."""
    return signed_page(opened, blank(opened))


@pages.post("/plan/<plan_id>/signert")
@access_guards.plan_route("read", kind="step")
@access_guards.uploads
def keep_signed(opened: OpenPlan) -> Answer:
    """Keeps the paper with the consent it is about, or says what is wrong with it."""
    form = model_forms.read(
        SignedCopy, request.form, choices=receiver_choices(opened), only=("party_id",)
    )
    file, trouble = sent_paper()
    step = StepRequest(PlanStep.KEEP_SIGNED_COPY, opened.plan.id)

    def keep(value: SignedCopy) -> object:
        return step.take(value.model_copy(update={"content": file}))

    def kept(_: object) -> Response:
        flash(gettext("Papiret er lagt ved."))
        return redirect(url_for("staff.plan", plan_id=opened.plan.id), 303)

    form = form.with_error(trouble) if trouble else form
    return respond_to_post(form, keep, kept, lambda again, _: signed_page(opened, again))


def sent_paper() -> tuple[bytes, str]:
    """The file's bytes, and what is wrong with it if something is."""
    try:
        file = uploads.read_upload()
    except uploads.UploadRefused as no:
        return b"", no.sentence
    return (file.content, "") if file else (b"", gettext("Velg en fil."))


def receiver_choices(opened: OpenPlan) -> dict[str, list[tuple[str, str]]]:
    """Those the plan is shared with."""
    plan = opened.plan
    where = pickers.Where(db_session(), now(), plan.id, None, opened.visibility)
    return pickers.choices_of(SignedCopy, where)


def blank(opened: OpenPlan) -> WebForm[SignedCopy]:
    """The form with the receiver of the address chosen."""
    known = {"party_id": request.args.get("party_id", "")}
    return model_forms.show(SignedCopy, known, choices=receiver_choices(opened), only=("party_id",))


def signed_page(opened: OpenPlan, form: WebForm[SignedCopy]) -> str:
    """The form, where the step is open to the reader; 404 elsewhere."""
    buttons = buttons_of(opened)
    if not buttons.of_plan.allows(PlanStep.KEEP_SIGNED_COPY):
        abort(404)
    return render_template(
        "staff/signed.html",
        form=form,
        view=buttons.view,
        plan=buttons.view.plan,
        title_words=labels.step_title(PlanStep.KEEP_SIGNED_COPY),
    )


@pages.get("/plan/<plan_id>/signert/<document_id>")
@access_guards.plan_route("read_letters", kind="print")
def signed_copy(opened: OpenPlan, document_id: str) -> Response:
    """The signed paper as it was sent, to be saved; 404 for any other document."""
    document = (
        db_session()
        .execute(
            select(Document).where(
                Document.id == document_id,
                Document.plan_id == opened.plan.id,
                Document.kind == "consent",
            )
        )
        .scalar_one_or_none()
    )
    if document is None or not document.content or "documents" not in opened.visibility.scopes:
        abort(404)
    name = f"{opened.plan.number}.{ENDINGS[document.mime]}"
    return uploads.send_back(document.content, document.mime, name)
