"""Pages of one child: profile, choice, decision, handing over, what is written down, the end."""

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.assessment import showing as cases_shown
from casemgr.cases import queries as cases
from casemgr.children import queries as children
from casemgr.core.calendar import local_day
from casemgr.core.errors import Invalid, NotFound
from casemgr.core.words import _, language
from casemgr.intervention.care import actions, ages, caring, forms, placing, queries, rules, showing
from casemgr.intervention.care.terms import (
    TRANSFER,
    UNDECIDED,
    CareForm,
    CarerState,
    Consent,
    EntryKind,
    Issue,
    PlacementFile,
    State,
)
from casemgr.intervention.care.views.door import room
from casemgr.law.basis import Basis, Status
from casemgr.law.deadlines import length
from casemgr.legislation.rules import length_words
from casemgr.web.forms import explanations
from casemgr.web.pages import page

if TYPE_CHECKING:
    from casemgr.cases.models import Case

_BOTH = (Permission.CARE_DECIDE, Permission.CARE_WRITE)
_PARTS = ("card", "care")


@room.get("/cases/<number>/care", needs=Permission.CARE_READ)
def course(desk: Desk, number: str) -> ResponseReturnValue:
    """Where the child stands on its way into care, and what comes next."""
    case = cases.case(desk, number, parts=_PARTS)
    files = queries.placements_of_case(desk, case)
    profile = queries.profile(desk, case)
    birth = queries.birth(desk, case)
    now_in = next((one for one in files if one.state is State.GIVEN), None)
    talked = now_in is not None and any(one.kind is EntryKind.TRANSITION for one in now_in.entries)
    clock = queries.handover_clock(desk, case)
    return page(
        "intervention/care/course.html",
        case=case,
        label=_label(desk, case),
        profile=showing.profile(profile) if profile is not None else None,
        shown=[showing.placement(one, desk.now) for one in files],
        now_in=now_in,
        waiting=next((one for one in files if one.state in (State.PROPOSED, State.DECIDED)), None),
        clock_badge=showing.badge(clock, desk.now) if clock is not None else None,
        duties=[showing.duty_row(one, desk.now) for one in queries.duties(desk, case)],
        sixteen=showing.turning(birth)
        if now_in is not None and queries.turns_sixteen(desk, birth) and not talked
        else "",
        kinds=_kinds(now_in),
        may_write=desk.actor.may(Permission.CARE_WRITE),
        may_decide=desk.actor.may(Permission.CARE_DECIDE),
        may_report=desk.actor.may(Permission.REPORT_RECEIVE),
        handed_within=length_words("ac_handover_15wd", local_day(desk.now)),
        bases={
            "profile": Basis.of("ND56 Điều 38", Status.CONFIRMED).cite(language()),
            "choose": Basis.of("ND56 Điều 42", Status.CONFIRMED).cite(language()),
            "decide": Basis.of("LTE Điều 66", Status.CONFIRMED).cite(language()),
            "hand": Basis.of("ND56 Điều 42 khoản 7", Status.CONFIRMED).cite(language()),
        },
    )


@room.get("/cases/<number>/care/profile", needs=Permission.CARE_WRITE)
def profile_page(desk: Desk, number: str) -> ResponseReturnValue:
    """The child's profile (Mẫu 10)."""
    case = cases.case(desk, number, parts=_PARTS)
    last = queries.profile(desk, case)
    known = {name: getattr(last.said, name) for name in last.said.__dict__} if last is not None else {}
    known["revision"] = last.revision if last is not None else 0
    form = forms.ProfileForm.typed(known)
    before = {one.code: one.text for one in last.said.explained} if last is not None else {}
    asked = ages.must_be_asked(queries.birth(desk, case), local_day(desk.now))
    return _write(
        desk,
        case,
        title=_("Child’s profile for care"),
        form_number="10",
        lead=_("Who the child is, what it needs and what it wants. The carers will read from this."),
        form=form,
        groups=[
            (_("Why"), "", [form.reason, form.why]),
            (
                _("The child’s own words"),
                _("From seven years on the law wants the child to be asked.") if asked else "",
                [form.child_says, form.not_asked],
            ),
            (_("How the child is"), "", [form.health, form.school, form.feelings, form.photo_on]),
            (_("Family"), "", [form.family, form.contact]),
            (_("What it needs"), "", [form.services, form.fits]),
        ],
        buttons=[("save", _("Keep the profile"), "main")],
        given={**before, **explanations()},
        guide=[
            _("Ask in a place where the child feels safe, without the carers it is afraid of."),
            _("Write the child’s sentence as it said it, in quotation marks."),
        ],
    )


@room.post("/cases/<number>/care/profile", needs=Permission.CARE_WRITE, again=profile_page)
def write_profile(desk: Desk, number: str) -> ResponseReturnValue:
    """Keep the profile as a new revision."""
    case = cases.case(desk, number, parts=_PARTS)
    form = forms.ProfileForm.typed()
    form.check()
    actions.write_profile(
        desk, case, said=form.said(), revision=form.revision.data or 0, explanations=explanations()
    )
    return _back(number)


@room.get("/cases/<number>/care/choose", needs=Permission.CARE_WRITE)
def choose_page(desk: Desk, number: str) -> ResponseReturnValue:
    """Whom the child is to be placed with."""
    case = cases.case(desk, number, parts=_PARTS)
    profile = queries.profile(desk, case)
    said = profile.said if profile is not None else None
    known = (
        {
            "reason": said.reason,
            "child_says": said.child_says,
            "not_asked": said.not_asked,
            "contact": said.contact,
        }
        if said is not None
        else {}
    )
    form = forms.ChooseForm.typed(known)
    carers = [one for one in queries.register(desk) if one.state is CarerState.REGISTERED]
    form.ask("carer", [(str(one.id), one.said.person.name) for one in carers])
    brothers = len(cases.siblings(desk, case))
    in_care = queries.in_care(desk, case)
    change = [
        (_("The present care"), _("It ends on the day the child is handed over."), [form.change_reason])
    ]
    return _write(
        desk,
        case,
        title=_("Choose who gives care"),
        lead=_("Kin first, then a family, a facility last. Whatever departs from the order is explained."),
        form=form,
        groups=[
            (_("Form and carer"), "", [form.form, form.carer, form.rank, form.relation]),
            (
                _("A carer of another commune, or a facility"),
                _("Only when the carer is not on this commune’s register."),
                [form.other_name, form.other_birth, form.other_commune, form.facility],
            ),
            *(change if in_care is not None else []),
            (_("Why this one"), "", [form.reason, form.why, form.urgent]),
            (
                _("Consent"),
                "",
                [form.consent, form.consent_by, form.consent_on, form.no_consent],
            ),
            (_("The child’s own words"), "", [form.child_says, form.not_asked]),
            (
                _("Brothers and sisters, family"),
                _("In this report: %(count)s brothers or sisters.", count=brothers) if brothers else "",
                [form.siblings, form.siblings_why, form.contact],
            ),
        ],
        notes={"carer": {str(one.id): _second_line(one) for one in carers}},
        buttons=[("propose", _("Hand the proposal to the chair"), "main")],
        given=explanations(),
        guide=[
            _("Ask the kin first, and write down whom you asked."),
            _("The conditions of the carer are checked before: open the register."),
        ],
        links=[(_("Register of carers"), "/care#register")],
    )


@room.post("/cases/<number>/care/choose", needs=Permission.CARE_WRITE, again=choose_page)
def choose(desk: Desk, number: str) -> ResponseReturnValue:
    """Hand the proposal to whoever decides."""
    case = cases.case(desk, number, parts=_PARTS)
    form = forms.ChooseForm.typed()
    carers = queries.register(desk)
    form.ask("carer", [(str(one.id), one.said.person.name) for one in carers])
    form.check()
    if not form.form.data:
        raise Invalid({"form": [_("Choose the form of care.")]})
    placing.propose(
        desk,
        case,
        form=CareForm(form.form.data),
        choice=form.said(),
        urgent=bool(form.urgent.data),
        carer_id=form.carer_id,
        explanations=explanations(),
    )
    return _back(number)


@room.get("/cases/<number>/care/<uuid:placement_id>/consent", needs=Permission.CARE_WRITE)
def consent_page(desk: Desk, number: str, placement_id: UUID) -> ResponseReturnValue:
    """The consent that was missing when the child was placed in haste."""
    case = cases.case(desk, number, parts=_PARTS)
    file = queries.placement(desk, case, placement_id)
    form = forms.ConsentForm.typed({"consent_on": local_day(desk.now)})
    return _write(
        desk,
        case,
        title=_("Write the consent down"),
        lead=_("With %(who)s.", who=showing.carer_name(file)),
        form=form,
        groups=[("", "", [form.consent, form.consent_by, form.consent_on, form.no_consent])],
        buttons=[("keep", _("Write this down"), "main")],
        given=explanations(),
    )


@room.post(
    "/cases/<number>/care/<uuid:placement_id>/consent", needs=Permission.CARE_WRITE, again=consent_page
)
def write_consent(desk: Desk, number: str, placement_id: UUID) -> ResponseReturnValue:
    """Keep the consent."""
    case = cases.case(desk, number, parts=_PARTS)
    form = forms.ConsentForm.typed()
    form.check()
    placing.record_consent(
        desk,
        case,
        placement_id=placement_id,
        consent=Consent(form.consent.data) if form.consent.data else None,
        by=form.consent_by.data,
        on=form.consent_on.data,
        why=form.no_consent.data,
    )
    return _back(number)


@room.get("/cases/<number>/care/<uuid:placement_id>/decision", needs=_BOTH)
def decision_page(desk: Desk, number: str, placement_id: UUID) -> ResponseReturnValue:
    """The proposal with what stands against it, and the decision (Mẫu 12)."""
    case = cases.case(desk, number, parts=_PARTS)
    file = queries.placement(desk, case, placement_id)
    if request.method == "GET" and (file.ruling is not None or file.state not in UNDECIDED):
        raise NotFound
    today = local_day(desk.now)
    row = queries.row(desk, case, placement_id)
    facts = placing.decision_facts(desk, case, row, Issue("commune_chair", "-", today)).choice
    fitting = sorted(rules.competent(facts, today))
    first = next(iter(fitting), None) if len(fitting) == 1 else None
    form = forms.DecisionForm.typed({"version": file.version, "decided_on": today, "authority": first})
    form.ask(
        "authority",
        [
            (code.code, code.status.marked(showing.label(code), language()))
            for code in rules.authorities(today)
        ],
    )
    chair = desk.actor.may(Permission.CARE_DECIDE)
    return _write(
        desk,
        case,
        title=_("Decide on the placement") if chair else _("Write down another authority’s decision"),
        form_number="12",
        lead=_(
            "The child is handed over within %(limit)s of the decision.",
            limit=length_words("ac_handover_15wd", today),
        ),
        form=form,
        groups=[
            (
                _("Decision"),
                _("For this form and case the law names: %(who)s.", who=_authorities(fitting, facts.on)),
                [form.authority, form.number, form.decided_on, form.signed_by],
            )
        ],
        known=showing.placement(file, desk.now)["facts"],
        told=showing.placement(file, desk.now)["explained"],
        buttons=[("decide", _("Issue the decision") if chair else _("Write this down"), "main")],
        drop=forms.DropForm.typed() if file.state in (State.PROPOSED, State.DECIDED) else None,
        drop_to=url_for("care.drop", number=number, placement_id=placement_id),
        given={**placing.told_before(file.choice.explained), **explanations()},
        guide=[_("Whoever wrote the proposal does not decide on it.")],
    )


@room.post("/cases/<number>/care/<uuid:placement_id>/decision", needs=_BOTH, again=decision_page)
def decide(desk: Desk, number: str, placement_id: UUID) -> ResponseReturnValue:
    """Issue the decision, or write another authority's down."""
    case = cases.case(desk, number, parts=_PARTS)
    form = forms.DecisionForm.typed()
    authorities = rules.authorities(local_day(desk.now))
    form.ask(
        "authority",
        [(code.code, code.status.marked(showing.label(code), language())) for code in authorities],
    )
    form.check()
    placing.decide(
        desk,
        case,
        placement_id=placement_id,
        version=form.version.data or 0,
        issue=form.issue(),
        explanations=explanations(),
    )
    return _back(number)


@room.post("/cases/<number>/care/<uuid:placement_id>/drop", needs=_BOTH, again=decision_page)
def drop(desk: Desk, number: str, placement_id: UUID) -> ResponseReturnValue:
    """The proposal comes to nothing."""
    case = cases.case(desk, number, parts=_PARTS)
    form = forms.DropForm.typed()
    form.check()
    placing.drop(desk, case, placement_id=placement_id, why=form.drop_why.data)
    return _back(number)


@room.get("/cases/<number>/care/<uuid:placement_id>/handing", needs=_BOTH)
def handing_page(desk: Desk, number: str, placement_id: UUID) -> ResponseReturnValue:
    """How the child was handed over."""
    case = cases.case(desk, number, parts=_PARTS)
    file = queries.placement(desk, case, placement_id)
    form = forms.HandingForm.typed({"version": file.version, "given_on": local_day(desk.now)})
    met = sum(one.kind is EntryKind.MEETING for one in file.entries)
    return _write(
        desk,
        case,
        title=_("Hand the child over"),
        lead=_("With %(who)s.", who=showing.carer_name(file)),
        form=form,
        groups=[("", "", [form.given_on, form.present, form.with_it, form.child_says])],
        known=[(_("Meetings before"), str(met))] if file.form is CareForm.NON_KIN else [],
        buttons=[("give", _("The child was handed over"), "main")],
        given=explanations(),
        guide=[
            _("Papers, medicine and something the child loves go with it."),
            _("Do not write the address here. The place where the child stays is kept apart."),
        ],
    )


@room.post("/cases/<number>/care/<uuid:placement_id>/handing", needs=_BOTH, again=handing_page)
def hand_over(desk: Desk, number: str, placement_id: UUID) -> ResponseReturnValue:
    """Write down that the child was handed over."""
    case = cases.case(desk, number, parts=_PARTS)
    form = forms.HandingForm.typed()
    form.check()
    placing.hand_over(
        desk,
        case,
        placement_id=placement_id,
        version=form.version.data or 0,
        given_on=form.given_on.data,
        said=form.said(),
        explanations=explanations(),
    )
    return _back(number)


@room.get("/cases/<number>/care/<uuid:placement_id>/write/<what>", needs=Permission.CARE_WRITE)
def entry_page(desk: Desk, number: str, placement_id: UUID, what: str) -> ResponseReturnValue:
    """A visit, a meeting, a report, a step of the move from a facility."""
    kind = _kind(what)
    case = cases.case(desk, number, parts=_PARTS)
    file = queries.placement(desk, case, placement_id)
    form = forms.EntryForm.typed({"happened_on": local_day(desk.now), "form_id": str(uuid4())})
    guide = {
        EntryKind.VISIT: [
            _("See the child, speak with it alone, look at where it sleeps."),
            _("If something points to harm, the child is taken out at once; papers follow."),
        ],
        EntryKind.MEETING: [
            _(
                "At least %(count)s meetings before a family that is not kin takes the child.",
                count=length("ac_meet_twice", local_day(desk.now)),
            )
        ],
        EntryKind.TRANSITION: [
            _("Talk with the young person and the carers early: school, work, where to live, papers.")
        ],
    }
    return _write(
        desk,
        case,
        title=str(caring.KIND_WORDS[kind]),
        form_number={EntryKind.VISIT: "13", EntryKind.LISTED: "14"}.get(kind, ""),
        lead=_("With %(who)s.", who=showing.carer_name(file)),
        form=form,
        groups=[("", "", [form[name] for name in forms.BOXES[kind]])],
        hidden=[form.form_id],
        buttons=[("keep", _("Write this down"), "main")],
        given=explanations(),
        guide=guide.get(kind, []),
    )


@room.post(
    "/cases/<number>/care/<uuid:placement_id>/write/<what>", needs=Permission.CARE_WRITE, again=entry_page
)
def write_entry(desk: Desk, number: str, placement_id: UUID, what: str) -> ResponseReturnValue:
    """Keep what was written down; the next turn is worked out."""
    kind = _kind(what)
    case = cases.case(desk, number, parts=_PARTS)
    form = forms.EntryForm.typed()
    form.check()
    placing.write_entry(
        desk,
        case,
        placement_id=placement_id,
        kind=kind,
        on=form.happened_on.data,
        said=form.said(kind),
        form_id=form.mark,
        explanations=explanations(),
    )
    return _back(number)


@room.get("/cases/<number>/care/<uuid:placement_id>/end", needs=_BOTH)
def end_page(desk: Desk, number: str, placement_id: UUID) -> ResponseReturnValue:
    """Ask for the end, decide on it, or take the child out at once."""
    case = cases.case(desk, number, parts=_PARTS)
    file = queries.placement(desk, case, placement_id)
    ending = file.ending
    known: dict[str, Any] = {"version": file.version, "ended_on": local_day(desk.now)}
    if ending is not None:
        names = ("why", "asked_by", "child_says", "not_asked", "goes_to", "number")
        known |= {name: getattr(ending, name) for name in names} | {"end_reason": ending.reason}
    form = forms.EndForm.typed(known)
    if file.state is State.ENDED and ending is not None and ending.removed:
        confirm = forms.ConfirmForm.typed()
        return _write(
            desk,
            case,
            title=_("Decision after the removal"),
            form_number="16",
            form=confirm,
            groups=[("", "", [confirm.number])],
            buttons=[("confirm", _("Write this down"), "main")] if _decides(desk) else [],
            given=explanations(),
        )
    chair = _decides(desk)
    buttons = (
        [("end", _("End the care"), "main")]
        if chair
        else [("ask", _("Ask the chair to end the care"), "main")]
    )
    return _write(
        desk,
        case,
        title=_("End the care"),
        form_number="16" if chair else "15",
        lead=_("With %(who)s.", who=showing.carer_name(file)),
        form=form,
        groups=[
            (_("Why"), "", [form.end_reason, form.why, form.asked_by]),
            (_("The child’s own words"), "", [form.child_says, form.not_asked]),
            (
                _("What follows"),
                "",
                [form.goes_to, form.ended_on, *([form.number] if chair else [])],
            ),
        ],
        buttons=[*buttons, ("remove", _("The child was harmed: take it out now"), "danger")],
        given=explanations(),
        guide=[
            _("When the carers harmed the child it leaves first; the decision follows."),
            _("A child that changes to other carers needs no request here: choose the new carers instead."),
        ],
    )


@room.post("/cases/<number>/care/<uuid:placement_id>/end", needs=_BOTH, again=end_page)
def end(desk: Desk, number: str, placement_id: UUID) -> ResponseReturnValue:
    """Ask for the end, decide on it, take the child out at once, or confirm that by decision."""
    case = cases.case(desk, number, parts=_PARTS)
    do = request.form.get("do", "")
    if do == "confirm":
        confirm = forms.ConfirmForm.typed()
        confirm.check()
        placing.confirm_removal(desk, case, placement_id=placement_id, number=confirm.number.data)
        return _back(number)
    form = forms.EndForm.typed()
    form.check()
    version, on = form.version.data or 0, form.ended_on.data
    if do == "remove":
        placing.remove_now(
            desk, case, placement_id=placement_id, version=version, on=on, said=form.said(removed=True)
        )
    elif do == "end":
        placing.end(
            desk,
            case,
            placement_id=placement_id,
            version=version,
            on=on,
            said=form.said(),
            explanations=explanations(),
        )
    else:
        placing.ask_end(
            desk,
            case,
            placement_id=placement_id,
            version=version,
            on=on,
            said=form.said(),
            explanations=explanations(),
        )
    return _back(number)


def _write(desk: Desk, case: "Case", **told: Any) -> ResponseReturnValue:
    """A page with one form on this case."""
    more = {"hidden": (), "drop": None, "drop_to": "", "told": (), "links": (), **told}
    back = (_label(desk, case), url_for("care.course", number=case.number))
    return page(
        "intervention/care/write.html", **showing.plain_page(back=back, **{**more, "number": case.number})
    )


def _label(desk: Desk, case: "Case") -> str:
    return cases_shown.case_label(case, children.child(desk, case.child_id).card)


def _back(number: str) -> ResponseReturnValue:
    return redirect(url_for("care.course", number=number), 303)


def _decides(desk: Desk) -> bool:
    return desk.actor.may(Permission.CARE_DECIDE)


def _kind(what: str) -> EntryKind:
    try:
        return EntryKind(what)
    except ValueError:
        raise NotFound from None


def _kinds(now_in: PlacementFile | None) -> list[tuple[str, str]]:
    """What can be written down about the present care."""
    if now_in is None:
        return []
    if now_in.form is CareForm.FACILITY:
        done = [one.kind for one in now_in.entries]
        following = next((kind for kind in TRANSFER if kind not in done), None)
        wanted = [following] if following is not None else []
    else:
        wanted = [EntryKind.VISIT, EntryKind.CARER_REPORT, EntryKind.FIT_REVIEW]
    return [(kind.value, str(caring.KIND_WORDS[kind])) for kind in wanted]


def _second_line(one: Any) -> str:
    still = showing.open_conditions(one)
    checked = (
        _("all conditions met")
        if not still
        else _("not checked yet (Form 11)")
        if one.check is None
        else _("%(count)s conditions open", count=still)
    )
    return f"{showing.wish_words(one.said)}. {checked}"


def _authorities(codes: list[str], on: Any) -> str:
    known = {code.code: showing.label(code) for code in rules.authorities(on)}
    return "; ".join(known[code] for code in codes if code in known) or _("Not known")
