"""Messages between the person and the coordinator, with the answers, newest first."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import or_

from web.both.conversation import messages_under
from web.forms import model_forms
from web.page.formats import first_name
from web.person.base.blueprint import find_helper, may_take, pages, render_person_page, view_of
from web.request import access_guards
from web.request.reader import current_reader
from web.request.translate import gettext
from workflow.acts.plan.contact import Write
from workflow.record.access.open_plan import OpenPlan
from workflow.record.models import Wish
from workflow.rules.names.steps import PlanStep


@pages.get("/min/<plan_id>/meldinger")
@access_guards.plan_route("own_pages", kind="person-messages")
def messages(opened: OpenPlan) -> str:
    """What the person and the coordinator have said to each other, the newest first."""
    view = view_of(opened)
    name = first_name(find_helper(view).name)
    title = gettext("Skriv til %(name)s", name=name) if name else gettext("Meldinger")
    form = model_forms.show(Write, only=["words"], voice="person")
    form = replace(form, fields=tuple(replace(one, required=True) for one in form.fields))
    persons = {opened.plan.person_id, current_reader().party_id}
    between = or_(Wish.from_party_id.in_(persons), Wish.to_party_id.in_(persons))
    said = messages_under(opened, between, persons)
    is_open = may_take(PlanStep.WRITE)
    return render_person_page(
        "messages.html",
        opened,
        view,
        title=title,
        tab_title=gettext("Meldinger"),
        said=said,
        form=form,
        open=is_open,
    )
