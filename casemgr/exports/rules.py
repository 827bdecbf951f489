"""Decisions of exports: what stands against asking, confirming, making and fetching a list."""

from collections.abc import Collection
from datetime import datetime, timedelta

from casemgr.core.findings import Finding, Findings, blocks
from casemgr.core.words import _l, language
from casemgr.exports.limits import Limits
from casemgr.exports.terms import Asking, Size, State
from casemgr.law.basis import Basis, Status, cite
from casemgr.privacy.terms import CONSENT, URGENT

_BASES = (Basis.of("L91 Điều 19", Status.CONFIRMED),)
_URGENT = (Basis.of("L91 Điều 19 khoản 1 điểm a", Status.CONFIRMED),)
_CONSENTS = (
    Basis.of("L91 Điều 24 khoản 2", Status.CONFIRMED),
    Basis.of("LTE Điều 6 khoản 11", Status.CONFIRMED),
    Basis.of("ND56 Điều 36 khoản 1", Status.CONFIRMED),
)
STUCK = timedelta(minutes=10)  # a file that is still being made then was left behind by a program that ended


def needs_consent(basis: str | None, *, outside: bool) -> bool:
    """Whether the consents of the children are needed: outside the case team, or where consent is the only basis."""
    return outside or basis == CONSENT


def needs_second_person(size: Size, limits: Limits, *, before: int = 0) -> bool:
    """Whether a colleague has to confirm: many children in one list, or in all that were asked for alone on that day."""
    return before + size.children > limits.second_person_over


def findings_on_asking(
    asking: Asking,
    *,
    basis: str | None,
    format_: str | None,
    known_columns: Collection[str],
    size: Size,
    asked_today: int,
    lacking: Collection[str],
    limits: Limits,
) -> Findings:
    """What stands against asking for a list. `lacking` are case numbers of children whose consents are missing."""
    selection = asking.selection
    return Findings(
        blocks("purpose", _l("Write what the list is for."), when=not asking.purpose, field="purpose"),
        blocks("recipient", _l("Write who receives the list."), when=not asking.recipient, field="recipient"),
        blocks(
            "basis",
            _l("Choose the legal basis."),
            when=not basis,
            field="basis",
            basis=cite(_BASES, language()),
        ),
        blocks(
            "urgent",
            _l("Write in one line why it is urgent."),
            when=basis == URGENT and not asking.reason,
            field="reason",
            basis=cite(_URGENT, language()),
        ),
        blocks("format", _l("Choose the kind of file."), when=not format_, field="format"),
        blocks(
            "columns",
            _l("Choose at least one column."),
            when=not asking.columns or not set(asking.columns) <= set(known_columns),
            field="columns",
        ),
        blocks(
            "days",
            _l("The last day lies before the first."),
            when=bool(selection.since and selection.until and selection.until < selection.since),
            field="until",
        ),
        *_on_size(size, asked_today=asked_today, lacking=lacking, limits=limits),
    )


def _on_size(
    size: Size, *, asked_today: int, lacking: Collection[str], limits: Limits
) -> tuple[Finding | None, ...]:
    some = ", ".join(sorted(lacking)[:5])
    return (
        blocks(
            "nothing", _l("No case fits: nothing would be exported."), when=size.cases == 0, field="which"
        ),
        blocks(
            "too-many",
            _l(
                "The list is too long: %(count)s cases, at most %(most)s. Choose fewer days or one commune.",
                count=size.cases,
                most=limits.rows_at_most,
            ),
            when=size.cases > limits.rows_at_most,
            field="since",
        ),
        blocks(
            "quota",
            _l(
                "You asked for %(most)s lists today. More tomorrow, or ask a colleague.",
                most=limits.files_per_day,
            ),
            when=asked_today >= limits.files_per_day,
        ),
        blocks(
            "consents",
            _l(
                "Consents are missing for at least %(count)s cases: %(some)s. Record them on the child's page, or leave these cases out.",
                count=len(lacking),
                some=some,
            ),
            when=bool(lacking),
            field="outside",
            basis=cite(_CONSENTS, language()),
        ),
    )


def findings_on_making(
    state: State,
    *,
    own: bool,
    unconfirmed: bool,
    late: bool,
    stuck: bool,
    grown: bool,
    lacking: Collection[str],
) -> Findings:
    """What stands against making the file now."""
    ready = state in (State.ASKED, State.FAILED) or (state is State.MAKING and stuck)
    return Findings(
        blocks("own", _l("Only who asked for the list makes the file."), when=not own),
        blocks("unconfirmed", _l("A second person has to confirm first."), when=unconfirmed),
        blocks(
            "made",
            _l("The file was made before. Ask for the list anew if you lost its passphrase."),
            when=not ready,
        ),
        blocks("late", _l("The time to make the file is over. Ask for the list anew."), when=late),
        blocks("grown", _l("More children fit now than were confirmed. Ask for the list anew."), when=grown),
        blocks(
            "consents",
            _l("A consent was withdrawn since, or a child turned seven. Ask for the list anew."),
            when=bool(lacking),
        ),
    )


def is_over(end: datetime | None, now: datetime) -> bool:
    """Whether a time has passed."""
    return end is not None and end <= now
