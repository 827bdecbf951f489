"""How alternative care is laid out on a page: rows of lists, the course of a placement, what comes next."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from casemgr.cases.models import Case
from casemgr.cases.terms import Explained
from casemgr.children.terms import Birth, Card
from casemgr.core.calendar import day_end, local_day
from casemgr.core.text import given_name
from casemgr.core.words import Later, _, _l, language
from casemgr.intervention.care import ages, caring, registering
from casemgr.intervention.care.models import Placement
from casemgr.intervention.care.queries import Due
from casemgr.intervention.care.schedule import COMES_UP, Track, anniversary, sixteenth
from casemgr.intervention.care.terms import (
    Answer,
    CarerFile,
    CarerKind,
    CarerState,
    CheckFile,
    Consent,
    EntryFile,
    EntryKind,
    PlacementFile,
    ProfileFile,
    QuarterRow,
    Registration,
    Siblings,
    State,
)
from casemgr.law.holidays import work_calendar
from casemgr.law.vocabulary import Code, vocabulary
from casemgr.legislation.rules import length_words
from casemgr.web import words
from casemgr.web.duration import ClockBadge, clock_state, day_words

STATES: Mapping[State, Later] = {
    State.PROPOSED: _l("waits for the decision"),
    State.DECIDED: _l("decided, not handed over yet"),
    State.GIVEN: _l("in care"),
    State.ENDED: _l("care has ended"),
    State.DROPPED: _l("came to nothing"),
}
CARER_STATES: Mapping[CarerState, Later] = {
    CarerState.REGISTERED: _l("on the register"),
    CarerState.STOPPED: _l("stopped: a child was taken out of this family"),
    CarerState.ENDED: _l("off the register"),
}
CARER_KINDS: Mapping[CarerKind, Later] = {
    CarerKind.APPLICATION: _l("Application"),
    CarerKind.NOTICE: _l("Notice of a relative"),
}
TRACKS: Mapping[str, Later] = {
    Track.VISIT: _l("Visit the child"),
    Track.CARER_REPORT: _l("The carers report on the child"),
    Track.FIT_REVIEW: _l("Judge whether the placement fits"),
    Track.STAY: _l("Urgent care may last no longer"),
    Track.PAPERS: _l("Complete the papers of the facility"),
    Track.TRANSFER: _l("Next step of the move to a family"),
    Track.HANDOVER: _l("Hand the child over"),
    "transition": _l("Talk about turning sixteen"),
}
WORK: Mapping[str, EntryKind] = {
    Track.VISIT: EntryKind.VISIT,
    Track.CARER_REPORT: EntryKind.CARER_REPORT,
    Track.FIT_REVIEW: EntryKind.FIT_REVIEW,
    "transition": EntryKind.TRANSITION,
}
_TRANSFER_WORK = {1: EntryKind.APPRAISED, 2: EntryKind.ORDERED, 3: EntryKind.FACILITY_ENDED}
_MET: Mapping[Answer, tuple[Later, str]] = {
    Answer.YES: (_l("Met"), "passed"),
    Answer.NO: (_l("Not met"), "block"),
    Answer.UNKNOWN: (_l("Not known"), "explain"),
}
CONSENTS: Mapping[Consent, Later] = {
    Consent.GIVEN: _l("Given"),
    Consent.EXEMPT: _l("Not needed by law"),
    Consent.MISSING: _l("Not there yet"),
    Consent.REFUSED: _l("They refuse"),
}
SIBLINGS: Mapping[Siblings, Later] = {
    Siblings.TOGETHER: _l("Stay together"),
    Siblings.APART: _l("Cannot stay together"),
    Siblings.NONE: _l("There are none"),
}


_ABOUT: Mapping[str, Later] = {
    "order-form": _l("order of the forms of care"),
    "order-person": _l("order of persons"),
    "not-separated": _l("urgent care without a separation"),
    "no-profile": _l("child's profile"),
    "consent": _l("written consent"),
    "opinion-missing": _l("opinion of the child"),
    "siblings-elsewhere": _l("brothers and sisters"),
    "unchecked": _l("conditions not checked"),
    "namesake": _l("same name on record"),
    "age-unknown": _l("age of the carer"),
    "not-registered": _l("carer of another commune"),
    "not-competent": _l("who decides by law"),
    "meetings": _l("meetings before"),
    "late": _l("handed over after the time of the law"),
    "health": _l("health certificate"),
    "residence-unknown": _l("residence of a foreigner"),
}


def explained(one: Explained) -> str:
    """What was explained, with what it was about."""
    code = one.code.removeprefix("unknown-")
    condition = vocabulary("alternative_care_conditions").get(code) if code != one.code else None
    about = condition.label(language()) if condition is not None else str(_ABOUT.get(one.code, ""))
    return f"{about}: {one.text}" if about else one.text


def label(code: Code) -> str:
    """A code of the law in the reader's language."""
    return code.label(language())


def form_words(form: str) -> str:
    """A form of care in the reader's language."""
    return vocabulary("alternative_care_forms").label(form, language())


# --- lists ------------------------------------------------------------------------------------------------------


def short(case: Case, card: Card, now: datetime) -> str:
    """As little of a child as a list needs: given name and age today."""
    birth = ages.since_told(card.birth, local_day(case.received_at))
    name = given_name(card.name) if card.name else _("a child not yet named")
    said = words.age_words(birth.date, local_day(now), birth.precision)
    return f"{name}, {said}" if said else name


def badge(duty: Any, now: datetime, birth: Birth | None = None) -> ClockBadge:
    """The clock of a duty; turning sixteen has a day, and no limit that could be passed."""
    if duty is not None:
        return words.badge(duty, now)
    born = (birth or Birth()).date
    due = day_end(sixteenth(born)) if born is not None else None
    started = due - timedelta(days=30 * COMES_UP) if due is not None else now
    return clock_state(now, started, due, None, "months", "trigger", calendar=work_calendar())


def due_row(one: Due, now: datetime) -> dict[str, Any]:
    """One line of what falls due."""
    birth = ages.since_told(one.card.birth, local_day(one.case.received_at))
    return {
        "badge": badge(one.duty, now, birth),
        "what": TRACKS[one.track],
        "who": short(one.case, one.card, now),
        "number": one.case.number,
    }


def child_row(one: tuple[Placement, Case, Card], now: datetime) -> dict[str, Any]:
    """One child in care, or for whom care is being found."""
    place, case, card = one
    return {
        "number": case.number,
        "who": short(case, card, now),
        "form": form_words(place.form),
        "urgent": place.urgent and place.decided_on is None,
        "state": STATES[State(place.state)],
        "since": day_words(place.given_on or place.proposed_on, local_day(now)),
    }


def carer_row(one: CarerFile) -> dict[str, Any]:
    """One line of the register."""
    return {
        "id": one.id,
        "name": one.said.person.name,
        "kind": CARER_KINDS[one.kind],
        "wish": wish_words(one.said),
        "since": words.date_words(one.registered_on, None),
        "state": CARER_STATES[one.state],
        "plain": one.state is CarerState.REGISTERED,
        "checked": words.date_words(one.check.on, None) if one.check is not None else "",
        "open": open_conditions(one),
    }


def open_conditions(one: CarerFile) -> int:
    """How many conditions are not met or not known."""
    said = one.check.said if one.check is not None else None
    codes = vocabulary("alternative_care_conditions").codes
    return sum(said is None or said.of(code).answer is not Answer.YES for code in codes)


def wish_words(said: Registration) -> str:
    """For which child somebody is ready, in one line."""
    wishes = said.wishes
    parts = [form_words(form) for form in wishes.forms]
    if wishes.sex in ("male", "female"):
        parts.append(_("boy") if wishes.sex == "male" else _("girl"))
    if wishes.age_from is not None or wishes.age_to is not None:
        youngest, oldest = wishes.age_from or 0, wishes.age_to if wishes.age_to is not None else 15
        parts.append(_("%(youngest)s to %(oldest)s years", youngest=youngest, oldest=oldest))
    if wishes.number:
        parts.append(_("%(number)s children", number=wishes.number) if wishes.number > 1 else _("1 child"))
    if wishes.relation:
        parts.append(wishes.relation)
    return "; ".join(parts)


def quarter_row(one: QuarterRow) -> dict[str, Any]:
    """One line of the quarter's list."""
    person = one.carer.said.person
    born = words.date_words(person.birth.date, person.birth.precision)
    return {
        **carer_row(one.carer),
        "born": born,
        "occupation": person.occupation or "",
        "address": person.address or "",
        "phone": person.phone or "",
        "new": one.new,
        "ended": one.ended,
        "children": one.children,
    }


def quarter_of(day: date) -> str:
    """The name of the quarter of a day."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def quarter_before(first: date) -> str:
    return quarter_of(first - timedelta(days=1))


def quarter_after(last: date) -> str:
    return quarter_of(last + timedelta(days=1))


def quarter_words(first: date) -> str:
    """A quarter as people say it."""
    roman = ("I", "II", "III", "IV")[(first.month - 1) // 3]
    return _("Quarter %(quarter)s/%(year)s", quarter=roman, year=first.year)


def days_words(first: date, last: date) -> str:
    return _("%(first)s to %(last)s", first=words.date_words(first, None), last=words.date_words(last, None))


# --- one carer --------------------------------------------------------------------------------------------------


def carer(one: CarerFile, today: date) -> dict[str, Any]:
    """One registration as the page shows it."""
    person, papers = one.said.person, one.said.papers
    facts = [
        (_("How they came to the commune"), str(CARER_KINDS[one.kind])),
        (_("Registered on"), words.date_words(one.registered_on, None)),
        (_("Born"), words.date_words(person.birth.date, person.birth.precision) or _("Not known")),
        (_("Occupation"), person.occupation or _("Not known")),
        (_("Address"), person.address or _("Not known")),
        (_("Telephone"), person.phone or _("Not known")),
        (
            _("Who lives in the household"),
            "; ".join(f"{m.name} ({m.birth_year})" if m.birth_year else m.name for m in one.said.household)
            or _("Not known"),
        ),
        (_("Ready for"), wish_words(one.said)),
        (_("What else they wish"), one.said.wishes.note or ""),
    ]
    valid = registering.health_valid(papers.health_on, today)
    paper_checks = [
        ("passed" if papers.identity_seen else "open", _("Identity paper seen"), "", ""),
        (
            "passed" if valid else "explain",
            _("Health certificate of %(day)s", day=words.date_words(papers.health_on, None))
            if papers.health_on
            else _("No health certificate"),
            ""
            if valid or papers.health_on is None
            else _("older than %(limit)s today", limit=length_words("ac_health_cert_6m", today)),
            "",
        ),
    ]
    if person.foreigner:
        since = words.date_words(papers.residence_since, None) or _("Not known")
        until = words.date_words(papers.residence_until, None) or _("Not known")
        paper_checks.append(
            (
                "open",
                _("Foreigner: here since %(since)s, may stay until %(until)s", since=since, until=until),
                "",
                "",
            )
        )
    return {
        "facts": [(term, value) for term, value in facts if value],
        "papers": paper_checks,
        "state": CARER_STATES[one.state],
        "explained": [explained(item) for item in one.said.explained],
        "why_ended": one.why_ended,
        "ended_on": words.date_words(one.ended_on, None),
    }


def check(one: CheckFile) -> dict[str, Any]:
    """One check of the conditions as the page shows it."""
    codes = vocabulary("alternative_care_conditions")
    rows = []
    for row in one.said.conditions:
        said, state = _MET[row.answer]
        rows.append((state, f"{codes.label(row.code, language())}: {said}", row.evidence or "", ""))
    return {
        "on": words.date_words(one.on, None),
        "by": one.by,
        "rows": rows,
        "hits": one.said.hits,
        "note": one.said.note,
    }


# --- one child --------------------------------------------------------------------------------------------------


def carer_name(one: PlacementFile) -> str:
    """Whom the child is placed with."""
    if one.choice.carer is not None:
        return one.choice.carer.person.name
    return one.choice.facility or _("Not known")


def placement(one: PlacementFile, now: datetime) -> dict[str, Any]:
    """One placement as the page shows it."""
    choice = one.choice
    facts = [
        (_("Form of care"), form_words(one.form)),
        (_("With"), ", ".join(part for part in (carer_name(one), choice.relation) if part)),
        (
            _("Place in the order of the law"),
            vocabulary("alternative_care_priority").label(choice.rank, language()) if choice.rank else "",
        ),
        (_("Proposed"), _by(one.proposed_on, one.proposed_by)),
        (_("Consent"), _consent(one)),
        (_("The child says"), f"“{choice.child_says}”" if choice.child_says else ""),
        (_("Why the child could not be asked"), choice.not_asked or ""),
        (_("Brothers and sisters"), _siblings(one)),
        (_("Touch with the family"), choice.contact or ""),
        (_("Decision"), _decision(one)),
        (_("Handed over"), words.date_words(one.given_on, None) if one.given_on else ""),
        (_("End asked for"), words.date_words(one.end_asked_on, None) if one.end_asked_on else ""),
        (_("Ended"), _ended(one)),
    ]
    told = [
        *choice.explained,
        *(one.ruling.explained if one.ruling else ()),
        *(one.handing.explained if one.handing else ()),
    ]
    return {
        "file": one,
        "title": form_words(one.form),
        "state": STATES[one.state],
        "facts": [(term, value) for term, value in facts if value],
        "explained": [explained(item) for item in told],
        "entries": [entry(item, now) for item in reversed(one.entries)],
        "danger": danger(one),
        "removed": one.ending is not None and one.ending.removed,
        "unconfirmed": one.ending is not None and one.ending.removed and not one.ending.number,
    }


def danger(one: PlacementFile) -> bool:
    """Whether the last visit or report saw something that points to harm, or the placement was found not to fit."""
    if one.state is not State.GIVEN:
        return False
    told = [item for item in one.entries if item.said.danger is not None]
    return bool(told) and told[-1].said.danger is Answer.YES


def entry(one: EntryFile, now: datetime) -> dict[str, Any]:
    """One line of what was written down."""
    said = one.said
    parts = [
        f"“{said.child_says}”" if said.child_says else "",
        *(text or "" for text in (said.health, said.school, said.feelings, said.carers)),
        said.note or "",
    ]
    marks = []
    if said.seen is Answer.NO:
        marks.append((_("child not seen"), "amber"))
    if said.danger is Answer.YES:
        marks.append((_("points to harm"), "red"))
    if said.fits is Answer.NO:
        marks.append((_("does not fit"), "amber"))
    if said.outcome:
        marks.append((_("care goes on") if said.outcome == "continue" else _("care ends"), "plain"))
    title = str(caring.KIND_WORDS[one.kind])
    return {
        "when": day_words(one.on, local_day(now)),
        "iso": one.on.isoformat(),
        "what": f"{title} ({said.reference})" if said.reference else title,
        "text": " ".join(part for part in parts if part),
        "by": one.by,
        "marks": marks,
    }


def profile(one: ProfileFile) -> list[tuple[str, str]]:
    """The child's profile, what was written of it."""
    said = one.said
    reason = vocabulary("alternative_care_reasons").label(said.reason, language()) if said.reason else ""
    services = vocabulary("service_types")
    facts = [
        (_("Why the child needs care"), ". ".join(part for part in (reason, said.why) if part)),
        (_("The child says"), f"“{said.child_says}”" if said.child_says else ""),
        (_("Why the child could not be asked"), said.not_asked or ""),
        (_("Health"), said.health or ""),
        (_("School and friends"), said.school or ""),
        (_("Feelings and behaviour"), said.feelings or ""),
        (_("Family"), said.family or ""),
        (_("Touch with the family"), said.contact or ""),
        (_("Services it needs"), "; ".join(services.label(code, language()) for code in said.services)),
        (_("Which care would fit"), said.fits or ""),
        (_("Photograph taken on"), words.date_words(said.photo_on, None) if said.photo_on else ""),
        (_("Written"), _by(one.on, one.by)),
    ]
    return [(term, value) for term, value in facts if value]


def duty_row(duty: Any, now: datetime) -> dict[str, Any]:
    """One duty of this child with its clock and where it is done."""
    work = _TRANSFER_WORK.get(duty.turn) if duty.track == Track.TRANSFER else WORK.get(duty.track)
    return {
        "badge": badge(duty, now),
        "what": TRACKS[duty.track],
        "basis": words.clock_basis(duty),
        "kind": work,
        "placement": duty.placement_id,
        "track": duty.track,
    }


def turning(birth: Birth) -> str:
    """When the child turns sixteen, as well as it is known."""
    span = ages.span(birth)
    if span is None:
        return ""
    day = anniversary(span[0], 16)
    return words.date_words(day, str(birth.precision))


def plain_page(
    *,
    title: str,
    form: Any,
    groups: Sequence[tuple[str, str, Sequence[Any]]],
    buttons: Sequence[tuple[str, str, str]],
    back: tuple[str, str],
    **more: Any,
) -> dict[str, Any]:
    """A page with one form: groups of fields, buttons at the end, guidance beside."""
    told: dict[str, Any] = {
        "title_words": title,
        "form": form,
        "groups": groups,
        "buttons": buttons,
        "back": back,
        "number": "",
        "form_number": "",
        "lead": "",
        "notes": {},
        "hints": {},
        "guide": (),
        "known": (),
        "warnings": (),
        "hidden": (),
        "drop": None,
        "drop_to": "",
        "told": (),
        "links": (),
        "given": {},
        "crumbs_first": (_("Alternative care"), "/care"),
    }
    return {**told, **more}


def _by(day: date, name: str) -> str:
    shown = words.date_words(day, None)
    return f"{shown} ({name})" if name else shown


def _consent(one: PlacementFile) -> str:
    choice = one.choice
    if choice.consent is None:
        return ""
    on = words.date_words(choice.consent_on, None) if choice.consent_on else None
    parts = (str(CONSENTS[choice.consent]), choice.consent_by, on, choice.no_consent)
    return ", ".join(part for part in parts if part)


def _siblings(one: PlacementFile) -> str:
    choice = one.choice
    if choice.siblings in (None, Siblings.NONE):
        return ""
    return ": ".join(part for part in (str(SIBLINGS[choice.siblings]), choice.siblings_why) if part)


def _decision(one: PlacementFile) -> str:
    if one.ruling is None or one.decided_on is None:
        return ""
    authority = vocabulary("alternative_care_authorities").get(one.ruling.authority, one.decided_on)
    who = authority.status.marked(authority.label(language()), language()) if authority is not None else ""
    return ", ".join(
        part for part in (one.ruling.number, words.date_words(one.decided_on, None), who) if part
    )


def _ended(one: PlacementFile) -> str:
    if one.ended_on is None or one.ending is None:
        return ""
    reason = one.ending.reason
    why = vocabulary("alternative_care_end_reasons").label(reason, language()) if reason else one.ending.why
    parts = (words.date_words(one.ended_on, None), why, one.ending.number, one.ending.goes_to)
    return ", ".join(part for part in parts if part)
