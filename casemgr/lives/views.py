"""The child's page, and the question whether the child of a case is known here already."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts.forms import RefusalForm
from casemgr.cases import queries as cases
from casemgr.cases.terms import STAGES
from casemgr.children import queries as children
from casemgr.children.rules import child_of, mark_of
from casemgr.circumstances import queries as register
from casemgr.circumstances import rules as spell_rules
from casemgr.circumstances import showing as circumstances
from casemgr.core.ages import whole_years
from casemgr.core.calendar import local_day
from casemgr.core.errors import NotFound
from casemgr.core.words import _, language
from casemgr.documents import rules as papers
from casemgr.documents.catalogue import KINDS
from casemgr.intake.commune import unit_names
from casemgr.intervention.care import showing as care
from casemgr.lives import actions, queries, rules
from casemgr.lives.forms import LikenessForm, PartingForm
from casemgr.lives.queries import Life
from casemgr.lives.terms import Span
from casemgr.search import actions as search
from casemgr.search import queries as found_by
from casemgr.search import showing as searching
from casemgr.search.terms import Verdict
from casemgr.web import words
from casemgr.web.forms import explanations
from casemgr.web.pages import page
from casemgr.web.room import Room

if TYPE_CHECKING:
    from casemgr.lives.models import ChildMerge

room = Room("lives", __name__)

_ADULT, _CHILD_UNTIL = 18, 16


@room.get("/children/<mark>", needs=Permission.CHILD_READ)
def show(desk: Desk, mark: str) -> ResponseReturnValue:
    """One child as a person over time, each part only for who may see it."""
    life = queries.life(desk, mark)
    names = cases.names(desk, [row.recorded_by for row in life.circumstances])
    today = local_day(desk.now)
    open_cases = [case for case in life.cases if case.closed_at is None]
    merged = queries.merges_of(desk, life.child.id) if desk.actor.may(Permission.CHILD_MERGE) else ()
    return page(
        "lives/child.html",
        card=life.child.card,
        detail=life.child.detail,
        age=_age(life, today),
        years=rules.years(list(_spans(life)), today),
        cases=[_case(one) for one in life.cases],
        stages=STAGES,
        unit_name=unit_names(desk),
        home=open_cases[0].residence_unit_id if open_cases else None,
        people=list(_people(life)),
        circumstances=[circumstances.spell_words(one, names, desk.now) for one in life.circumstances],
        placements=[_placement(life, one) for one in life.placements],
        papers=[_paper(life, one) for one in life.papers],
        place_of=open_cases[0].number if open_cases and life.child.whereabouts is not None else "",
        may_see_place=desk.actor.may(Permission.HIDDEN_PLACE_READ),
        child_mark=mark,
        may_consent=desk.actor.may(Permission.CONSENT_RECORD),
        may_register=desk.actor.may(Permission.DATA_REQUEST),
        household=[
            (mark_of(one.child_id), one.name, searching.household(one.by))
            for one in found_by.household(desk, life.child)
        ],
        may_merge=desk.actor.may(Permission.CHILD_MERGE),
        partings=_partings(merged),
        done=request.args.get("done", ""),
        holds=bool(open_cases) and open_cases[0].holder_id == desk.actor.account_id,
    )


@room.get("/cases/<number>/known-child", needs=Permission.REPORT_CORRECT)
def known_child(desk: Desk, number: str) -> ResponseReturnValue:
    """Is the child of this case known here already?"""
    case = cases.case(desk, number, parts=("card",))
    child = children.child(desk, case.child_id)
    back = url_for("cases.show", number=number)
    return page("lives/known.html", heading_light=number, back=back, **_who_else(desk, child))


@room.post("/cases/<number>/known-child", needs=Permission.REPORT_CORRECT, again=known_child)
def join(desk: Desk, number: str) -> ResponseReturnValue:
    """It is the same child, a brother or sister, or another one."""
    case = cases.case(desk, number)
    chosen, verdict = _said_of()
    if verdict is not Verdict.SAME:
        return _told_apart(desk, children.child(desk, case.child_id), chosen, verdict)
    merge = actions.join(desk, case, child_id=chosen, explanations=explanations())
    if merge is not None and not merge.is_one and desk.actor.may(Permission.CHILD_MERGE):
        return redirect(url_for("lives.merges", done="proposed"), 303)
    return redirect(url_for("cases.show", number=number, done="saved"), 303)


@room.get("/children/<mark>/alike", needs=Permission.CHILD_MERGE)
def alike(desk: Desk, mark: str) -> ResponseReturnValue:
    """Other files that may be of this child."""
    child = _child(desk, mark)
    desk.opened("child opened", mark, ("card", "detail"))
    return page(
        "lives/known.html", heading_light="", back=url_for("lives.show", mark=mark), **_who_else(desk, child)
    )


@room.post("/children/<mark>/alike", needs=Permission.CHILD_MERGE, again=alike)
def decide_alike(desk: Desk, mark: str) -> ResponseReturnValue:
    """The same child: a second person is asked. Brother, sister, another: remembered."""
    child = _child(desk, mark)
    chosen, verdict = _said_of()
    if verdict is not Verdict.SAME:
        return _told_apart(desk, child, chosen, verdict)
    actions.propose(desk, child, known_id=chosen, explanations=explanations())
    return redirect(url_for("lives.merges", done="proposed"), 303)


@room.get("/children/merges", needs=Permission.CHILD_MERGE)
def merges(desk: Desk) -> ResponseReturnValue:
    """Files that somebody says are of one child: a second person agrees or not."""
    waiting = queries.merges_waiting(desk)
    known = children.of_numbers(desk, {key for row, _ in waiting for key in (row.kept_id, row.given_up_id)})
    return page(
        "lives/merges.html",
        rows=[
            (row, wish, kept, given_up, searching.alike(desk, kept, given_up))
            for row, wish in waiting
            if (kept := known.get(row.kept_id)) and (given_up := known.get(row.given_up_id))
        ],
        numbers={key: register.case_numbers(desk, key) for key in known},
        form=RefusalForm.typed(),
        mark_of=mark_of,
        done=request.args.get("done"),
    )


def _merges_again(desk: Desk, merge_id: UUID) -> ResponseReturnValue:
    return merges(desk)


@room.post("/children/merges/<uuid:merge_id>", needs=Permission.CHILD_MERGE, again=_merges_again)
def decide_merge(desk: Desk, merge_id: UUID) -> ResponseReturnValue:
    """The second person agrees, or does not."""
    merge = queries.merge(desk, merge_id)
    if request.form.get("answer") == "agree":
        actions.confirm(desk, merge)
        return redirect(url_for("lives.show", mark=mark_of(merge.kept_id), done="joined"), 303)
    actions.refuse(desk, merge, reason=RefusalForm.typed().reason.data or "")
    return redirect(url_for("lives.merges", done="refused"), 303)


def _parting(desk: Desk, merge_id: UUID) -> ResponseReturnValue:
    return show(desk, mark_of(queries.merge(desk, merge_id).kept_id))


@room.post("/children/merges/<uuid:merge_id>/undo", needs=Permission.CHILD_MERGE, again=_parting)
def undo_merge(desk: Desk, merge_id: UUID) -> ResponseReturnValue:
    """They were two children after all."""
    merge = queries.merge(desk, merge_id)
    actions.undo(desk, merge, why=PartingForm.typed().why.data or "")
    return redirect(url_for("lives.show", mark=mark_of(merge.kept_id), done="parted"), 303)


def _partings(merged: Iterable["ChildMerge"]) -> list[tuple["ChildMerge", PartingForm]]:
    """Each merge with a form of its own; what was typed, and what stands against it, is in the one that was sent."""
    sent = (request.view_args or {}).get("merge_id")
    forms = [(merge, PartingForm.typed() if sent in {None, merge.id} else PartingForm()) for merge in merged]
    for merge, form in forms:
        form.why.id = "why" if merge.id == sent else f"why-{merge.id}"
    return forms


def _child(desk: Desk, mark: str) -> Any:
    number = child_of(mark)
    if number is None:
        raise NotFound
    return children.child(desk, number)


def _said_of() -> tuple[int, Verdict]:
    """Which file was chosen, and what was said of it."""
    form = LikenessForm.typed()
    form.check()
    return form.chosen(), Verdict(form.verdict.data)


def _told_apart(desk: Desk, child: Any, chosen: int, verdict: Verdict) -> ResponseReturnValue:
    search.tell_apart(desk, child, other_id=chosen, verdict=verdict)
    return redirect(f"{request.path}?done=apart", 303)


def _who_else(desk: Desk, child: Any) -> dict[str, Any]:
    """The other files that may be of a child, as the page shows them."""
    found = queries.alike(desk, child)
    names = cases.names(desk, [row.recorded_by for one in found.inside for row in one.spells])
    return {
        "card": child.card,
        "waiting": queries.proposed(desk, child.id) is not None,
        "rows": [
            {
                "mark": mark_of(one.child.id),
                "card": one.child.card,
                "numbers": one.numbers,
                "spells": _spoken_of(one, names, desk),
                "why": searching.reasons(one.reasons),
            }
            for one in found.inside
        ],
        "outside": searching.covered(desk, found.outside),
        "form": LikenessForm.typed(),
        "given": explanations(),
        "done": request.args.get("done", ""),
    }


def _spoken_of(one: queries.Alike, names: Any, desk: Desk) -> list[Any]:
    """The entries of a child that may be another: never those of a group that no list names."""
    named = (row for row in one.spells if not spell_rules.is_sensitive(spell_rules.group_of(row.spell)))
    return [circumstances.spell_words(row, names, desk.now) for row in named]


def _age(life: Life, today: Any) -> tuple[str, str]:
    """The age today in words, and what follows from it by law."""
    card = life.child.card
    if card is None or card.birth.date is None:
        return "", ""
    years = whole_years(card.birth.date, today, str(card.birth.precision))
    if years is None:
        return "", ""
    said = words.age_words(card.birth.date, today, str(card.birth.precision))
    if years >= _ADULT:
        return said, _("Grown up since: eighteen or older.")
    if years >= _CHILD_UNTIL:
        return said, _("Sixteen or older: no longer a child by the Children Law. A running case goes on.")
    return said, ""


def _case(case: Any) -> dict[str, Any]:
    return {
        "case": case,
        "url": url_for("cases.show", number=case.number),
        "since": words.moment(case.received_at),
        "until": words.moment(case.closed_at),
    }


def _spans(life: Life) -> Iterator[Span]:
    """What lasted: cases, circumstances, placements."""
    for case in life.cases:
        until = local_day(case.closed_at) if case.closed_at is not None else None
        label = _("Case %(number)s", number=case.number)
        yield Span(label, local_day(case.received_at), until, url_for("cases.show", number=case.number))
    for one in life.circumstances:
        if not one.spell.void:
            yield Span(circumstances.label(one.spell.kind, one.spell.code), one.spell.since, one.spell.until)
    for place in life.placements:
        if place.given_on is not None:
            yield Span(care.form_words(place.form), place.given_on, place.ended_on)


def _people(life: Life) -> Iterator[dict[str, Any]]:
    """Parents, carers and those alleged to have done harm, each once, with the cases that tell of them."""
    found: dict[tuple[str, str, bool], list[str]] = {}
    for told in life.told:
        accused = {relation for _person, relation in told.suspects}
        for relation, parent in (("mother", told.child.mother), ("father", told.child.father)):
            if relation not in accused and (said := words.parent_words(parent)):
                found.setdefault((words.code_label("relations", relation), said, False), []).append(
                    told.case.number
                )
        if told.child.carer:
            found.setdefault((_("Carer"), told.child.carer, False), []).append(told.case.number)
        for person, relation in told.suspects:
            as_parent = {"mother": told.child.mother.name, "father": told.child.father.name}
            name = person.name or as_parent.get(relation) or _("name not known")
            found.setdefault((words.code_label("relations", relation), name, True), []).append(
                told.case.number
            )
    for (relation, name, alleged), numbers in found.items():
        yield {"relation": relation, "name": name, "alleged": alleged, "numbers": numbers}


def _placement(life: Life, one: Any) -> dict[str, Any]:
    number = life.numbers.get(one.case_id, "")
    return {
        "form": care.form_words(one.form),
        "carer": care.carer_name(one),
        "state": care.STATES[one.state],
        "since": words.date_words(one.given_on or one.decided_on, None),
        "until": words.date_words(one.ended_on, None),
        "url": url_for("care.course", number=number) if number else "",
        "number": number,
    }


def _paper(life: Life, one: Any) -> dict[str, Any]:
    return {
        "form": one.form,
        "title": KINDS[one.form].title(local_day(one.issued_at)).text(language()),
        "number": papers.number(one.running, one.series),
        "when": words.moment(one.issued_at),
        "void": one.voided_at is not None,
        "replaced": one.replaced,
        "url": url_for("documents.paper", paper_id=one.id),
        "case": life.numbers.get(one.case_id, "") if one.case_id else "",
    }
