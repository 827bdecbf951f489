"""Putting one paper together: facts read, hidden parts taken out, fields filled into the template that is in force."""

from dataclasses import dataclass, replace

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.calendar import local_day
from casemgr.core.words import VIETNAMESE, _, speaking
from casemgr.documents import docx, gather, hiding, queries, rules
from casemgr.documents.catalogue import KINDS, Kind
from casemgr.documents.facts import Facts, Printing
from casemgr.documents.gather import About
from casemgr.documents.models import Paper
from casemgr.documents.terms import FAMILY, SECRECIES, Recipient, Shown, Wish
from casemgr.intervention.emergency import queries as emergency
from casemgr.intervention.emergency.terms import Part
from casemgr.intervention.plan import queries as plans

_OPENS = {Shown.REPORTER: Permission.REPORTER_READ, Shown.PLACE: Permission.HIDDEN_PLACE_READ}


@dataclass(frozen=True)
class Draft:
    """A paper before it has a number: what it is filled from, what was taken out, the template."""

    kind: Kind
    about: About
    wish: Wish
    facts: Facts
    removed: int
    template: queries.InForce
    replaces: Paper | None = None


def draft(desk: Desk, kind: Kind, about: About, wish: Wish, replaces: Paper | None = None) -> Draft:
    """Read what the paper is filled from and take out what its recipient must not learn."""
    with speaking(VIETNAMESE):
        known = gather.facts(desk, kind, about)
    removed = 0
    if about.case is not None:
        hidden = hiding.for_recipient(known.case, wish.shown)
        known, removed = replace(known, case=hidden.facts), hidden.removed
    template = queries.template_in_force(desk, kind.form, about.unit_id)
    return Draft(kind, about, wish, known, removed, template, replaces)


def preview(desk: Desk, kind: Kind, about: About, wish: Wish, replaces: Paper | None = None) -> Draft:
    """A draft that is looked at before anybody has said why: what is hidden stays hidden, whatever the wish."""
    return replace(draft(desk, kind, about, replace(wish, shown=()), replaces), wish=wish)


def may_be_taken(desk: Desk, paper: Paper) -> bool:
    """Whether whoever sees a paper may also read the hidden parts that stand on it."""
    shown = map(Shown, queries.issue_of(paper).shown)
    return all(_may_open(desk, part, KINDS[paper.form]) for part in shown)


def asked(desk: Desk, made: Draft) -> rules.Asked:
    """What the rules have to know before it is issued."""
    role = desk.actor.role
    return rules.Asked(
        form=made.kind.form,
        facts=made.facts,
        wish=made.wish,
        receiver=_receiver(desk, made),
        may_open=frozenset(part for part in Shown if _may_open(desk, part, made.kind)),
        may_issue=role is None or role in made.kind.issued_by,
        replaces_stands=made.replaces is None or queries.stands(desk, made.replaces),
    )


def written(desk: Desk, made: Draft, running: int | None) -> bytes:
    """The paper as a Word file, under a number or before it has one."""
    with speaking(VIETNAMESE):
        register = rules.number(running, made.kind.series)
        own = made.kind.own_number(made.facts)
        printing = _printing(desk, made, own or register, register if own else "")
        facts = replace(made.facts, printing=printing)
        return docx.fill(made.template.file, made.kind.fill(facts))


def _printing(desk: Desk, made: Draft, number: str, register: str) -> Printing:
    today, wish, case = local_day(desk.now), made.wish, made.about.case
    return Printing(
        letterhead=gather.letterhead(desk, made.about.unit_id),
        number=number,
        register=register,
        # a decision that was signed under a number of its own carries its own day too
        on=(made.kind.own_day(made.facts) or today) if register else today,
        at=desk.now,
        secrecy=str(SECRECIES[wish.secrecy]) if wish.secrecy is not None else "",
        scope=wish.scope,
        recipient=wish.name,
        purpose=wish.purpose,
        printed_by=desk.actor.name,
        case_number=case.number if case is not None else "",
        checked=made.kind.checked(today) or made.template.of_a_province,
        rehearsal=bool(case.rehearsal) if case is not None else False,
        replaces=_replaces(made.replaces),
        signer=made.kind.signer(made.facts),
        signer_title=made.kind.signer_title(today).upper(),
    )


def _replaces(old: Paper | None) -> str:
    if old is None:
        return ""
    day = local_day(old.issued_at)
    return _(
        "(Replaces number %(number)s of %(day)s)",
        number=rules.number(old.running, old.series),
        day=day.strftime("%d/%m/%Y"),
    )


def _may_open(desk: Desk, part: Shown, kind: Kind) -> bool:
    """Whether the issuer may read a hidden part; of a decision, whoever takes it knows where the child goes."""
    decides = part is Shown.PLACE and kind.decided_with is not None and desk.actor.may(kind.decided_with)
    return decides or desk.actor.may(_OPENS[part]) or desk.actor.may(Permission.MAINTAIN)


def _receiver(desk: Desk, made: Draft) -> rules.Person:
    """The parent or carer to whom it goes: whether the report alleges harm by them, whether they are kept out."""
    case, recipient = made.about.case, made.wish.recipient
    if case is None:
        return rules.Person()
    out = emergency.withheld(desk, case, Part.DELIVERY)
    if recipient not in FAMILY:
        named = any(one.is_("", made.wish.name) for one in out)
        return rules.Person(made.wish.name, withheld=named)
    family = plans.background(desk, case).family
    relative = {
        Recipient.FATHER: family.father,
        Recipient.MOTHER: family.mother,
        Recipient.CARER: family.carer,
    }[recipient]
    kept_out = any(
        one.is_(recipient.value, relative.name)
        or one.is_(recipient.value, made.wish.name)
        or one.ban.relation == recipient.value
        for one in out
    )
    return rules.Person(relative.name, relative.alleged, kept_out)
