"""What each page of the plan shows, gathered: the case, the versions, the checks, what earlier stages found."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.cases import workflow
from casemgr.cases.deciding import may_act
from casemgr.cases.models import Case
from casemgr.cases.terms import Risk, Stage, Step
from casemgr.children import queries as children
from casemgr.core.calendar import local_day
from casemgr.core.findings import Finding, Findings
from casemgr.core.words import _, _l, language
from casemgr.intake import queries as intake
from casemgr.intervention.plan import actions, forms, queries, rules, showing, weeks
from casemgr.intervention.plan.content import tidy, total
from casemgr.intervention.plan.difference import answers, difference
from casemgr.intervention.plan.models import Plan
from casemgr.intervention.plan.papers import Dossier
from casemgr.intervention.plan.terms import Content, Issue, Making, PlanState, Recipient, Ruling, Service
from casemgr.law.vocabulary import vocabulary
from casemgr.providers import queries as directory
from casemgr.providers.terms import Wanted
from casemgr.web.duration import day_short, moment_words

RISKS = {Risk.HIGH: _l("High"), Risk.MEDIUM: _l("Medium"), Risk.LOW: _l("Low")}


@dataclass(frozen=True)
class Line:
    """One service as a page shows it."""

    number: int
    key: str
    what: str
    kind: str
    who: str
    since: str
    until: str
    cost: int | None
    source: str
    note: str
    provider: str
    comments: Sequence[showing.Remark]
    fields: Sequence[tuple[str, str, str]]  # name, label and value of each, for the chair's comments


@dataclass(frozen=True)
class Need:
    """A kind of service found necessary, and whether the plan has one."""

    name: str
    met: bool


@dataclass(frozen=True)
class Choice:
    """Somebody who may receive the decision, as a box to tick."""

    key: str
    label: str
    alleged: bool
    chosen: bool
    kept_out: bool = False


def frame(desk: Desk, case: Case) -> dict[str, Any]:
    """What every page of the room shows."""
    child = children.child(desk, case.child_id)
    return {
        "case": case,
        "lead": showing.lead(case, child, local_day(desk.now)),
        "standing": showing.standing(desk, case),
    }


def shown(desk: Desk, case: Case, plan: Plan) -> dict[str, Any]:
    """One version to be read: goals, services, what changed, what was explained and decided."""
    content, ruling, made = plan.content or Content(), plan.decision or Ruling(), plan.making or Making()
    comments = showing.remarks(ruling.comments)
    plans = queries.versions(desk, case)
    return {
        **frame(desk, case),
        "plan": plan,
        "state": str(showing.STATES[PlanState(plan.state)]),
        "state_tag": showing.TAGS[PlanState(plan.state)],
        "content": content,
        "lines": lines(content, desk, comments),
        "comments": comments,
        "total": total(content),
        "summary": showing.summary(content),
        "changes": _changes(desk, plan),
        "versions": showing.version_lines(desk, plans),
        "explained": _explained_lines(desk, made, ruling),
        "ruling": ruling,
        "sent_to": [showing.receiver(one) for one in ruling.sent_to],
        "not_sent_to": [showing.receiver(one) for one in ruling.not_sent_to],
        "made": made,
        "who": _people(desk, plan),
    }


def writing(desk: Desk, case: Case, plan: Plan | None, typed: Content, *, clash: bool) -> dict[str, Any]:
    """The builder: the check list of what is written, needs and wishes found, comments, and the other version."""
    known = queries.background(desk, case)
    content = tidy(typed)
    facts = queries.facts(desk, case, content, known)
    found = rules.findings_before_handing_in(facts)
    unmet = rules.needs_unmet(facts)
    returned = _returned(desk, plan)
    stored = plan.content if plan is not None else None
    return {
        **frame(desk, case),
        "plan": plan,
        "checks": found,
        "to_explain": found.to_explain,
        "needs": [Need(name, kind not in unmet) for kind, name in known.kinds_needed.items()],
        "known": known,
        "wishes": showing.quoted(known.wishes),
        "risk": str(RISKS[Risk(known.risk)]) if known.risk else "",
        "comments": showing.remarks((returned.decision or Ruling()).comments) if returned else {},
        "papers": papers(desk, case, facts.dossier),
        "returned": _sentence_of_return(desk, returned) if returned else None,
        "versions": showing.version_lines(desk, queries.versions(desk, case)),
        "saved": moment_words(plan.saved_at, desk.now)
        if plan is not None and plan.state == PlanState.DRAFT
        else "",
        "from_before": _taken_from(desk, plan, case),
        "theirs": lines(stored or Content(), desk, {}) if clash else None,
        "mine": lines(content, desk, {}) if clash else None,
        "their_goals": [goal.text for goal in (stored or Content()).goals] if clash else (),
        "my_goals": [goal.text for goal in content.goals] if clash else (),
        "their_why": (stored or Content()).why if clash else None,
        "my_why": content.why,
        "they": _saved_by(desk, plan) if clash and plan is not None else "",
        "clash": clash,
        "total": total(content),
        "most": rules.MOST_SERVICES,
        "providers": [one.listing.name for one in directory.who_can(desk, Wanted(), case.unit_id)],
    }


def deciding(desk: Desk, case: Case, plan: Plan, chosen: Collection[str] | None) -> dict[str, Any]:
    """The chair's page: why, services, difference, findings, who receives."""
    known = queries.background(desk, case)
    content = plan.content or Content()
    possible = rules.may_receive(content, known.family)
    if chosen is None:
        chosen = [one.key for one in possible if not one.alleged]
    facts = actions.approval_facts(desk, case, plan, Issue(recipients=chosen))
    found = rules.findings_on_the_file(facts)
    told = actions.told_before(plan)
    return {
        **shown(desk, case, plan),
        "known": known,
        "wishes": showing.quoted(known.wishes),
        "risk": str(RISKS[Risk(known.risk)]) if known.risk else "",
        "assessed": day_short(local_day(known.assessed_at), local_day(desk.now)) if known.assessed_at else "",
        "harms": [vocabulary("harms").label(code, language()) for code in known.harms],
        "checks": found,
        "told": told,
        "unexplained": [finding for finding in found.to_explain if finding.code not in told],
        "sending": [
            finding
            for finding in rules.findings_before_approving(facts).to_explain
            if finding.field == "sent_to"
        ],
        "choices": [
            Choice(
                one.key,
                showing.receiver(one),
                one.alleged,
                one.key in chosen and one.key not in facts.withheld,
                one.key in facts.withheld,
            )
            for one in possible
        ],
        "answered": _answered(desk, plan),
        "summing_up": _summing_up(found, told),
        "papers": papers(desk, case, facts.plan.dossier),
        "handed_in": moment_words(plan.handed_in_at, desk.now) if plan.handed_in_at else "",
    }


def confirming(desk: Desk, case: Case, facts: rules.ApprovalFacts) -> dict[str, Any]:
    """What the decision will say, to be looked at once more."""
    return {
        **frame(desk, case),
        "number": facts.number,
        "effective": day_short(facts.effective_on) if facts.effective_on else "",
        "content": facts.plan.content,
        "summary": showing.summary(facts.plan.content),
        "total": total(facts.plan.content),
        "receivers": [(showing.receiver(one), _part_of(one, facts.plan.content)) for one in facts.sent_to],
        "left_out": [showing.receiver(one) for one in facts.not_sent_to],
    }


def diary(desk: Desk, case: Case, form: forms.VisitForm) -> dict[str, Any]:
    """The diary: the form, how each service stands, what was noted by week."""
    plan, noted = queries.approved(desk, case), queries.diary(desk, case)
    content = (plan.content or Content()) if plan is not None else Content()
    form.service.choices = [(row.key, row.what or row.key) for row in content.services]
    return {
        **frame(desk, case),
        "form": form,
        "open": plan is not None
        and Step.SERVICE in workflow.possible(Stage(case.stage))
        and desk.actor.may(Permission.SERVICE_RECORD)
        and may_act(desk, case),
        "running": weeks.running(desk, content, noted),
        "weeks": weeks.by_week(desk, noted),
        "may_note": desk.actor.may(Permission.SERVICE_RECORD),
    }


def beginning(desk: Desk, case: Case, plan: Plan | None) -> dict[str, Any]:
    """What the builder starts with: the version at work, else the plan of the round before, else what Mẫu 03 found."""
    if plan is not None:
        return {**forms.filled(plan.content or Content()), "version": plan.version}
    before = next(iter(queries.versions(desk, case)), None)
    if before is not None:
        return {**forms.filled(before.content or Content()), "version": 0}
    known = queries.background(desk, case)
    rows = tuple(Service("", kind=kind) for kind in known.kinds_needed)
    return {**forms.filled(Content(known.problems, (), rows)), "version": 0}


def lines(content: Content, desk: Desk, comments: Mapping[str, Sequence[showing.Remark]]) -> Sequence[Line]:
    """The services of a content in words."""
    today = local_day(desk.now)
    return [
        Line(
            number,
            row.key,
            row.what or "",
            showing.kind(row.kind, desk),
            row.who or "",
            day_short(row.since, today) if row.since else "",
            day_short(row.until, today) if row.until else "",
            row.cost,
            row.source or "",
            row.note or "",
            row.provider or "",
            comments.get(row.key, ()),
            [
                (name, str(label), showing.value(name, getattr(row, name), desk))
                for name, label in showing.FIELDS.items()
                if hasattr(row, name)
            ],
        )
        for number, row in enumerate(content.services, 1)
    ]


def papers(desk: Desk, case: Case, dossier: Dossier | None) -> Sequence[tuple[str, str, str, str, str]]:
    """The file that the law wants beside the plan: whether each paper is there, its name, form, day and page."""
    at, today = f"/cases/{case.number}", local_day(desk.now)
    pages = {
        "report": ("01", f"/reports/{intake.report_of(desk, case).number}"),
        "initial": ("02", f"{at}/initial-assessment"),
        "full": ("03", f"{at}/full-assessment"),
        "minutes": ("", f"{at}/meeting"),
    }
    found = [
        (
            "passed" if day is not None else "open",
            str(name),
            pages[code][0],
            day_short(day, today) if day is not None else "",
            pages[code][1],
        )
        for code, name, _holds, _missing, day in (dossier or Dossier()).papers
    ]
    return [*found, ("passed", _("c) Draft of the decision, and the plan"), "05", "", f"{at}/plan")]


def _answered(desk: Desk, plan: Plan) -> Sequence[showing.Answered]:
    """What became of the comments with which the version before was given back."""
    before = queries.before(desk, plan)
    if before is None or before.state != PlanState.RETURNED or before.round != plan.round:
        return ()
    comments = (before.decision or Ruling()).comments
    return showing.answered(answers(comments, before.content or Content(), plan.content or Content()), desk)


def _changes(desk: Desk, plan: Plan) -> dict[str, Any] | None:
    """What is different from the version before, and what became of that one."""
    before = queries.before(desk, plan)
    if before is None or before.content is None:
        return None
    when = before.decided_at or before.saved_at
    day = day_short(local_day(when), local_day(desk.now))
    titles = {
        PlanState.RETURNED: _("Changes since the version given back on %(day)s", day=day),
        PlanState.VOID: _("Changes since the version approved on %(day)s", day=day),
        PlanState.APPROVED: _("Changes since the plan of round %(round)s", round=before.round),
    }
    title = titles.get(PlanState(before.state), _("Changes since the version of %(day)s", day=day))
    found = difference(before.content, plan.content or Content())
    return {"title": title, "lines": showing.difference_lines(found, desk)}


def _explained_lines(desk: Desk, made: Making, ruling: Ruling) -> Sequence[showing.Clarified]:
    return showing.clarified(desk, (*made.explained, *ruling.explained))


def _returned(desk: Desk, plan: Plan | None) -> Plan | None:
    """The version that was given back and is being put right."""
    if plan is None or plan.state == PlanState.RETURNED:
        return plan
    before = queries.before(desk, plan)
    return (
        before
        if before is not None and before.state == PlanState.RETURNED and before.round == plan.round
        else None
    )


def _sentence_of_return(desk: Desk, plan: Plan) -> tuple[str, str]:
    when = moment_words(plan.decided_at, desk.now) if plan.decided_at else ""
    head = _("Given back %(moment)s by %(name)s:", moment=when, name=_name(desk, plan.decided_by))
    return head, (plan.decision or Ruling()).reason or _("see the comments at the rows")


def _taken_from(desk: Desk, plan: Plan | None, case: Case) -> str:
    if plan is not None:
        return ""
    before = next(iter(queries.versions(desk, case)), None)
    if before is not None:
        return _("Taken from the plan of round %(round)s. Correct what has changed", round=before.round)
    return _("Taken from Form 03 where it is filled in. Correct it if it is wrong")


def _people(desk: Desk, plan: Plan) -> dict[str, str]:
    """Who did what with a version, and when."""
    found = {
        "saved": (plan.saved_by, plan.saved_at),
        "handed_in": (plan.handed_in_by, plan.handed_in_at),
        "decided": (plan.decided_by, plan.decided_at),
        "voided": (plan.voided_by, plan.voided_at),
    }
    return {
        name: f"{_name(desk, account)}, {moment_words(moment, desk.now)}" if moment is not None else ""
        for name, (account, moment) in found.items()
    }


def _saved_by(desk: Desk, plan: Plan) -> str:
    return _(
        "%(name)s, %(moment)s", name=_name(desk, plan.saved_by), moment=moment_words(plan.saved_at, desk.now)
    )


def _name(desk: Desk, account: Any) -> str:
    return cases.names(desk, [account]).get(account, _("somebody"))


def _part_of(one: Recipient, content: Content) -> str:
    """Which part of the plan somebody receives: each place only its own."""
    numbers = [str(number) for number, row in enumerate(content.services, 1) if row.key in one.services]
    return _("services %(numbers)s", numbers=", ".join(numbers)) if numbers else ""


def _summing_up(found: Findings, told: Mapping[str, str]) -> str:
    """One sentence under the check list."""
    blocking = [one for one in found.blocking if one.code != "not-handed-in"]
    if blocking:
        return _("%(count)s things stand against approving.", count=len(blocking))
    open_ones: Sequence[Finding] = [one for one in found.to_explain if one.code not in told]
    said = _("Nothing stands against approving.")
    if open_ones:
        return said + " " + _("%(count)s things need your explanation.", count=len(open_ones))
    return said + (" " + _("What needed an explanation has one.") if found.to_explain else "")
