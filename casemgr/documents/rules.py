"""Decisions on papers: what is missing for a form, who may see what, whether a paper may be made for somebody; pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from casemgr.core.findings import Finding, Findings, blocks, explains
from casemgr.core.words import Later, _l, language
from casemgr.documents.facts import Facts
from casemgr.documents.terms import FAMILY, Recipient, Shown, Wish
from casemgr.intake.terms import Story
from casemgr.law.basis import Basis, Status

SECRECY = Basis.of("ND56 Điều 24", Status.CONFIRMED)
_BOTH = frozenset(Shown)
MAY_SEE: Mapping[Recipient, frozenset[Shown]] = {
    Recipient.POLICE: _BOTH,
    Recipient.COURT: _BOTH,
    Recipient.COMMUNE: _BOTH,
    Recipient.PROVINCE: _BOTH,
    Recipient.OWN_FILE: _BOTH,
    Recipient.SUBSTITUTE: frozenset({Shown.PLACE}),
}
"""To whom a hidden part may be shown at all, when the issuer asks for it and says why. To all others never."""

_LISTS_OF_CARERS = frozenset({"08", "09", "11", "14"})
_NOT_OF_THE_FAMILY = frozenset({Recipient.PROVIDER, Recipient.SCHOOL, Recipient.OTHER, *FAMILY})


@dataclass(frozen=True)
class Person:
    """A parent or carer to whom a paper would go."""

    name: str | None = None
    alleged: bool = False
    withheld: bool = False


@dataclass(frozen=True)
class Asked:
    """What has to be known before a paper is issued."""

    form: str
    facts: Facts
    wish: Wish
    receiver: Person = Person()
    may_open: frozenset[Shown] = frozenset()  # what the issuer may read at all
    may_issue: bool = True  # the role may issue this form
    replaces_stands: bool = True


def _has_report(facts: Facts) -> bool:
    return facts.case.story != Story()


def _approved(facts: Facts) -> bool:
    return facts.case.plan is not None and facts.case.plan.approved


def _decided(facts: Facts) -> bool:
    return facts.case.placed is not None and facts.case.placed.decided_on is not None


def _ending(facts: Facts) -> bool:
    return facts.case.placed is not None and facts.case.placed.end_reason is not None


def _ended(facts: Facts) -> bool:
    return _ending(facts) and facts.case.placed is not None and facts.case.placed.end_decided_on is not None


_WANTS: Mapping[str, tuple[Callable[[Facts], bool], Later]] = {
    "01": (_has_report, _l("The report holds nothing yet")),
    "02": (lambda facts: facts.case.initial is not None, _l("The initial assessment is not concluded")),
    "03": (lambda facts: facts.case.full is not None, _l("The full assessment is not concluded")),
    "04": (lambda facts: facts.case.plan is not None, _l("There is no plan yet")),
    "05": (_approved, _l("The plan is not approved")),
    "06": (lambda facts: facts.case.review is not None, _l("The review is not concluded")),
    "07": (lambda facts: facts.case.separation is not None, _l("No separation was decided")),
    "10": (
        lambda facts: facts.case.needing is not None,
        _l("The child is not yet assessed for substitute care"),
    ),
    "11": (lambda facts: bool(facts.applied.conditions), _l("The conditions are not yet checked")),
    "12": (_decided, _l("No placement was decided")),
    "13": (lambda facts: facts.case.visited is not None, _l("No visit is written down")),
    "15": (_ending, _l("Nobody has asked to end a placement")),
    "16": (_ended, _l("No placement has ended")),
    "BB": (lambda facts: facts.case.meeting is not None, _l("No meeting is written down")),
}


def missing(form: str, facts: Facts) -> Sequence[Later]:
    """What has to be done before this paper can be made."""
    holds, sentence = _WANTS.get(form, (None, None))
    return () if holds is None or sentence is None or holds(facts) else (sentence,)


def may_be_made(asked: Asked) -> Findings:
    """What stands against making this paper for this recipient."""
    wish = asked.wish
    never = [part for part in wish.shown if part not in MAY_SEE.get(wish.recipient, frozenset())]
    closed = [part for part in wish.shown if part not in never and part not in asked.may_open]
    return Findings(
        blocks("role", _l("This form is issued by somebody with another role."), when=not asked.may_issue),
        *(blocks("missing", sentence, when=True) for sentence in missing(asked.form, asked.facts)),
        blocks(
            "recipient",
            _l("Write for whom the paper is made."),
            when=not wish.name,
            field="name",
            basis=SECRECY.cite(language()),
        ),
        blocks(
            "purpose", _l("Write what the recipient needs it for."), when=not wish.purpose, field="purpose"
        ),
        blocks(
            "secrecy",
            _l("Choose how secret it is."),
            when=wish.secrecy is None,
            field="secrecy",
            basis=SECRECY.cite(language()),
        ),
        blocks(
            "scope",
            _l("Write how far it may be passed on."),
            when=not wish.scope,
            field="scope",
            basis=SECRECY.cite(language()),
        ),
        blocks(
            "withheld",
            _l("This person is kept out of delivery for the child’s safety. Nothing may be handed to them."),
            when=asked.receiver.withheld,
            field="recipient",
        ),
        blocks(
            "carers-list",
            _l("Papers about people who offer care are not made for this recipient."),
            when=asked.form in _LISTS_OF_CARERS and wish.recipient in _NOT_OF_THE_FAMILY,
            field="recipient",
        ),
        blocks("never-shown", _l("This recipient may never learn it."), when=bool(never), field="shown"),
        blocks("not-yours", _l("You may not read this part yourself."), when=bool(closed), field="shown"),
        blocks(
            "replaces",
            _l("The paper to be replaced is void or already replaced."),
            when=not asked.replaces_stands,
        ),
        explains(
            "alleged",
            _l("This person is alleged to have harmed the child. Say why they get this paper."),
            when=asked.receiver.alleged and not asked.receiver.withheld,
            field="recipient",
        ),
        explains(
            "shown",
            _l("A hidden part will be readable. Say why the recipient needs it."),
            when=bool(wish.shown) and not never and not closed,
            field="shown",
        ),
    )


def unreadable(asked: Asked) -> Sequence[Finding]:
    """Why the paper is not even laid out: a hidden part is asked for that nobody may show, or not this person."""
    return [one for one in may_be_made(asked).blocking if one.code in ("never-shown", "not-yours")]


def number(running: int | None, series: str) -> str:
    """12/BC-UBND; dots before a number is given."""
    return f"{running if running is not None else '……'}/{series}-UBND"
