"""Pages of oversight: the overview of a province, the audit trail, who looked at a file, looks to ask about, help."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.access.roles import LABELS, Role
from casemgr.accounts import queries as accounts
from casemgr.cases import queries as cases
from casemgr.core.text import whole_number
from casemgr.core.words import _
from casemgr.dossier.next_step import NEXT, WAY
from casemgr.law.deadlines import deadline
from casemgr.oversight import actions, lures, queries, trail, watching
from casemgr.oversight import heads as posting
from casemgr.oversight.forms import AnswerForm, Filter, WordsForm
from casemgr.oversight.terms import ANSWERS, FAULTS, WHY, in_words, parts_in_words
from casemgr.places import queries as places
from casemgr.web.pages import page
from casemgr.web.room import Room

room = Room("oversight", __name__)
_LAST_ENTRY = 2**63 - 1  # no number of an entry is higher


@room.get("/oversight", needs=Permission.OVERSIGHT_READ)
def overview(desk: Desk) -> ResponseReturnValue:
    """What stands in the province now: figures, what ran out, where."""
    atlas = places.atlas(desk)
    unit = atlas.unit(desk.actor.unit_id) if desk.actor.unit_id is not None else None
    communes = places.communes(desk, unit.code) if unit is not None else []
    seen = queries.overview(desk, [row.id for row in communes])
    holders = cases.names(desk, [case.holder_id for _clock, case in seen.overdue])
    rows = [
        (row, seen.open_by_unit.get(row.id, 0), seen.overdue_by_unit.get(row.id, 0))
        for row in sorted(communes, key=lambda row: row.name)
    ]
    quiet = [row for row, is_open, _late in rows if not is_open]
    return page(
        "oversight/overview.html",
        seen=seen,
        late=sum(seen.overdue_by_unit.values()),
        most=queries.SHOWN,
        rows=[row for row in rows if row[1]],
        quiet=quiet,
        unit=unit,
        holders=holders,
        unit_name=lambda key: found.name if (found := atlas.unit(key)) else "",
        titles=NEXT,
    )


@room.get("/help", needs=Permission.HELP)
def guidance(desk: Desk) -> ResponseReturnValue:
    """One section per step of the law, the first twelve hours, words to say, numbers to call."""
    today = places.today(desk)
    way = [(leg.stage, leg.title, leg.form, leg.until_by(today)) for leg in WAY]
    limits = {name: deadline(name, on=today) for name in ("emergency_12h", "plan_5wd", "plan_approval_2wd")}
    return page("oversight/help.html", way=way, steps=NEXT, limits=limits)


@room.get("/audit", needs=Permission.AUDIT_READ)
def audit(desk: Desk) -> ResponseReturnValue:
    """Who did, read or was refused what, when, by which right. No child's data."""
    form = Filter.asked_for(request.args)
    found = trail.lines(desk, form.asked(before=whole_number(request.args.get("before", ""), _LAST_ENTRY)))
    desk.read("trail read", count=len(found))
    told = form.told()
    return page(
        "oversight/trail.html",
        lines=found,
        counts=trail.chained(desk),
        form=form,
        roles=_role,
        named=in_words,
        parts=parts_in_words,
        older=url_for("oversight.audit", before=found[-1].seq, **told) if len(found) == trail.SHOWN else None,
        as_csv=url_for("oversight.audit_csv", **told),
    )


@room.get("/audit/csv", needs=Permission.AUDIT_READ)
def audit_csv(desk: Desk) -> ResponseReturnValue:
    """The same for a spreadsheet."""
    text = trail.as_csv(desk, Filter.asked_for(request.args).asked())
    return (
        text,
        200,
        {
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": 'attachment; filename="nhat-ky.csv"',
        },
    )


@room.get("/audit/<int:seq>/words", needs=Permission.AUDIT_READ)
def words(desk: Desk, seq: int) -> ResponseReturnValue:
    """Before searched words are opened: why."""
    return page("oversight/words.html", form=WordsForm.typed(), seq=seq, words=None)


@room.post("/audit/<int:seq>/words", needs=Permission.AUDIT_READ, again=words)
def open_words(desk: Desk, seq: int) -> ResponseReturnValue:
    """What somebody searched for; the reason given and who asked stand in the trail."""
    accounts.insist_on_proof(desk)
    form = WordsForm.typed()
    form.check()
    return page("oversight/words.html", form=form, seq=seq, words=trail.words_of(desk, seq))


@room.get("/audit/heads", needs=Permission.AUDIT_READ)
def heads(desk: Desk) -> ResponseReturnValue:
    """The ends of the chain at the last verifications, to be printed and kept in another house."""
    checks = queries.checks(desk)
    return page(
        "oversight/heads.html",
        checks=checks,
        faults=queries.faults(desk, checks),
        fault_words=FAULTS,
        posted=posting.last_sent(desk),
    )


@room.get("/cases/<number>/looks", needs=Permission.READERS_READ)
def readers(desk: Desk, number: str) -> ResponseReturnValue:
    """Who looked at this file."""
    case, found = trail.readers(desk, number)
    return page("oversight/readers.html", case=case, readers=found, roles=_role)


@room.get("/concerns", needs=(Permission.AUDIT_READ, Permission.OVERSIGHT_READ))
def concerns(desk: Desk, concern_id: UUID | None = None) -> ResponseReturnValue:
    """Looks somebody should ask about, with reasons; a person decides."""
    return page(
        "oversight/concerns.html",
        lured=lures.lured(desk) if desk.actor.may(Permission.AUDIT_READ) else (),
        waiting=watching.concerns(desk),
        answered=watching.concerns(desk, answered=True, limit=30),
        answers=ANSWERS.items(),
        answering=concern_id,
        form=AnswerForm.typed(),
        reason=lambda why, count: _(WHY[why].original, count=count),
        answer_words=lambda code: str(ANSWERS[code]),
    )


@room.post(
    "/concerns/<uuid:concern_id>",
    needs=(Permission.AUDIT_READ, Permission.OVERSIGHT_READ),
    again=concerns,
)
def answer(desk: Desk, concern_id: UUID) -> ResponseReturnValue:
    """What whoever asked has learned."""
    form = AnswerForm.typed()
    form.check()
    actions.answer(desk, concern_id, said=form.chosen)
    return redirect(url_for("oversight.concerns"), 303)


def _role(code: str) -> str:
    return str(LABELS[Role(code)]) if code in set(Role) else code
