"""Pages of searching: one box, the search beyond one's own files, requests to see a file, pairs that may be one child."""

from typing import Any
from uuid import UUID

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.cases.numbers import is_number
from casemgr.children import queries as children
from casemgr.children import rules
from casemgr.children.queries import Hit
from casemgr.core.calendar import local_day
from casemgr.core.errors import Invalid, NotFound
from casemgr.core.text import clean, clean_lines
from casemgr.core.words import _
from casemgr.places import queries as places
from casemgr.search import actions, queries, showing
from casemgr.search.terms import RequestState
from casemgr.web.pages import page
from casemgr.web.room import Room, house

room = Room("search", __name__)

_LONGEST, _LONGEST_REASON = 120, 1000


@room.get("/children/search", needs=Permission.CHILD_SEARCH)
def ask(desk: Desk) -> ResponseReturnValue:
    """One box: name with or without marks, birth date or year, number."""
    return _page(desk, "", waiting=queries.requests_waiting(desk))


@room.post("/children/search", needs=Permission.CHILD_SEARCH, writing=False)
def find(desk: Desk) -> ResponseReturnValue:
    """The children that fit, inside what this person may see. What was typed stays in the body, never in an address."""
    typed = clean(request.form.get("q", ""), _LONGEST)
    if is_number(typed.upper()):
        return redirect(url_for("cases.show", number=cases.case(desk, typed.upper()).number), 303)
    wanted = rules.wanted(typed)
    if wanted.nothing:
        return _page(desk, typed)
    found = children.find(desk, wanted, typed=typed)
    return _page(desk, typed, hits=_rows(desk, found.hits), too_wide=found.too_wide)


@room.post("/children/search/wide", needs=Permission.CHILD_SEARCH, writing=False)
def wide(desk: Desk) -> ResponseReturnValue:
    """Beyond one's own files: two facts or a number; whoever is found outside stays covered."""
    typed = clean(request.form.get("q", ""), _LONGEST)
    province = clean(request.form.get("province", ""), 2)
    wanted = rules.wanted(typed, province=province or None)
    if not wanted.precise:
        problem = _(
            "For a search beyond your files, give the name with a birth year, a date or a province, or a number."
        )
        return _page(desk, typed, problem=problem), 422
    why = clean_lines(request.form.get("why", ""), _LONGEST_REASON)
    found = queries.wide(desk, wanted)
    with house().office.open(desk.actor, request=g.request_id) as own:
        spent = actions.count(own, found, typed=typed, why=why)
    if spent.used_up and not why:
        return _page(desk, typed, spent=spent), 422
    outside = showing.covered(desk, found.outside)
    return _page(desk, typed, hits=_rows(desk, found.hits), outside=outside)


@room.get("/children/requests", needs=(Permission.CHILD_SEARCH, Permission.ACCESS_ANSWER))
def requests(desk: Desk) -> ResponseReturnValue:
    """Requests to see a file: those that wait for us, those we made; for supervisors, searches beyond the limit."""
    to_us, mine = queries.requests(desk)
    told = queries.excesses(desk) if desk.actor.may(Permission.OVERSIGHT_READ) else ()
    names = cases.names(desk, [*(row.asked_by for row in to_us), *(row.account_id for row in told)])
    known = children.of_numbers(desk, {row.child_id for row in to_us})
    mark = request.form.get("child", "")
    return page(
        "search/requests.html",
        to_us=[(row, known.get(row.child_id)) for row in to_us],
        mine=mine,
        told=told,
        names=names,
        unit_name=showing.unit_names(desk),
        states=RequestState,
        mark_of=rules.mark_of,
        may_answer=desk.actor.may(Permission.ACCESS_ANSWER),
        asking=mark if rules.child_of(mark) is not None else "",
        why=request.form.get("why", ""),
        answering=request.view_args.get("request_id") if request.view_args else None,
        words=request.form.get("words", ""),
        done=request.args.get("done"),
    )


@room.post("/children/requests", needs=Permission.CHILD_SEARCH, again=requests)
def request_access(desk: Desk) -> ResponseReturnValue:
    """Ask the office that keeps a file to be let in."""
    child_id = rules.child_of(request.form.get("child", ""))
    if child_id is None:
        raise NotFound
    actions.ask(desk, child_id=child_id, why=clean_lines(request.form.get("why", ""), _LONGEST_REASON))
    return redirect(url_for("search.requests", done="asked"), 303)


def _requests_again(desk: Desk, request_id: UUID) -> ResponseReturnValue:
    return requests(desk)


@room.post("/children/requests/<uuid:request_id>", needs=Permission.ACCESS_ANSWER, again=_requests_again)
def answer_request(desk: Desk, request_id: UUID) -> ResponseReturnValue:
    """Let the other office read the file, or say why not."""
    asked = queries.request(desk, request_id)
    said = request.form.get("answer", "")
    if said not in ("share", "refuse"):
        raise Invalid({"answer": [_("Choose: share the file, or say no.")]})
    words = clean_lines(request.form.get("words", ""), _LONGEST_REASON)
    actions.answer(desk, asked, share=said == "share", words=words)
    return redirect(url_for("search.requests", done="answered"), 303)


@room.get("/children/duplicates", needs=Permission.CHILD_MERGE)
def duplicates(desk: Desk) -> ResponseReturnValue:
    """Pairs of files that may be of one child, found at night: somebody looks."""
    pairs = queries.waiting_pairs(desk)
    desk.read("pairs of children listed", count=len(pairs))
    rows = [(one, other, showing.alike(desk, one, other)) for one, other in pairs]
    return page("search/duplicates.html", pairs=rows, mark_of=rules.mark_of)


def _page(desk: Desk, typed: str, **shown: Any) -> Response:
    """The one page of searching with what there is to show."""
    provinces = places.provinces(desk, local_day(desk.now))
    return page(
        "search/find.html",
        typed=typed,
        province=request.form.get("province", ""),
        provinces=[("", _("all provinces")), *((unit.code, unit.name) for unit in provinces)],
        may_see_child=desk.actor.may(Permission.CHILD_READ),
        may_merge=desk.actor.may(Permission.CHILD_MERGE),
        **{
            "hits": None,
            "outside": None,
            "too_wide": False,
            "problem": "",
            "spent": None,
            "waiting": 0,
            **shown,
        },
    )


def _rows(desk: Desk, hits: Any) -> list[dict[str, Any]]:
    """Hits with their cases; children who are only practised with are left out."""
    held = queries.cases_of(desk, [hit.child.id for hit in hits])
    return [
        _row(hit, held.get(hit.child.id, []))
        for hit in hits
        if not (mine := held.get(hit.child.id)) or not all(case.rehearsal for case in mine)
    ]


def _row(hit: Hit, held: list[Any]) -> dict[str, Any]:
    return {
        "card": hit.child.card,
        "mark": rules.mark_of(hit.child.id),
        "cases": held,
        "exact": hit.why.exact,
    }
