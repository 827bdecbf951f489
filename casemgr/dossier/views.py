"""Pages of the dossier: my work, all cases, one case."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import actions
from casemgr.cases import queries as cases
from casemgr.cases.deadlines import CARE_HANDOVER, CRIME, SEPARATION
from casemgr.cases.deciding import may_act
from casemgr.cases.spine import handled_under
from casemgr.cases.terms import SCREENED_OUT, Stage, Step
from casemgr.children.rules import mark_of
from casemgr.core.calendar import local_day
from casemgr.core.errors import Invalid
from casemgr.core.text import clean_lines
from casemgr.core.words import Later, _, _l
from casemgr.dossier import day, decisions, queries, timeline
from casemgr.dossier.next_step import GIVEN_BACK, NEXT, WAY
from casemgr.dossier.queries import CasePage, StepShown, age_words, short_name
from casemgr.dossier.side_doors import doors_of
from casemgr.intake import actions as intake
from casemgr.intervention.care import queries as care
from casemgr.intervention.care import showing as care_showing
from casemgr.intervention.plan import queries as plan_queries
from casemgr.intervention.plan import showing as plan_showing
from casemgr.places import queries as places
from casemgr.proceedings import queries as proceedings
from casemgr.proceedings.rules import Weight
from casemgr.web import duration
from casemgr.web.pages import page
from casemgr.web.room import Room
from casemgr.web.words import moment

room = Room("cases", __name__)

_PROMISES = 8


@room.get("/", needs=Permission.WORKLIST)
def worklist(desk: Desk) -> ResponseReturnValue:
    """What must I do now, and until when."""
    if not desk.actor.may(Permission.CASE_READ):
        return page("dossier/no_cases.html", besides=day.besides(desk))
    work = queries.worklist(desk, request.args.get("after"))
    return page(
        "dossier/worklist.html",
        work=work,
        promises=[
            (one, duration.day_words(one.on, local_day(desk.now)))
            for one in plan_queries.promises(desk, limit=_PROMISES)
        ],
        day=day.of_today(desk, work.open_ones) if not request.args.get("after") else day.Day(),
        besides=day.besides(desk) if not request.args.get("after") else (),
        decisions=decisions.on_the_list(desk) if not request.args.get("after") else (),
        place=lambda key: found.name if (found := places.atlas(desk).unit(key)) else _("Commune to be found"),
        now_words=duration.now_words(desk.now),
        duty_words=lambda track: str(care_showing.TRACKS.get(track, "")),
        sixteen_words=care_showing.turning,
        who=lambda row: short_name(row.child, row.case.received_at),
        done=request.args.get("done"),
        may_rehearse=desk.actor.may(Permission.REPORT_RECEIVE) and desk.actor.may(Permission.REPORT_DECIDE),
        may_report=desk.actor.may(Permission.REPORT_RECEIVE),
    )


@room.get("/cases", needs=Permission.CASE_LIST)
def listing(desk: Desk) -> ResponseReturnValue:
    """All cases in scope, newest first."""
    wanted = {"open": False, "closed": True}.get(request.args.get("show", "open"))
    found = cases.listing(desk, closed=wanted, after=request.args.get("after"))
    desk.read("cases listed", count=len(found.rows))
    here = url_for("cases.listing")
    return page(
        "dossier/cases.html",
        found=found,
        shown=request.args.get("show", "open"),
        titles=NEXT,
        who=lambda row: short_name(row.child, row.case.received_at),
        at=lambda number: (
            f"{here}/{number}"
        ),  # fifty times on a page: url_for would cost as much as opening the names
    )


def _of_child(desk: Desk) -> dict[str, Any]:
    return {"may_see_child": desk.actor.may(Permission.CHILD_READ), "mark_of": mark_of}


@room.get("/cases/<number>", needs=Permission.CASE_READ)
def show(desk: Desk, number: str) -> ResponseReturnValue:
    """One case: the next step first."""
    shown = queries.case_page(desk, number)
    atlas = places.atlas(desk)
    units = {
        key: atlas.unit(key)
        for key in {
            shown.case.unit_id,
            shown.case.incident_unit_id,
            shown.case.residence_unit_id,
            shown.case.handover_unit_id,
        }
        if key
    }
    has = decisions.parts_of(desk, shown.case)
    told_police = any(line.step == Step.REPORT_CRIME for line in shown.timeline)
    reports = proceedings.crime_reports(desk, shown.case) if told_police else ()
    only_read = shown.case.id in desk.actor.circle.only_read

    def may(permission: Permission) -> bool:
        return not only_read and desk.actor.may(permission)

    return page(
        "dossier/case.html",
        shown=shown,
        way=_way(desk, shown),
        stands=_position(shown),
        events=timeline.lines(shown),
        unit_name=lambda key: units[key].name if units.get(key) else _("Commune to be found"),  # type: ignore[union-attr]
        age=age_words(shown.child, shown.case.received_at),
        who=lambda row: short_name(row.child, row.case.received_at),
        next_url=_address(shown, shown.next.address) if shown.next else "",
        beside=_beside(shown),
        given_back=_given_back(shown),
        holders=actions.possible_holders(desk, shown.case) if may(Permission.CASE_ASSIGN) else [],
        on_hold=desk.actor.may(Permission.HOLD_SET) and cases.is_on_hold(desk, shown.case),
        may_note=may(Permission.CASE_NOTE),
        may_reopen=may(Permission.CASE_REOPEN)
        and shown.case.stage == Stage.CLOSED
        and shown.case.ending not in SCREENED_OUT,
        may_decide_anew=may(Permission.REPORT_DECIDE) and shown.case.ending in SCREENED_OUT,
        may_see_place=desk.actor.may(Permission.HIDDEN_PLACE_READ),
        may_read_report=desk.actor.may(Permission.REPORT_READ),
        may_correct=may(Permission.REPORT_CORRECT),
        **_of_child(desk),
        has_place=shown.child.whereabouts is not None,
        holds=shown.case.holder_id is not None and shown.case.holder_id == desk.actor.account_id,
        unheld_since=_unheld_since(shown),
        typed=_typed(),
        done=request.args.get("done"),
        papers=_papers(shown),
        doors=_doors(desk, shown),
        running=_running(shown),
        in_care=_in_care(desk, shown) if has.placement else None,
        **_crime(shown, reports),
        waiting_for="" if shown.mine else _waiting_for(desk, shown, units),
        plans_elsewhere=_plans_elsewhere(shown),
        handing_over=shown.case.handover_unit_id,
        standing=plan_showing.standing(desk, shown.case) if _was_approved(shown) else None,
        decisions=[(one, desk.actor.may(one.kind.needs)) for one in decisions.of_case(desk, shown.case, has)],
    )


@room.post("/cases/<number>/holder", needs=Permission.CASE_ASSIGN, again=show)
def assign(desk: Desk, number: str) -> ResponseReturnValue:
    """Give the case to somebody."""
    try:
        holder = UUID(request.form.get("holder", ""))
    except ValueError:
        raise Invalid({"holder": [_("Choose who answers for the case.")]}) from None
    actions.assign(desk, cases.case(desk, number), holder_id=holder)
    return redirect(url_for("cases.show", number=number, done="assigned"), 303)


@room.post("/cases/<number>/notes", needs=Permission.CASE_NOTE, again=show)
def note(desk: Desk, number: str) -> ResponseReturnValue:
    """Write down something that happened."""
    actions.note(desk, cases.case(desk, number), text=clean_lines(request.form.get("text", ""), 4000))
    return redirect(url_for("cases.show", number=number, done="noted"), 303)


@room.post("/cases/<number>/reopening", needs=Permission.CASE_REOPEN, again=show)
def reopen(desk: Desk, number: str) -> ResponseReturnValue:
    """Open a closed case again."""
    case = cases.case(desk, number)
    actions.reopen(desk, case, reason=clean_lines(request.form.get("reason", ""), 4000))
    intake.follow(desk, case)
    return redirect(url_for("cases.show", number=number, done="reopened"), 303)


def _waiting_for(desk: Desk, shown: CasePage, units: Mapping[int, Any]) -> str:
    """Whose turn it is: the unit that is responsible, or somebody in it."""
    unit = units.get(shown.case.unit_id or 0)
    if unit is not None and not may_act(desk, shown.case):
        return str(unit.name)
    return str(shown.next.waiting_for) if shown.next else ""


def _unheld_since(shown: CasePage) -> datetime:
    """From when a case without a holder waits for one: since it was taken on, here or by another unit."""
    steps = (Step.ACCEPT, Step.ACCEPT_HANDOVER, Step.REOPEN)
    return max((line.at for line in shown.timeline if line.step in steps), default=shown.case.received_at)


def _typed() -> Mapping[str, str]:
    """What was typed into one of the forms of this page, if it was refused."""
    mine = {"cases.note": "text", "cases.reopen": "reason"}.get(request.endpoint or "")
    return {name: request.form.get(name, "") if name == mine else "" for name in ("text", "reason")}


def _was_approved(shown: CasePage) -> bool:
    """Whether a plan was ever approved: a file without one is spared the statements that would look for it."""
    return any(event.step == Step.APPROVE_PLAN for event in shown.timeline)


def _plans_elsewhere(shown: CasePage) -> bool:
    """Whether the plan is now to be drawn up by the commune where the child lives, and this is another one."""
    case = shown.case
    return (
        shown.mine
        and case.stage == Stage.PLANNING
        and case.unit_id == case.incident_unit_id
        and case.residence_unit_id not in (None, case.unit_id)
        and case.handover_unit_id is None
    )


def _address(shown: CasePage, below: str) -> str:
    if below == "report":
        return url_for("intake.show", number=shown.report.number)
    return f"{url_for('cases.show', number=shown.case.number)}/{below}"


def _beside(shown: CasePage) -> tuple[str, str] | None:
    """What may be done instead of the next step; a meeting that was held in this round does not come first any more."""
    if shown.next is None or shown.next.beside is None:
        return None
    words, below = shown.next.beside
    if below == "meeting" and _met(shown):
        return None
    return str(words), _address(shown, below)


def _met(shown: CasePage) -> bool:
    round_began = (Step.REVIEW_AGAIN, Step.REOPEN)
    steps = (line.step for line in shown.timeline if line.step in (Step.MEET, *round_began))
    return next(steps, None) == Step.MEET


def _given_back(shown: CasePage) -> tuple[str, str] | None:
    """That the chair gave the plan back: by whom and when, and what was said of it."""
    line = next((line for line in shown.timeline if line.step == Step.RETURN_PLAN), None)
    if shown.next is not GIVEN_BACK or line is None:
        return None
    name = shown.names.get(line.account_id, "") if line.account_id else ""
    head = _("Given back %(moment)s by %(name)s:", moment=moment(line.at), name=name)
    return head, (line.note.reason if line.note else None) or _("see the comments at the rows")


def _doors(desk: Desk, shown: CasePage) -> list[tuple[str, list[tuple[str, str, str, str]]]]:
    """What else can be done here, group by group, as rows of links."""
    below = url_for("cases.show", number=shown.case.number)
    return [
        (str(group), [(str(door.label), door.form, _("Open"), f"{below}/{door.address}") for door in doors])
        for group, doors in doors_of(Stage(shown.case.stage), desk.actor.permissions)
    ]


def _running(shown: CasePage) -> Mapping[str, Any]:
    """The clocks that ask for a word of their own at the head of the page, by name."""
    wanted = {SEPARATION: "separation", CRIME: "crime", CARE_HANDOVER: "care"}
    return {
        wanted[clock.clock]: clock
        for clock in shown.clocks
        if clock.clock in wanted and clock.stopped_at is None
    }


def _in_care(desk: Desk, shown: CasePage) -> tuple[str, Any] | None:
    """What falls due first for a child in alternative care, closed case or not."""
    if not desk.actor.may(Permission.CARE_READ):
        return None
    first = next(iter(care.duties(desk, shown.case)), None)
    return (str(care_showing.TRACKS[first.track]), first) if first is not None else None


def _crime(shown: CasePage, reports: Sequence[proceedings.NewsShown]) -> dict[str, Any]:
    """As long as the case is open: that a report to the police is expected, or that its receipt is not written down."""
    if shown.case.stage == Stage.CLOSED:
        return {"crime": None, "no_receipt": None}
    hint = proceedings.expected(shown.case, shown.told.harms or (), reports)
    return {
        "crime": hint if hint is not None and hint.weight is Weight.EXPECTED else None,
        "no_receipt": proceedings.without_receipt(reports),
    }


_FORM_PAGES = {
    Stage.ASSESSING: "initial-assessment",
    Stage.PROTECTING: "emergency",
    Stage.STUDYING: "full-assessment",
    Stage.PLANNING: "plan",
    Stage.APPROVING: "plan/approval",
    Stage.CARRYING_OUT: "services",
    Stage.REVIEWING: "review",
}


def _way(desk: Desk, shown: CasePage) -> list[StepShown]:
    """The steps of the way with their states: done with day and name, now, to come, not needed."""
    since = _last_opening(shown)
    taken: dict[Stage, Any] = {}
    for line in shown.timeline:
        for done, by in queries.DONE_BY.items():
            if line.step in by and line.recorded_at >= since:
                taken.setdefault(done, line)
    order = [leg.stage for leg in WAY]
    here = order.index(Stage(shown.case.stage)) if shown.case.stage != Stage.CLOSED else len(order)
    steps: list[StepShown] = []
    for number, leg in enumerate(WAY, start=1):
        stage, event = leg.stage, taken.get(leg.stage)
        place = order.index(stage)
        state = "now" if place == here else "todo" if place > here else "done" if event else "not_needed"
        note = leg.until_by(handled_under(shown.case))
        if state == "not_needed" and stage is Stage.PROTECTING and shown.case.emergency:
            state, note = "todo", _("not taken, although the law calls it an emergency")
        if event is not None and state == "done":
            name = shown.names.get(event.account_id, "")
            note = f"{duration.day_short(local_day(event.at), local_day(desk.now))}, {name}".strip(", ")
        url = _address(shown, _FORM_PAGES[stage]) if stage in _FORM_PAGES and state == "done" else ""
        steps.append(StepShown(number, str(leg.title), state, leg.form, note, url))
    return steps


def _last_opening(shown: CasePage) -> Any:
    return max(
        (event.recorded_at for event in shown.timeline if event.step == Step.REOPEN),
        default=shown.case.opened_at,
    )


def _position(shown: CasePage) -> int:
    order = [leg.stage for leg in WAY]
    return order.index(Stage(shown.case.stage)) + 1 if shown.case.stage in order else len(order)


_PAPERS: Sequence[tuple[frozenset[Step], Later, str, str]] = (  # after which steps, name, form, page
    (frozenset({Step.ASSESS_EMERGENCY, Step.ASSESS_NO_EMERGENCY}), _l("Initial assessment"), "02", "initial-assessment"),
    (frozenset({Step.STUDY}), _l("Full assessment"), "03", "full-assessment"),
    (frozenset({Step.DRAFT_PLAN, Step.HAND_IN_PLAN}), _l("Plan"), "04", "plan"),
    (frozenset({Step.APPROVE_PLAN}), _l("Decision on the plan"), "05", "plan/approval"),
    (frozenset({Step.PROPOSE_CLOSURE, Step.REVIEW_AGAIN}), _l("Review"), "06", "review"),
)  # fmt: skip


def _papers(shown: CasePage) -> list[tuple[str, str, str, str]]:
    """The forms that exist so far, each with its page."""
    seen = {event.step for event in shown.timeline}
    base = url_for("cases.show", number=shown.case.number)
    return [
        (_("Report"), "01", _("Open"), url_for("intake.show", number=shown.report.number)),
        *(
            (str(title), form, _("Open"), f"{base}/{address}")
            for steps, title, form, address in _PAPERS
            if seen & steps
        ),
    ]
