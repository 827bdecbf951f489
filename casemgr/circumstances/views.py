"""Pages of circumstances: the register of a commune, a child's spells, and writing them."""

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.children import queries as children
from casemgr.circumstances import actions, forms, queries, rules, showing
from casemgr.circumstances.terms import End, Kind
from casemgr.core.calendar import local_day
from casemgr.core.errors import Conflict, Invalid, NotFound
from casemgr.core.words import _
from casemgr.places import queries as places
from casemgr.places import rules as place_rules
from casemgr.places.terms import Level
from casemgr.web.forms import explanations, go_on_from
from casemgr.web.pages import page
from casemgr.web.room import Room

if TYPE_CHECKING:
    from casemgr.cases.models import Case

room = Room("circumstances", __name__)

READ, WRITE = Permission.CIRCUMSTANCE_READ, Permission.CIRCUMSTANCE_WRITE


@room.get("/circumstances", needs=READ)
def registry(desk: Desk) -> ResponseReturnValue:
    """Children in special circumstances and at risk: how many in each group, and who, as of a day."""
    today = local_day(desk.now)
    day, unread = _day(request.args.get("day", ""), today)
    unit = request.args.get("unit", "")
    register = queries.registry(desk, _units(desk, unit), day)
    group = request.args.get("group", "")
    chosen = group if group in rules.words(Kind.SPECIAL) and not rules.is_sensitive(group) else ""
    special = register.of_group(chosen) if chosen else register.counted(Kind.SPECIAL)
    return page(
        "circumstances/registry.html",
        register=register,
        unread=unread,
        day=day,
        when=showing.title_of_day(day, today),
        counts=showing.counts_table(register),
        bars=showing.bars(register),
        special=showing.lines(special, Kind.SPECIAL),
        all_special=len(register.counted(Kind.SPECIAL)),
        at_risk=showing.lines(register.counted(Kind.AT_RISK), Kind.AT_RISK),
        adults=showing.lines(register.adults),
        group=chosen,
        group_name=showing.label(Kind.SPECIAL, chosen) if chosen else "",
        groups=[
            (code.code, showing.label(Kind.SPECIAL, code.code))
            for code in rules.groups(today)
            if not rules.is_sensitive(code.code)
        ],
        unit=unit,
        communes=_communes(desk),
        may_write=desk.actor.may(WRITE),
    )


@room.get("/circumstances/new", needs=WRITE)
def new(desk: Desk) -> ResponseReturnValue:
    """A child without any file: its card and its first spell."""
    today = local_day(desk.now)
    card = forms.NewChildForm.on(today)
    objected = g.objection is not None
    alike = queries.alike(desk, card.card()) if objected and card.validate() else ()
    return page(
        "circumstances/new.html",
        card=card,
        form=forms.SpellForm.on(today),
        given=explanations(),
        alike=[
            (showing.who(child.card), child.card, _spells_of(desk, child.id), _cases_of(desk, child.id))
            for child in alike
        ],
        unit=places.unit(desk, desk.actor.unit_id).name if desk.actor.unit_id else "",
    )


@room.post("/circumstances/new", needs=WRITE, again=new)
def register_child(desk: Desk) -> ResponseReturnValue:
    """Register the child with its first spell."""
    today = local_day(desk.now)
    card, form = forms.NewChildForm.on(today), forms.SpellForm.on(today)
    wrong: dict[str, list[str]] = {}
    for asked in (card.check, form.checked):
        try:
            asked()
        except Invalid as objection:
            wrong |= objection.errors
    if wrong:
        raise Invalid(wrong)
    unit = places.unit(desk, desk.actor.unit_id) if desk.actor.unit_id else None
    made = actions.register_child(
        desk,
        card=card.card(),
        detail=card.detail(unit.code if unit else None),
        spell=form.spell(),
        unit_id=unit.id if unit else None,
        form_id=form.sent_as(),
        explanations=explanations(),
    )
    return redirect(url_for("circumstances.child", entry_id=made.spell_id, done="yes"), 303)


@room.get("/circumstances/<uuid:entry_id>", needs=READ)
def child(desk: Desk, entry_id: UUID) -> ResponseReturnValue:
    """Every spell of a child, reached by one of them."""
    return _child_page(desk, queries.spell(desk, entry_id).child_id)


@room.get("/circumstances/<uuid:entry_id>/add", needs=WRITE)
def add(desk: Desk, entry_id: UUID) -> ResponseReturnValue:
    """A further spell of the same child."""
    shown = queries.spell(desk, entry_id)
    return _write_page(
        desk, shown.child_id, _("One more entry"), forms.SpellForm.on(local_day(desk.now)), entry_id
    )


@room.post("/circumstances/<uuid:entry_id>/add", needs=WRITE, again=add)
def added(desk: Desk, entry_id: UUID) -> ResponseReturnValue:
    """Begin it."""
    shown = queries.spell(desk, entry_id)
    form = forms.SpellForm.on(local_day(desk.now)).checked()
    made = actions.begin(
        desk,
        children.child(desk, shown.child_id),
        spell=form.spell(),
        unit_id=shown.unit_id,
        form_id=form.sent_as(),
        explanations=explanations(),
    )
    return redirect(url_for("circumstances.child", entry_id=made.spell_id, done="yes"), 303)


@room.get("/circumstances/<uuid:entry_id>/correct", needs=WRITE)
def correct(desk: Desk, entry_id: UUID) -> ResponseReturnValue:
    """What is known now of a spell; what was written before stays."""
    shown = queries.spell(desk, entry_id)
    form = forms.SpellForm.on(local_day(desk.now), shown.spell, shown.revision)
    _go_on(form, shown)
    return _write_page(desk, shown.child_id, _("Correct the entry"), form, entry_id, correcting=True)


@room.post("/circumstances/<uuid:entry_id>/correct", needs=WRITE, again=correct)
def corrected(desk: Desk, entry_id: UUID) -> ResponseReturnValue:
    """Keep the correction."""
    shown = queries.spell(desk, entry_id)
    form = forms.SpellForm.on(local_day(desk.now)).checked()
    actions.correct(
        desk,
        shown,
        spell=form.spell(),
        revision=form.revision.data or 0,
        why=form.why.data,
        explanations=explanations(),
    )
    return redirect(url_for("circumstances.child", entry_id=entry_id, done="yes"), 303)


@room.get("/circumstances/<uuid:entry_id>/end", needs=WRITE)
def ending(desk: Desk, entry_id: UUID) -> ResponseReturnValue:
    """Since when and why it is over."""
    shown = queries.spell(desk, entry_id)
    form = forms.EndForm.typed({"revision": shown.revision})
    _go_on(form, shown)
    return page(
        "circumstances/end.html",
        **_frame(desk, shown.child_id, entry_id),
        form=form,
        shown=_words(desk, shown),
    )


@room.post("/circumstances/<uuid:entry_id>/end", needs=WRITE, again=ending)
def ended(desk: Desk, entry_id: UUID) -> ResponseReturnValue:
    """End it."""
    shown = queries.spell(desk, entry_id)
    form = forms.EndForm.typed()
    form.check()
    over = forms.replaced(
        shown.spell, form.until.data, End(form.ended.data) if form.ended.data else None, form.ended_note.data
    )
    actions.end(desk, shown, spell=over, revision=form.revision.data or 0)
    return redirect(url_for("circumstances.child", entry_id=entry_id, done="yes"), 303)


@room.get("/circumstances/<uuid:entry_id>/support", needs=WRITE)
def support(desk: Desk, entry_id: UUID) -> ResponseReturnValue:
    """What the child receives."""
    shown = queries.spell(desk, entry_id)
    key = request.values.get("key", "")
    known = next((one for one in shown.spell.supports if one.key == key), None)
    form = forms.SupportForm.of(known, shown.revision)
    _go_on(form, shown)
    return page(
        "circumstances/support.html",
        **_frame(desk, shown.child_id, entry_id),
        form=form,
        shown=_words(desk, shown),
        given=explanations(),
    )


@room.post("/circumstances/<uuid:entry_id>/support", needs=WRITE, again=support)
def supported(desk: Desk, entry_id: UUID) -> ResponseReturnValue:
    """Note it."""
    shown = queries.spell(desk, entry_id)
    form = forms.SupportForm.of(None, shown.revision)
    actions.support(
        desk, shown, line=form.support(), revision=form.revision.data or 0, explanations=explanations()
    )
    return redirect(url_for("circumstances.child", entry_id=entry_id, done="yes"), 303)


@room.get("/cases/<number>/circumstances", needs=READ)
def of_case(desk: Desk, number: str) -> ResponseReturnValue:
    """The circumstances of a case's child, and the beginning of a further one."""
    case = cases.case(desk, number)
    elsewhere = ""
    if case.residence_unit_id is not None and case.residence_unit_id != _register_of_case(desk, case):
        elsewhere = places.unit(desk, case.residence_unit_id).name
    return _child_page(desk, case.child_id, number=number, elsewhere=elsewhere)


@room.post("/cases/<number>/circumstances", needs=WRITE, again=of_case)
def begun_from_case(desk: Desk, number: str) -> ResponseReturnValue:
    """Begin a spell of the case's child."""
    case = cases.case(desk, number)
    form = forms.SpellForm.on(local_day(desk.now)).checked()
    actions.begin(
        desk,
        children.child(desk, case.child_id),
        spell=form.spell(),
        unit_id=_register_of_case(desk, case),
        form_id=form.sent_as(),
        explanations=explanations(),
    )
    return redirect(url_for("circumstances.of_case", number=number, done="yes"), 303)


def _go_on(form: forms.SpellForm | forms.EndForm | forms.SupportForm, shown: queries.SpellShown) -> None:
    """Somebody else saved first: what is sent next says that the newer version was read."""
    if isinstance(g.objection, Conflict):
        go_on_from(form.revision, shown.revision)


def _register_of_case(desk: Desk, case: "Case") -> int | None:
    """The commune of residence if it is this person's too, else the one that answers for the case."""
    home = case.residence_unit_id
    return (
        home if home is not None and (desk.actor.units is None or home in desk.actor.units) else case.unit_id
    )


def _child_page(desk: Desk, child_id: int, *, number: str = "", elsewhere: str = "") -> Response:
    spells = queries.of_child(desk, child_id)
    writers = [one.recorded_by for one in spells] + [old.recorded_by for one in spells for old in one.before]
    names = cases.names(desk, writers)
    may_write = desk.actor.may(WRITE)
    form = forms.SpellForm.on(local_day(desk.now)) if number and may_write else None
    return page(
        "circumstances/child.html",
        **_frame(desk, child_id, spells[0].id if spells else None, number),
        spells=[showing.spell_words(one, names, desk.now) for one in spells],
        form=form,
        given=explanations(),
        elsewhere=elsewhere,
        may_write=may_write,
        done=request.args.get("done"),
    )


def _write_page(
    desk: Desk, child_id: int, title: str, form: forms.SpellForm, entry_id: UUID, *, correcting: bool = False
) -> Response:
    return page(
        "circumstances/write.html",
        **_frame(desk, child_id, entry_id),
        title_words=title,
        form=form,
        correcting=correcting,
        given=explanations(),
    )


def _frame(desk: Desk, child_id: int, entry_id: UUID | None, number: str = "") -> dict[str, object]:
    """What every page about a child says first: given name, age today, and the way back."""
    found = children.child(desk, child_id)
    birth, told_on = queries.birth_of(found)
    age = rules.age_on(birth, told_on, local_day(desk.now))
    return {
        "who": showing.who(found.card),
        "age": _("age not known") if age is None else _("%(age)s years", age=age),
        "adult": age is not None and age >= rules.CHILD_UNTIL,
        "entry_id": entry_id,
        "number": number,
        "numbers": _cases_of(desk, child_id),
    }


def _words(desk: Desk, shown: queries.SpellShown) -> showing.SpellWords:
    return showing.spell_words(shown, cases.names(desk, [shown.recorded_by]), desk.now)


def _cases_of(desk: Desk, child_id: int) -> list[str]:
    return queries.case_numbers(desk, child_id) if desk.actor.may(Permission.CASE_READ) else []


def _spells_of(desk: Desk, child_id: int) -> list[UUID]:
    return [one.id for one in queries.of_child(desk, child_id)]


def _day(told: str, today: date) -> tuple[date, str]:
    """The day that was asked for, or today with what is wrong about it."""
    if not told.strip():
        return today, ""
    try:
        day = forms.read_day(told)
    except ValueError:
        return today, _("Write the day like 20/11/2026.")
    return (
        (day, "")
        if day <= today
        else (today, _("The day lies in the future. The register of today is shown."))
    )


def _communes(desk: Desk) -> list[tuple[str, str]]:
    """The communes to choose from, for whoever sees more than one."""
    atlas, today = places.atlas(desk), places.today(desk)
    own = atlas.unit(desk.actor.unit_id) if desk.actor.unit_id is not None else None
    if own is None or own.level is not Level.PROVINCE:
        return []
    return [(unit.code, unit.name) for unit in places.communes(desk, own.code, today)]


def _units(desk: Desk, code: str) -> frozenset[int] | None:
    """The units of the commune that was chosen; all in scope if none was."""
    if not code:
        return None
    unit = places.unit_at(desk, code)
    reach = place_rules.reach(places.atlas(desk), unit, places.today(desk))
    if desk.actor.units is not None and not reach & desk.actor.units:
        raise NotFound
    return reach
