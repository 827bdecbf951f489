"""Pages of proceedings: what was reported to the police, which sanctions and criminal proceedings there are."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.cases.deadlines import CRIME
from casemgr.children import queries as children
from casemgr.core.calendar import local_day
from casemgr.core.errors import Conflict, NotFound
from casemgr.core.text import clean_lines, given_name
from casemgr.proceedings import actions, forms, queries, showing
from casemgr.proceedings.queries import DecisionShown, NewsShown
from casemgr.web import words
from casemgr.web.forms import explanations, go_on_from
from casemgr.web.pages import page
from casemgr.web.room import Room

if TYPE_CHECKING:
    from casemgr.cases.models import Case

Form = TypeVar("Form", bound=forms.Entry)
room = Room("proceedings", __name__)

READ, WRITE = Permission.PROCEEDING_READ, Permission.PROCEEDING_WRITE
_LONGEST = 2000


@room.get("/cases/<number>/proceedings", needs=READ)
def show(desk: Desk, number: str) -> ResponseReturnValue:
    """What is to be reported, what was reported, and what came of it."""
    case = cases.case(desk, number, parts=("card", "proceedings"))
    news, decided = queries.crime_reports(desk, case), queries.of_case(desk, case)
    names = cases.names(desk, _writers(news, decided))
    clock = next((one for one in cases.clocks(desk, case) if one.clock == CRIME), None)
    runs = clock is not None and clock.stopped_at is None
    many = queries.in_how_many_cases(desk, decided)
    shown = [
        (one, showing.decision_words(one, names, desk.now, cases=many[one.now.decision_id]))
        for one in decided
    ]
    return page(
        "proceedings/show.html",
        **_frame(desk, case),
        hint=queries.expected(case, queries.harms(desk, case), news),
        clock_badge=words.badge(clock, desk.now) if runs else None,
        reported=[showing.news_words(one, names, desk.now) for one in news],
        sanctions=[said for one, said in shown if one.now.sanction is not None],
        criminal=[said for one, said in shown if one.now.sanction is None],
        typed=request.form,
        done=request.args.get("done"),
        may_write=desk.actor.may(WRITE),
    )


@room.post("/cases/<number>/proceedings/signs", needs=WRITE, again=show)
def note_signs(desk: Desk, number: str) -> ResponseReturnValue:
    """There are signs of a crime: the reminder runs."""
    case = cases.case(desk, number)
    actions.note_signs(desk, case, signs=clean_lines(request.form.get("signs", ""), _LONGEST))
    return _back(number)


@room.get("/cases/<number>/proceedings/crime-report", needs=WRITE)
def crime_report(desk: Desk, number: str) -> ResponseReturnValue:
    """Write down that the police were told."""
    case = cases.case(desk, number)
    return _crime_page(desk, case, _crime_form(desk, case))


@room.post("/cases/<number>/proceedings/crime-report", needs=WRITE, again=crime_report)
def report_crime(desk: Desk, number: str) -> ResponseReturnValue:
    """Keep it."""
    case = cases.case(desk, number)
    form = _crime_form(desk, case)
    form.check()
    actions.report_crime(
        desk,
        case,
        news=form.news(),
        at=form.at(),
        also=form.also.data or (),
        form_id=form.sent_as(),
        explanations=explanations(),
    )
    return _back(number)


@room.get("/cases/<number>/proceedings/crime-report/<uuid:entry_id>", needs=WRITE)
def crime_report_again(desk: Desk, number: str, entry_id: UUID) -> ResponseReturnValue:
    """Correct a report to the police, or add its receipt."""
    case = cases.case(desk, number)
    shown = queries.crime_report(desk, case, entry_id)
    return _crime_page(desk, case, _crime_form(desk, case, shown), correcting=True)


@room.post("/cases/<number>/proceedings/crime-report/<uuid:entry_id>", needs=WRITE, again=crime_report_again)
def correct_crime_report(desk: Desk, number: str, entry_id: UUID) -> ResponseReturnValue:
    """Keep the correction."""
    case = cases.case(desk, number)
    shown = queries.crime_report(desk, case, entry_id)
    form = _crime_form(desk, case, shown)
    form.check()
    actions.correct_crime_report(
        desk,
        case,
        shown,
        news=form.news(),
        at=form.at(),
        revision=form.revision.data or 0,
        why=form.why.data,
        void=bool(form.void.data),
        explanations=explanations(),
    )
    return _back(number)


@room.get("/cases/<number>/proceedings/sanction", needs=WRITE)
def sanction(desk: Desk, number: str) -> ResponseReturnValue:
    """Record an administrative decision."""
    case = cases.case(desk, number)
    return _sanction_page(desk, case, _sanction_form(desk, case))


@room.post("/cases/<number>/proceedings/sanction", needs=WRITE, again=sanction)
def record_sanction(desk: Desk, number: str) -> ResponseReturnValue:
    """Keep it."""
    case = cases.case(desk, number)
    form = _sanction_form(desk, case)
    form.check()
    return _recorded(desk, case, form, _said_sanction(desk, case, form))


@room.get("/cases/<number>/proceedings/sanction/<uuid:entry_id>", needs=WRITE)
def sanction_again(desk: Desk, number: str, entry_id: UUID) -> ResponseReturnValue:
    """Correct an administrative decision, or add what was done since."""
    case = cases.case(desk, number)
    shown = _of_kind(desk, case, entry_id, criminal=False)
    return _sanction_page(desk, case, _sanction_form(desk, case, shown), correcting=True)


@room.post("/cases/<number>/proceedings/sanction/<uuid:entry_id>", needs=WRITE, again=sanction_again)
def correct_sanction(desk: Desk, number: str, entry_id: UUID) -> ResponseReturnValue:
    """Keep the correction."""
    case = cases.case(desk, number)
    shown = _of_kind(desk, case, entry_id, criminal=False)
    form = _sanction_form(desk, case, shown)
    form.check()
    return _corrected(desk, case, shown, form, _said_sanction(desk, case, form))


@room.get("/cases/<number>/proceedings/criminal", needs=WRITE)
def criminal(desk: Desk, number: str) -> ResponseReturnValue:
    """Record a decision in criminal proceedings."""
    case = cases.case(desk, number)
    return _criminal_page(desk, case, _criminal_form(desk, case))


@room.post("/cases/<number>/proceedings/criminal", needs=WRITE, again=criminal)
def record_criminal(desk: Desk, number: str) -> ResponseReturnValue:
    """Keep it."""
    case = cases.case(desk, number)
    form = _criminal_form(desk, case)
    form.check()
    return _recorded(desk, case, form, _said_criminal(desk, case, form))


@room.get("/cases/<number>/proceedings/criminal/<uuid:entry_id>", needs=WRITE)
def criminal_again(desk: Desk, number: str, entry_id: UUID) -> ResponseReturnValue:
    """Correct a decision in criminal proceedings."""
    case = cases.case(desk, number)
    shown = _of_kind(desk, case, entry_id, criminal=True)
    return _criminal_page(desk, case, _criminal_form(desk, case, shown), correcting=True)


@room.post("/cases/<number>/proceedings/criminal/<uuid:entry_id>", needs=WRITE, again=criminal_again)
def correct_criminal(desk: Desk, number: str, entry_id: UUID) -> ResponseReturnValue:
    """Keep the correction."""
    case = cases.case(desk, number)
    shown = _of_kind(desk, case, entry_id, criminal=True)
    form = _criminal_form(desk, case, shown)
    form.check()
    return _corrected(desk, case, shown, form, _said_criminal(desk, case, form))


def _recorded(desk: Desk, case: "Case", form: forms.Entry, said: actions.Said) -> Response:
    actions.record(
        desk,
        case,
        said=said,
        also=form.also.data or (),
        form_id=form.sent_as(),
        explanations=explanations(),
    )
    return _back(case.number)


def _corrected(
    desk: Desk, case: "Case", shown: DecisionShown, form: forms.Entry, said: actions.Said
) -> Response:
    actions.correct(
        desk,
        case,
        shown,
        said=said,
        revision=form.revision.data or 0,
        why=form.why.data,
        void=bool(form.void.data),
        explanations=explanations(),
    )
    return _back(case.number)


def _said_sanction(desk: Desk, case: "Case", form: forms.SanctionForm) -> actions.Said:
    person = form.against(queries.suspects(desk, case), organisation=bool(form.organisation.data))
    return actions.Said(person, sanction=form.sanction())


def _said_criminal(desk: Desk, case: "Case", form: forms.CriminalForm) -> actions.Said:
    return actions.Said(form.against(queries.suspects(desk, case)), criminal=form.criminal())


def _crime_form(desk: Desk, case: "Case", shown: NewsShown | None = None) -> forms.CrimeForm:
    stored = forms.CrimeForm.stored(shown.now.said, shown.now.at) if shown is not None else {}
    form = _ready(forms.CrimeForm, desk, case, stored, shown)
    form.body.choices = forms.bodies("crime", local_day(desk.now))
    return form


def _sanction_form(desk: Desk, case: "Case", shown: DecisionShown | None = None) -> forms.SanctionForm:
    stored: dict[str, Any] = {}
    if shown is not None and shown.now.sanction is not None:
        stored = _person(shown) | forms.SanctionForm.stored(shown.now.sanction)
    form = _ready(forms.SanctionForm, desk, case, stored, shown)
    form.offer(queries.suspects(desk, case), shown.now.person if shown else None)
    today = local_day(desk.now)
    form.act.choices = forms.acts(today)
    form.outcome.choices = forms.outcomes(today, remedies=False)
    form.remedies.choices = forms.outcomes(today, remedies=True)
    form.body.choices = forms.bodies("sanction", today)
    return form


def _criminal_form(desk: Desk, case: "Case", shown: DecisionShown | None = None) -> forms.CriminalForm:
    stored: dict[str, Any] = {}
    if shown is not None and shown.now.criminal is not None:
        stored = _person(shown) | forms.CriminalForm.stored(shown.now.criminal)
    form = _ready(forms.CriminalForm, desk, case, stored, shown)
    form.offer(queries.suspects(desk, case), shown.now.person if shown else None)
    form.offence.choices = forms.offences(local_day(desk.now))
    form.body.choices = forms.bodies("criminal", local_day(desk.now))
    return form


def _ready(
    kind: type[Form],
    desk: Desk,
    case: "Case",
    stored: dict[str, Any],
    shown: NewsShown | DecisionShown | None,
) -> Form:
    """A form with what is stored and the other children of the report to choose from."""
    form = kind.ready(stored, _siblings(desk, case), shown.now.revision if shown is not None else 0)
    if shown is not None and isinstance(g.objection, Conflict):
        go_on_from(form.revision, shown.now.revision)
    return form


def _person(shown: DecisionShown) -> dict[str, Any]:
    """The person of a stored decision, as the form shows it."""
    return forms.AgainstForm.stored_person(shown.now.person)


def _crime_page(desk: Desk, case: "Case", form: forms.CrimeForm, *, correcting: bool = False) -> Response:
    return page(
        "proceedings/crime.html",
        **_frame(desk, case),
        form=form,
        correcting=correcting,
        given=explanations(),
    )


def _sanction_page(
    desk: Desk, case: "Case", form: forms.SanctionForm, *, correcting: bool = False
) -> Response:
    bounds = showing.bounds_words(
        form.act.data or None, form.day.data, organisation=bool(form.organisation.data)
    )
    return page(
        "proceedings/sanction.html",
        **_frame(desk, case),
        form=form,
        bounds=bounds,
        correcting=correcting,
        given=explanations(),
    )


def _criminal_page(
    desk: Desk, case: "Case", form: forms.CriminalForm, *, correcting: bool = False
) -> Response:
    return page(
        "proceedings/criminal.html",
        **_frame(desk, case),
        form=form,
        correcting=correcting,
        given=explanations(),
    )


def _frame(desk: Desk, case: "Case") -> dict[str, Any]:
    """What every page here says first: the case and its child's given name."""
    card = children.child(desk, case.child_id).card
    name = given_name(card.name) if card is not None and card.name else ""
    return {"case": case, "label": ", ".join(part for part in (case.number, name) if part)}


def _siblings(desk: Desk, case: "Case") -> list[tuple[str, str]]:
    """The other children of the report by given name and number."""
    found = []
    for row in cases.siblings(desk, case):
        name = given_name(row.child.card.name) if row.child.card and row.child.card.name else ""
        found.append((row.case.number, ", ".join(part for part in (name, row.case.number) if part)))
    return found


def _of_kind(desk: Desk, case: "Case", decision_id: UUID, *, criminal: bool) -> DecisionShown:
    shown = queries.decision(desk, case, decision_id)
    if (shown.now.criminal is not None) is not criminal:
        raise NotFound
    return shown


def _writers(news: Iterable[NewsShown], decided: Iterable[DecisionShown]) -> list[UUID | None]:
    versions = [version for one in news for version in (one.now, *one.before)]
    others = [version for one in decided for version in (one.now, *one.before)]
    return [one.recorded_by for one in versions] + [one.recorded_by for one in others]


def _back(number: str) -> Response:
    found: Any = redirect(url_for("proceedings.show", number=number, done="yes"), 303)
    return found  # type: ignore[no-any-return]
