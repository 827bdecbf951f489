"""Pages of papers: the forms of a case, one form with its preview, the register, an issued paper, a province's templates."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import queries as accounts
from casemgr.assessment import showing as labels
from casemgr.cases import queries as cases
from casemgr.children import queries as children
from casemgr.core.calendar import local_day
from casemgr.core.errors import Invalid, NotFound, Refused, Unavailable
from casemgr.core.words import _, language
from casemgr.documents import actions, docx, gather, making, pdf, queries, rules, sheet, showing
from casemgr.documents.catalogue import KINDS, OF_A_UNIT, Kind
from casemgr.documents.forms import IssueForm, RegisterForm, TemplateForm, VoidForm
from casemgr.documents.gather import About
from casemgr.documents.terms import Format, Subject
from casemgr.web.dear import Dear
from casemgr.web.duration import day_short
from casemgr.web.forms import explanations
from casemgr.web.pages import page
from casemgr.web.room import Room

if TYPE_CHECKING:
    from casemgr.cases.models import Case
    from casemgr.documents.models import Paper

room = Room("documents", __name__)
READ, ISSUE, LOAD = Permission.PAPER_READ, Permission.PAPER_ISSUE, Permission.TEMPLATE_LOAD
_TYPES = {
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.PDF: "application/pdf",
}


@room.get("/cases/<number>/papers", needs=READ)
def of_case(desk: Desk, number: str) -> ResponseReturnValue:
    """Every form about this child: can it be made, what is missing, what was issued."""
    case = cases.case(desk, number, parts=("card", "content"))
    return page(
        "documents/of_case.html",
        case=case,
        label=_label(desk, case),
        lines=showing.form_lines(desk, case),
        may_issue=desk.actor.may(ISSUE),
    )


@room.get("/cases/<number>/papers/<form>", needs=READ)
def write(desk: Desk, number: str, form: str) -> ResponseReturnValue:
    """One form about a child: for whom, why, and how it would look. Nothing is stored."""
    case = cases.case(desk, number, parts=("card", "content"))
    kind = _kind(form, of_a_unit=False)
    about = About(_unit_of(desk, case), case, _about_id())
    return _writing_page(desk, kind, about)


@room.post("/cases/<number>/papers/<form>/preview", needs=READ, again=write, writing=False)
def preview(desk: Desk, number: str, form: str) -> ResponseReturnValue:
    """The paper as it would be for this recipient. Nothing is stored."""
    return write(desk, number, form)


@room.post("/cases/<number>/papers/<form>", needs=ISSUE, again=write)
def issue(desk: Desk, number: str, form: str) -> ResponseReturnValue:
    """Issue a form about a child."""
    case = cases.case(desk, number)
    kind = _kind(form, of_a_unit=False)
    return _issued(desk, kind, About(_unit_of(desk, case), case, _about_id()))


@room.get("/papers", needs=READ)
def register(desk: Desk) -> ResponseReturnValue:
    """The register of issued papers of this unit."""
    form = RegisterForm(request.args)
    good = form.validate()
    kind = request.args.get("form") or None
    found = queries.register(
        desk,
        running=form.running.data if good else None,
        year=form.year.data if good else None,
        day=form.day.data if good else None,
        form=kind if kind in KINDS else None,
        after=request.args.get("after"),
    )
    asked: dict[str, Any] = {key: value for key, value in request.args.items() if key != "after" and value}
    return page(
        "documents/register.html",
        form=form,
        chosen=kind or "",
        kinds=[(one.form, _name(one)) for one in KINDS.values()],
        rows=showing.versions(desk, found.rows),
        older=url_for("documents.register", **asked, after=found.next) if found.next else None,
        unit_forms=showing.unit_forms(desk) if _seat(desk) is not None else [],
        may_issue=desk.actor.may(ISSUE),
        may_load=desk.actor.may(LOAD),
    )


@room.get("/papers/make/<form>", needs=READ)
def write_of_unit(desk: Desk, form: str) -> ResponseReturnValue:
    """A list of the unit, or a form about somebody who offers care."""
    return _writing_page(desk, _kind(form, of_a_unit=True), _about_unit(desk))


@room.post("/papers/make/<form>/preview", needs=READ, again=write_of_unit, writing=False)
def preview_of_unit(desk: Desk, form: str) -> ResponseReturnValue:
    """The paper as it would be for this recipient. Nothing is stored."""
    return write_of_unit(desk, form)


@room.post("/papers/make/<form>", needs=ISSUE, again=write_of_unit)
def issue_of_unit(desk: Desk, form: str) -> ResponseReturnValue:
    """Issue a list of the unit, or a form about somebody who offers care."""
    return _issued(desk, _kind(form, of_a_unit=True), _about_unit(desk))


@room.get("/papers/<uuid:paper_id>", needs=READ)
def paper(desk: Desk, paper_id: UUID) -> ResponseReturnValue:
    """One issued paper: number, recipient, copy, what came of it."""
    found = queries.paper(desk, paper_id)
    return page("documents/paper.html", **showing.one_paper(desk, found), form=VoidForm.typed())


@room.get("/papers/<uuid:paper_id>/<any(docx, pdf):format>", needs=READ, dear=Dear.PAPERS)
def download(desk: Desk, paper_id: UUID, format: str) -> ResponseReturnValue:
    """The sealed copy as it was issued, or its print."""
    found, copy = queries.copy_of(desk, paper_id)
    if not making.may_be_taken(desk, found):
        raise Refused(_("A hidden part stands on this paper. Whoever may read that part takes it."))
    if queries.issue_of(found).shown:
        accounts.insist_on_proof(desk)
    wanted = Format(format)
    if wanted is Format.PDF and not pdf.available():
        raise Unavailable(_("This machine cannot make PDF files. Take the Word file and print it."))
    number = rules.number(found.running, found.series)
    file = copy.docx if wanted is Format.DOCX else pdf.from_docx(copy.docx, f"{number} ({found.year})")
    queries.handed_out(desk, paper_id, file, wanted.value)
    answer = Response(file, content_type=_TYPES[wanted])
    name = f"mau-{found.form.lower()}-{found.year}-{found.running}.{wanted.value}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@room.post("/papers/<uuid:paper_id>/void", needs=ISSUE, again=paper)
def void(desk: Desk, paper_id: UUID) -> ResponseReturnValue:
    """Declare a paper void."""
    found = queries.paper(desk, paper_id)
    form = VoidForm.typed()
    form.check()
    actions.void(desk, found, reason=form.reason.data)
    return redirect(url_for("documents.paper", paper_id=paper_id), 303)


@room.get("/papers/templates", needs=LOAD)
def templates(desk: Desk) -> ResponseReturnValue:
    """The province's own Word templates, and how to make one."""
    form = TemplateForm.typed({"since": local_day(desk.now)})
    form.ask("form", [(one.form, _name(one)) for one in KINDS.values()])
    kind = KINDS.get(request.values.get("form") or "")
    names = docx.shipped_names(kind.form) if kind is not None else None
    rows = queries.templates(desk, _province(desk))
    people = cases.names(desk, [row.loaded_by for row in rows])
    return page(
        "documents/templates.html",
        form=form,
        kind=kind,
        names=names,
        lists=sorted(names.lists.items()) if names is not None else [],
        rows=[
            (
                row,
                _name(KINDS[row.form]),
                day_short(row.since),
                day_short(row.ended_on) if row.ended_on else "",
                people.get(row.loaded_by, "") if row.loaded_by else "",
            )
            for row in rows
        ],
    )


@room.post("/papers/templates", needs=LOAD, again=templates)
def load_template(desk: Desk) -> ResponseReturnValue:
    """Take up a template of the province."""
    form = TemplateForm.typed()
    form.ask("form", [(one.form, _name(one)) for one in KINDS.values()])
    form.check()
    kind, file = KINDS.get(form.form.data or ""), request.files.get("file")
    if kind is None:
        raise Invalid({"form": [_("Choose for which form it is.")]})
    if file is None or not file.filename:
        raise Invalid({"file": [_("Choose a Word file.")]})
    actions.load_template(
        desk, unit_id=_province(desk), kind=kind, file=file.stream.read(), since=form.since.data
    )
    return redirect(url_for("documents.templates"), 303)


@room.get("/papers/templates/shipped/<form>", needs=LOAD)
def shipped(desk: Desk, form: str) -> ResponseReturnValue:
    """The template of the system, to begin one's own with."""
    if form not in KINDS:
        raise NotFound
    answer = Response(docx.shipped(form), content_type=_TYPES[Format.DOCX])
    answer.headers["Content-Disposition"] = f'attachment; filename="mau-{form.lower()}.docx"'
    return answer


@room.post("/papers/templates/<uuid:template_id>/end", needs=LOAD, again=None)
def end_template(desk: Desk, template_id: UUID) -> ResponseReturnValue:
    """Go back to the template of the system."""
    actions.end_template(desk, queries.template(desk, template_id, _province(desk)))
    return redirect(url_for("documents.templates"), 303)


def _writing_page(desk: Desk, kind: Kind, about: About) -> Response:
    form = IssueForm.typed({"scope": _("Only for the recipient named here; not to be copied or passed on.")})
    wish, replaces = form.wish(), _replaced(desk, kind, about)
    ready = about.case is not None or kind.subject is Subject.UNIT or about.about_id is not None
    made = making.preview(desk, kind, about, wish, replaces) if ready else None
    case = about.case
    if case is not None and made is not None:
        desk.read("paper previewed", case.number, ("content",))
    unreadable = rules.unreadable(making.asked(desk, made)) if made is not None else ()
    answer = page(
        "documents/write.html",
        kind=kind,
        case=case,
        label=_label(desk, case) if case is not None else "",
        remark=kind.remark,
        title=_name(kind),
        basis=kind.basis(local_day(desk.now), language()),
        checked=kind.checked(local_day(desk.now)),
        form=form,
        missing=rules.missing(kind.form, made.facts) if made is not None else [],
        about=str(about.about_id or ""),
        choices=showing.choices_about(desk, kind, case) if kind.subject is not Subject.UNIT else [],
        quarters=showing.quarters(desk.now) if kind.subject is Subject.UNIT else [],
        quarter=about.quarter or gather.quarter_of(desk),
        replaces=replaces,
        replaces_number=rules.number(replaces.running, replaces.series) if replaces is not None else "",
        paper=sheet.read(making.written(desk, made, None)) if made is not None and not unreadable else None,
        unreadable=[str(one) for one in unreadable],
        removed=made.removed if made is not None else 0,
        shows=bool(wish.shown),
        of_a_province=made.template.of_a_province if made is not None else False,
        may_issue=made is not None and desk.actor.may(ISSUE) and desk.actor.role in kind.issued_by,
        given=explanations(),
        here_url=_here_url(kind, case),
        preview_url=_here_url(kind, case, preview=True),
    )
    return answer


def _issued(desk: Desk, kind: Kind, about: About) -> ResponseReturnValue:
    form = IssueForm.typed()
    form.check()
    if not form.recipient.data:
        raise Invalid({"recipient": [_("Choose for whom it is.")]})
    paper = actions.issue(
        desk,
        about,
        kind=kind,
        wish=form.wish(),
        explanations=explanations(),
        replaces=_replaced(desk, kind, about),
    )
    return redirect(url_for("documents.paper", paper_id=paper.id), 303)


def _here_url(kind: Kind, case: "Case | None", *, preview: bool = False) -> str:
    if case is not None:
        return url_for(
            "documents.preview" if preview else "documents.issue", number=case.number, form=kind.form
        )
    return url_for("documents.preview_of_unit" if preview else "documents.issue_of_unit", form=kind.form)


def _kind(form: str, *, of_a_unit: bool) -> Kind:
    kind = KINDS.get(form)
    if kind is None or (kind.subject in OF_A_UNIT) is not of_a_unit:
        raise NotFound
    return kind


def _name(kind: Kind) -> str:
    title = kind.title(local_day(g.now)).text(language())
    return title if kind.form == "BB" else _("Form %(number)s. %(title)s", number=kind.form, title=title)


def _about_id() -> UUID | None:
    return _uuid(request.values.get("about"))


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None


def _about_unit(desk: Desk) -> About:
    unit_id = _seat(desk)
    if unit_id is None:
        raise NotFound
    quarter = request.values.get("quarter") or None
    if quarter is not None and quarter not in {value for value, _label in showing.quarters(desk.now)}:
        raise NotFound
    return About(unit_id, about_id=_about_id(), quarter=quarter)


def _seat(desk: Desk) -> int | None:
    """The commune at which the reader's role is held; papers of a unit are made there."""
    return desk.actor.unit_id


def _unit_of(desk: Desk, case: "Case") -> int:
    """The unit that issues: the issuer's own, where it works on the case; else the one that answers for it."""
    mine = desk.actor.unit_id
    of_case = [case.unit_id, case.incident_unit_id, case.residence_unit_id]
    if mine is not None and mine in of_case:
        return mine
    found = next((unit for unit in of_case if unit is not None), None)
    if found is None:
        raise Invalid({"unit": [_("No commune is known for this case yet.")]})
    return found


def _province(desk: Desk) -> int:
    found = queries.province_id(desk, desk.actor.unit_id) if desk.actor.unit_id is not None else None
    if found is None:
        raise NotFound
    return found


def _replaced(desk: Desk, kind: Kind, about: About) -> "Paper | None":
    """The paper that is issued anew: of the same form, about the same case."""
    paper_id = _uuid(request.values.get("replaces"))
    if paper_id is None:
        return None
    found = queries.paper(desk, paper_id)
    case_id = about.case.id if about.case is not None else None
    if found.form != kind.form or found.case_id != case_id:
        raise NotFound
    return found


def _label(desk: Desk, case: "Case") -> str:
    return str(labels.case_label(case, children.child(desk, case.child_id).card))
