"""Decisions of intake: what is still to be asked, what a decision needs, when the law makes it an emergency."""

from collections.abc import Sequence
from dataclasses import dataclass

from casemgr.children.terms import Precision
from casemgr.core.findings import Findings, blocks
from casemgr.core.words import Later, _l
from casemgr.intake.story import suspects_of
from casemgr.intake.terms import Decision, Story, ToldChild
from casemgr.law.vocabulary import vocabulary

HOTLINE = "hotline"  # who tells, where 111 itself does
REFUSALS = frozenset({Decision.NOT_VERIFIED, Decision.NO_PLAN_NEEDED})  # decided anew when more is told


@dataclass(frozen=True)
class Question:
    """Something that was not told and matters: the field, and how to ask."""

    field: str
    text: Later


def questions(story: Story, *, unit_known: bool) -> Sequence[Question]:
    """What is still to be asked, in the order in which a call would ask it. Nothing of it stops a report."""
    asked: list[Question] = []
    if not unit_known:
        asked.append(Question("incident.unit_code", _l("In which commune did it happen?")))
    if not story.children:
        asked.append(Question("children", _l("Which child is it? A name, an age or a description helps.")))
    for child in story.children:
        asked += _about_child(child)
    if story.incident.occurred_on is None:
        asked.append(Question("incident.occurred_on", _l("When did it happen? A month or a year is enough.")))
    if story.incident.environment in (None, "unknown"):
        asked.append(
            Question(
                "incident.environment", _l("Where did it happen: family, school, community, a care facility?")
            )
        )
    if not story.incident.description:
        asked.append(Question("incident.description", _l("What happened?")))
    if not story.suspects:
        asked.append(Question("suspects", _l("Is anybody alleged to have done it? Is it a parent or carer?")))
    for suspect in story.suspects:
        if not suspect.relations:
            asked.append(
                Question(f"suspects.{suspect.ref}.relations", _l("What is this person to the child?"))
            )
    return asked


def _about_child(child: ToldChild) -> list[Question]:
    at = f"children.{child.ref}"
    asked = []
    if not child.name:
        asked.append(Question(f"{at}.name", _l("What is the child's name, or how is the child called?")))
    if child.birth.precision is Precision.UNKNOWN and child.birth.age_estimate is None:
        asked.append(Question(f"{at}.birth", _l("When was the child born, or about how old is the child?")))
    if child.sex is None or child.sex == "unknown":
        asked.append(Question(f"{at}.sex", _l("Is the child a boy or a girl?")))
    if not child.harms:
        asked.append(
            Question(
                f"{at}.harms",
                _l("What kind of harm: violence, exploitation, sexual abuse, trafficking, neglect?"),
            )
        )
    if not child.residence_unit_code:
        asked.append(Question(f"{at}.residence_unit_code", _l("In which commune does the child live?")))
    return asked


def by_parent_or_carer(story: Story, ref: str) -> bool:
    """Whether a parent or carer is alleged: by law an emergency, whatever any score (NĐ 56/2017 Điều 31 khoản 1)."""
    carers = vocabulary("relations").marked("carer")
    return any(
        bool(suspect.is_carer) or relation in carers for suspect, relation in suspects_of(story, ref)
    ) or any(bool(suspect.is_carer) and not suspect.relations for suspect in story.suspects)


def by_hotline(story: Story, *, sent: bool) -> bool:
    """Whether a report came through hotline 111: from its machine, or as was written down at its receipt."""
    return sent or bool(story.by_hotline)


def may_leave(*, rehearsal: bool) -> Findings:
    """Whether a report can be sent to another unit: practice stays where it is made."""
    return Findings(
        blocks(
            "rehearsal-stays",
            _l("This is a rehearsal: it is sent to nobody. Choose another decision."),
            when=rehearsal,
        )
    )


def may_decide(decision: Decision, *, present: Decision, triaged: bool, reason: str | None) -> Findings:
    """Whether a decision can be taken on a report now."""
    return Findings(
        blocks(
            "already-decided",
            _l("A decision on this report has already been taken."),
            when=present is not Decision.PENDING,
        ),
        blocks(
            "choose",
            _l("Choose one of the four decisions."),
            when=decision is Decision.PENDING,
            field="decision",
        ),
        blocks(
            "no-commune",
            _l("The report has no commune yet. Choose the commune first."),
            when=triaged and decision is Decision.ACCEPTED,
        ),
        blocks(
            "reason",
            _l("Give the reason: who checked, how and when, or why no plan is needed."),
            when=decision is not Decision.ACCEPTED and not (reason or "").strip(),
            field="reason",
        ),
    )


def may_tell_again(decision: Decision, *, told: str | None) -> Findings:
    """Whether a report is decided anew because more was told by word of mouth."""
    return Findings(
        blocks(
            "not-refused",
            _l("This report still stands. Write what is new on the case or on the report."),
            when=decision not in REFUSALS,
        ),
        blocks("told", _l("Write what was told."), when=not (told or "").strip(), field="told"),
    )


def may_complete(*, pending: bool, fresh: bool) -> Findings:
    """Whether whoever entered a report from outside may still complete it: while nobody has decided, and for a day."""
    return Findings(
        blocks(
            "taken-over",
            _l("The commune has decided. Tell it what is new; it writes it down."),
            when=not pending,
        ),
        blocks("too-late", _l("A report can be completed by its sender for 24 hours."), when=not fresh),
    )
