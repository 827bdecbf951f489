"""One return: its numbers, how far it has come, and the steps that a person may take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import request
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.calendar import local_day
from casemgr.core.errors import NotFound
from casemgr.core.periods import Period
from casemgr.indicators.terms import BELOW
from casemgr.reporting import actions, queries, rules, showing
from casemgr.reporting import frozen as keeping
from casemgr.reporting.differences import changed_cells
from casemgr.reporting.forms import ReasonForm, SignForm
from casemgr.reporting.terms import STATES, Said, State, Wanted
from casemgr.reporting.views.door import ONE, READ, address, go_on, how_sure, room
from casemgr.web.duration import moment_words
from casemgr.web.forms import explanations
from casemgr.web.pages import page

if TYPE_CHECKING:
    from casemgr.reporting.models import Return, ReturnVersion

_OPEN = (State.DRAFT, State.RETURNED)


@room.get(ONE, needs=READ)
def show(desk: Desk, schedule: str, period: str, place: str) -> ResponseReturnValue:
    """The return as it is: live while nobody has signed, as signed after that; what is to be done next, and by whom."""
    one = queries.wanted(desk, schedule, period, place)
    inside = queries.may_read(desk, queries.unit_of(desk, one))
    row = queries.stored(desk, one)
    versions = queries.versions(desk, row) if row else ()
    if not inside and not versions:
        raise NotFound
    shown = _shown(row, versions, inside=inside)
    now = queries.live(desk, one, proof_of=()) if inside else None
    frozen = queries.kept(shown) if shown else now
    assert frozen is not None
    comments = queries.comments(desk, row) if inside else ()
    differs = len(changed_cells(frozen, now)) if shown and now else 0
    desk.read("return opened", f"{one.schedule.id} {one.period} {one.place}")
    return page(
        "reporting/show.html",
        one=one,
        row=row,
        shown=shown,
        said=(shown.said if shown else None) or Said(),
        given_back=_given_back(versions),
        title=showing.title(one),
        place_name=queries.place_name(desk, one),
        base=address(one),
        blocks=showing.blocks(desk, one, frozen, base=address(one), comments=comments),
        way=showing.way(one, row) if inside else [],
        state=STATES[State(row.state) if row and inside else State(shown.state) if shown else State.DRAFT],
        due=showing.due_words(one.due_on, local_day(desk.now), row),
        early=Period.parse(one.period).last >= local_day(desk.now),
        differs=differs,
        versions=versions,
        names=showing.names(desk, versions),
        signer=showing.signer,
        moment=lambda at: moment_words(at, desk.now),
        open_threads=sum(line.thread_id is None and line.settled_at is None for line in comments),
        below=one.level in BELOW and inside,
        how_sure=how_sure,
        done=request.args.get("done", ""),
        return_form=ReasonForm.typed(),
        **steps(desk, one, row, versions),
    )


def _shown(row: Return | None, versions: Any, *, inside: bool) -> ReturnVersion | None:
    """The version that is shown: the one under way or standing; none while numbers are live."""
    if row is None or not versions:
        return None
    if not inside:
        return next((one for one in versions if one.published_at is not None), None)
    if State(row.state) is State.RETURNED:
        return next((one for one in versions if one.number == row.final), None)
    newest: ReturnVersion = versions[0]
    return newest


def _given_back(versions: Any) -> ReturnVersion | None:
    return versions[0] if versions and versions[0].state == State.RETURNED else None


def steps(desk: Desk, one: Wanted, row: Return | None, versions: Any) -> Mapping[str, bool]:
    """What the person may do here; the rules are asked again when it is done."""
    state = State(row.state) if row else State.DRAFT
    unit = queries.unit_of(desk, one)
    seat = queries.seat(desk, unit.id if unit else None)
    may, own, above = desk.actor.may, seat.holds(one.level), seat.holds(rules.above(one.level))
    signed_by_me = bool(versions) and not versions[0].signers.isdisjoint(desk.actor.persons)
    final = bool(row and row.final)
    waits = state is State.APPROVED and one.step.publishes and not (row and row.final == row.number)
    return {
        "may_sign": may(Permission.RETURN_SIGN) and own and state in _OPEN,
        "may_amend": may(Permission.RETURN_SIGN)
        and own
        and final
        and row is not None
        and row.final == row.number,
        "may_approve": may(Permission.RETURN_APPROVE)
        and above
        and state is State.CHECKED
        and not signed_by_me,
        "signed_by_me": signed_by_me and state is State.CHECKED,
        "may_publish": may(Permission.RETURN_PUBLISH) and own and waits,
        "waits_for_publishing": waits,
    }


@room.get(f"{ONE}/sign", needs=Permission.RETURN_SIGN)
def signing(desk: Desk, schedule: str, period: str, place: str) -> ResponseReturnValue:
    """Before signing: the numbers once more, what was checked, what has to be explained."""
    one = queries.wanted(desk, schedule, period, place)
    unit = queries.unit_of(desk, one)
    if not queries.seat(desk, unit.id if unit else None).holds(one.level):
        raise NotFound
    row = queries.stored(desk, one)
    now = queries.live(desk, one)
    digest = keeping.digest_of(now)
    form = SignForm.typed({"seen": digest})
    form.seen.data = digest
    stands = queries.version(desk, row, row.final) if row and row.final else None
    found = actions.findings_on_signing(
        desk, one, now, nil=bool(form.nil.data), reason=form.reason.data or ""
    )
    return page(
        "reporting/sign.html",
        one=one,
        title=showing.title(one),
        place_name=queries.place_name(desk, one),
        base=address(one),
        form=form,
        is_empty=keeping.empty(now),
        checked=[finding for finding in found if finding.code not in _BY_FORM],
        given=explanations(),
        stands=stands,
        differs=len(changed_cells(queries.kept(stands), now)) if stands else 0,
        checks=f"/checks?{urlencode({'unit': one.place, 'period': one.period, 'nil': int(bool(form.nil.data))})}",
        blocks=showing.blocks(desk, one, now, base=address(one), comments=queries.comments(desk, row)),
        may_sign=not {"too-early", "under-way", "nothing-to-amend"} & {one_.code for one_ in found.blocking},
    )


_BY_FORM = frozenset({"nil-not-signed", "not-nil", "no-reason"})  # asked for by a field of the form itself


@room.post(f"{ONE}/sign", needs=Permission.RETURN_SIGN, again=signing)
def sign(desk: Desk, schedule: str, period: str, place: str) -> ResponseReturnValue:
    """Sign it."""
    form = SignForm.typed()
    form.check()
    one = queries.wanted(desk, schedule, period, place)
    actions.sign(
        desk,
        one,
        seen=form.seen.data or "",
        nil=bool(form.nil.data),
        reason=form.reason.data or "",
        explanations=explanations(),
    )
    return go_on(one)


@room.post(f"{ONE}/approve", needs=Permission.RETURN_APPROVE, again=show)
def approve(desk: Desk, schedule: str, period: str, place: str) -> ResponseReturnValue:
    """Approve what was signed."""
    one, row = _stored(desk, schedule, period, place)
    actions.approve(desk, row)
    return go_on(one)


@room.post(f"{ONE}/return", needs=Permission.RETURN_APPROVE, again=show)
def give_back(desk: Desk, schedule: str, period: str, place: str) -> ResponseReturnValue:
    """Give it back with a reason."""
    form = ReasonForm.typed()
    form.check()
    one, row = _stored(desk, schedule, period, place)
    actions.give_back(desk, row, reason=form.reason.data or "")
    return go_on(one)


@room.post(f"{ONE}/publish", needs=Permission.RETURN_PUBLISH, again=show)
def publish(desk: Desk, schedule: str, period: str, place: str) -> ResponseReturnValue:
    """Publish what was approved."""
    one, row = _stored(desk, schedule, period, place)
    actions.publish(desk, row)
    return go_on(one)


def _stored(desk: Desk, schedule: str, period: str, place: str) -> tuple[Wanted, Return]:
    one = queries.wanted(desk, schedule, period, place)
    row = queries.stored(desk, one)
    if row is None:
        raise NotFound
    return one, row
