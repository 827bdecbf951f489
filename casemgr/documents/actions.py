"""Writing papers: issue one under the next number, declare one void, take up a province's template."""

import hashlib
from collections.abc import Mapping
from datetime import date

from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import queries as accounts
from casemgr.cases import spine
from casemgr.cases.terms import Note, Step
from casemgr.core.calendar import local_day
from casemgr.core.errors import Invalid, RuleBroken
from casemgr.core.findings import Findings, blocks
from casemgr.core.words import _, _l
from casemgr.documents import docx, making, package, queries, rules
from casemgr.documents.catalogue import Kind
from casemgr.documents.gather import About
from casemgr.documents.models import Paper, PaperCounter, PaperTemplate
from casemgr.documents.terms import Copy, Issue, Voided, Wish


@action("paper issued", needs=Permission.PAPER_ISSUE)
def issue(
    desk: Desk,
    about: About,
    *,
    kind: Kind,
    wish: Wish,
    explanations: Mapping[str, str] | None = None,
    replaces: Paper | None = None,
) -> Paper:
    """Issue a paper for somebody named: it gets the next number of the register, and an exact copy is kept sealed."""
    made = making.draft(desk, kind, about, wish, replaces)
    rules.may_be_made(making.asked(desk, made)).settle(explanations)
    if wish.shown:
        accounts.insist_on_proof(desk)
    year = local_day(desk.now).year
    running = _take_number(desk, about.unit_id, year, kind.series)
    paper = Paper(
        id=desk.id(),
        unit_id=about.unit_id,
        case_id=about.case.id if about.case is not None else None,
        form=kind.form,
        series=kind.series,
        year=year,
        running=running,
        revision=replaces.revision + 1 if replaces is not None else 1,
        replaces_id=replaces.id if replaces is not None else None,
        about_id=about.about_id,
        quarter=about.quarter,
        template_id=made.template.template_id,
        issued_at=desk.now,
        issued_by=desk.actor.account_id,
    )
    paper.record_id = paper.case_id or paper.id
    desk.add(paper)
    file = making.written(desk, made, running)
    desk.seal(paper, issue=_kept(made, file, explanations or {}), copy=Copy(file))
    if about.case is not None:
        codes = {"form": kind.form, "number": rules.number(running, kind.series), "for": wish.recipient.value}
        spine.advance(desk, about.case, Step.ISSUE_PAPER, note=Note(data=codes))
    if wish.shown:
        desk.read("hidden part printed", paper.id, [part.value for part in wish.shown], reason="paper")
    return paper


@action("paper voided", needs=Permission.PAPER_ISSUE)
def void(desk: Desk, paper: Paper, *, reason: str | None) -> Paper:
    """Declare a paper void, with the reason. Its number stays used and its copy stays in the register."""
    Findings(
        blocks("void", _l("This paper is void already."), when=paper.voided_at is not None),
        blocks(
            "not-ours",
            _l("Another unit issued this paper. That unit declares it void."),
            when=not queries.is_ours(desk, paper),
        ),
        blocks("reason", _l("Say why it is void."), when=not reason, field="reason"),
    ).settle()
    paper.voided_at, paper.voided_by = desk.now, desk.actor.account_id
    desk.seal(paper, voided=Voided(reason or ""))
    case = queries.case_of(desk, paper)
    if case is not None:
        codes = {"form": paper.form, "number": rules.number(paper.running, paper.series), "void": "yes"}
        spine.advance(desk, case, Step.ISSUE_PAPER, note=Note(reason=reason, data=codes))
    return paper


@action("paper template loaded", needs=Permission.TEMPLATE_LOAD)
def load_template(desk: Desk, *, unit_id: int, kind: Kind, file: bytes, since: date | None) -> PaperTemplate:
    """Take up a province's Word template for a form from a day on; a wrong one is refused with what is wrong."""
    if since is None:
        raise Invalid({"since": [_("Give the day from which it is used.")]})
    docx.check(file, kind.form)
    opened = package.unpack(file)
    row = PaperTemplate(
        id=desk.id(),
        unit_id=unit_id,
        form=kind.form,
        revision=queries.last_revision(desk, unit_id, kind.form) + 1,
        since=since,
        loaded_at=desk.now,
        loaded_by=desk.actor.account_id,
        digest=hashlib.sha256(file).digest(),
        file=package.pack(opened.files),
    )
    desk.add(row)
    return row


@action("paper template ended", needs=Permission.TEMPLATE_LOAD)
def end_template(desk: Desk, row: PaperTemplate) -> PaperTemplate:
    """Go back to the template of the system from today on."""
    if row.ended_on is not None:
        raise RuleBroken(Findings(blocks("ended", _l("It is no longer used."), when=True)))
    row.ended_on = local_day(desk.now)
    return row


def _take_number(desk: Desk, unit_id: int, year: int, series: str) -> int:
    """The next number of a unit's register; it is given back when the work does not end well, so no number is lost."""
    insert = insert_sqlite if desk.session.get_bind().dialect.name == "sqlite" else insert_postgresql
    statement = insert(PaperCounter).values(unit_id=unit_id, year=year, series=series, last=1)
    statement = statement.on_conflict_do_update(
        index_elements=[PaperCounter.unit_id, PaperCounter.year, PaperCounter.series],
        set_={"last": PaperCounter.last + 1},
    )
    found: int = desk.session.execute(statement.returning(PaperCounter.last)).scalar_one()
    return found


def _kept(made: making.Draft, file: bytes, explanations: Mapping[str, str]) -> Issue:
    wish = made.wish
    return Issue(
        recipient=wish.recipient.value,
        name=wish.name,
        purpose=wish.purpose,
        secrecy=wish.secrecy.value if wish.secrecy is not None else "",
        scope=wish.scope,
        shown=tuple(part.value for part in wish.shown),
        removed=made.removed,
        digest=hashlib.sha256(file).hexdigest(),
        explained=tuple(f"{code}: {text}" for code, text in explanations.items() if text),
        number=made.kind.own_number(made.facts),
    )
