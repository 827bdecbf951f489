"""Pages of files: those of a case, one file with who had it in hand, the copy that is looked at, the original."""

from collections.abc import Iterator
from uuid import UUID

from flask import Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts.forms import RefusalForm
from casemgr.assessment import showing as labels
from casemgr.cases import queries as cases
from casemgr.cases.deciding import may_act
from casemgr.children import queries as children
from casemgr.core.errors import NotFound
from casemgr.files import actions, kinds, proving, queries, rules, showing
from casemgr.files.forms import AddForm, RemoveForm, TakeForm
from casemgr.files.kinds import LOOKS, Kind
from casemgr.files.scanner import Verdict, scan
from casemgr.files.terms import Form, State
from casemgr.web.pages import page
from casemgr.web.room import Room, house

room = Room("files", __name__)
READ, ADD, ORIGINAL = Permission.FILE_READ, Permission.FILE_ADD, Permission.FILE_ORIGINAL
_BESIDE = 256 * 1024  # what a form needs around the file
_ALONE = "sandbox; default-src 'none'; base-uri 'none'; frame-ancestors 'none'"


@room.get("/cases/<number>/files", needs=READ)
def of_case(desk: Desk, number: str) -> ResponseReturnValue:
    """The files of a case, and a form for one more."""
    case = cases.case(desk, number)
    return page(
        "files/of_case.html",
        case=case,
        label=labels.case_label(case, children.child(desk, case.child_id).card),
        files=showing.lines(desk, queries.of_case(desk, case)),
        form=AddForm.typed(),
        accept=kinds.ACCEPT,
        may_add=desk.actor.may(ADD),
        most=rules.MOST_A_DAY,
        kept=request.args.get("kept", ""),
    )


@room.post("/cases/<number>/files", needs=ADD, again=of_case, writing=False, largest=rules.LARGEST + _BESIDE)
def add(desk: Desk, number: str) -> ResponseReturnValue:
    """Keep one more file. It is decoded first, so that no writer has to wait for that."""
    case = cases.case(desk, number)
    form = AddForm.typed()
    form.check()
    sent = request.files.get("file")
    chosen = sent is not None and sent.filename
    rules.has_room(queries.added_today(desk, case), by_person=queries.kept_today(desk)).settle()
    with proving.prove(sent.stream if sent is not None and chosen else None) as proved:
        state = _scanned(proved)
        with house().office.open(desk.actor, request=desk.request) as writing:
            actions.add(
                writing,
                cases.case(writing, number),
                proved,
                name=(sent.filename if sent is not None else None) or "",
                about=form.chosen(),
                description=form.description.data or "",
                taken_on=form.taken_on.data,
                state=state,
            )
    return redirect(url_for("files.of_case", number=number, kept=state.value), 303)


@room.get("/cases/<number>/files/<uuid:file_id>", needs=READ)
def show(desk: Desk, number: str, file_id: UUID) -> ResponseReturnValue:
    """One file: what it is, what it looks like, who had it in hand."""
    case = cases.case(desk, number)
    file = queries.one(desk, case, file_id)
    desk.read("file opened", file.id, ("content",))
    may_take, wish = desk.actor.may(ORIGINAL), queries.removal(desk, file)
    return page(
        "files/show.html",
        case=case,
        label=labels.case_label(case, children.child(desk, case.child_id).card),
        file=file,
        line=showing.line(desk, file, cases.names(desk, [file.added_by]), leaving=wish is not None),
        hands=showing.hands(desk, queries.hands(desk, file)) if may_take else [],
        take=TakeForm.typed(),
        removal=RemoveForm.typed(),
        wish=wish,
        refusal=RefusalForm.typed(),
        may_take=may_take,
        may_remove=desk.actor.may(ADD) and file.state != State.REMOVED,
        held=queries.is_held(desk, case),
        answers=may_act(desk, case),
    )


@room.get("/cases/<number>/files/<uuid:file_id>/<any(view, small):shown>", needs=READ)
def look(desk: Desk, number: str, file_id: UUID, shown: str) -> ResponseReturnValue:
    """The copy made for looking at, or the small picture of it. A picture stands in the page; anything else is saved."""
    file = queries.one(desk, cases.case(desk, number), file_id)
    told = queries.content(file)
    rules.may_be_opened(State(file.state)).settle()
    looks, small = LOOKS[Kind(told.kind)], shown == "small"
    size = told.small_size if small else told.copy_size
    if size is None or looks.copy_type is None:
        raise NotFound
    desk.read("file seen small" if small else "file looked at", file.id, (shown,))
    is_picture = Kind(told.kind) in kinds.PICTURES
    return _sent(
        queries.opened_later(house().office, desk.actor, file.id, Form.SMALL if small else Form.COPY),
        size,
        content_type=looks.copy_type,
        disposition="inline" if is_picture else "attachment",
        name=f"tep-{file.id.hex[-8:]}.{looks.copy_ending}",
    )


@room.post("/cases/<number>/files/<uuid:file_id>/original", needs=ORIGINAL, again=show)
def take(desk: Desk, number: str, file_id: UUID) -> ResponseReturnValue:
    """Hand out the original, as it came, to whoever says for whom and why."""
    file = queries.one(desk, cases.case(desk, number), file_id)
    form = TakeForm.typed()
    form.check()
    actions.take_original(desk, file, purpose=form.chosen(), words=form.words.data or "")
    told = queries.content(file)
    return _sent(
        queries.opened_later(house().office, desk.actor, file.id, Form.ORIGINAL),
        told.size,
        content_type="application/octet-stream",
        disposition="attachment",
        name=f"goc-{file.id.hex[-8:]}.{LOOKS[Kind(told.kind)].ending}",
    )


@room.post("/cases/<number>/files/<uuid:file_id>/removal", needs=ADD, again=show)
def ask_removal(desk: Desk, number: str, file_id: UUID) -> ResponseReturnValue:
    """Ask that a file be removed."""
    case = cases.case(desk, number)
    form = RemoveForm.typed()
    form.check()
    actions.ask_removal(desk, queries.one(desk, case, file_id), case, reason=form.reason.data or "")
    return redirect(url_for("files.show", number=number, file_id=file_id), 303)


@room.post("/cases/<number>/files/<uuid:file_id>/removal/call-off", needs=ADD, again=show)
def call_off_removal(desk: Desk, number: str, file_id: UUID) -> ResponseReturnValue:
    """Leave the file where it is."""
    file = queries.one(desk, cases.case(desk, number), file_id)
    actions.call_off_removal(desk, file, reason=RefusalForm.typed().reason.data or "")
    return redirect(url_for("files.show", number=number, file_id=file_id), 303)


@room.post("/cases/<number>/files/<uuid:file_id>/removal/agree", needs=ADD, again=show)
def remove(desk: Desk, number: str, file_id: UUID) -> ResponseReturnValue:
    """Agree that a file is removed."""
    actions.remove(desk, queries.one(desk, cases.case(desk, number), file_id))
    return redirect(url_for("files.of_case", number=number, kept=State.REMOVED.value), 303)


def _scanned(proved: proving.Proved) -> State:
    """How a file stands after the virus scanner was asked. One that does not answer loses nothing."""
    settings = current_app.extensions["settings"]
    verdict = scan(settings.outside, settings.clamd_socket, proved.original)
    if verdict is Verdict.FOUND:
        raise proving.refused("infected")
    return State.WAITING if verdict is Verdict.UNAVAILABLE else State.READY


def _sent(pieces: Iterator[bytes], size: int, *, content_type: str, disposition: str, name: str) -> Response:
    """A file on its way, piece by piece, which no browser runs or keeps."""
    answer = Response(pieces, content_type=content_type)
    answer.content_length = size
    answer.headers["Content-Disposition"] = f'{disposition}; filename="{name}"'
    answer.headers["Content-Security-Policy"] = _ALONE
    return answer
