"""Which part of a record a permission opens, and for what: with roles and reach the whole table of rights, as data.

A right is role × reach × part × act. `GRANTS` says which role holds which permission, `REACH` how far it sees, and this
table what a permission opens. Whoever adds a permission says it here; a test compares.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from casemgr.access.permissions import Permission as P
from casemgr.access.roles import GRANTS, REACH, Reach, Role


class Part(StrEnum):
    """What there is to see or to do something with."""

    CARD = "card"  # name, sex, birth
    NARRATIVE = "narrative"  # what was told, assessed, planned, noted
    REPORTER = "reporter"
    HIDDEN_PLACE = "hidden place"
    READERS = "readers"  # who may see a restricted case
    FILES = "files"  # photos, scans and recordings of a case
    PASSED_ON = "passed on"  # what was handed to a provider
    STATE = "state"  # how far a report has come, without a name
    NUMBERS = "numbers"
    TRAIL = "trail"
    PROTECTION = "data protection"  # incidents and the register of processing: no child is named there
    ACCOUNTS = "accounts"
    INSTALLATION = "installation"  # law, lists, templates, places
    OWN = "own"  # one's own account, notices, work


class Act(StrEnum):
    """What may be done with it."""

    READ = "read"
    WRITE = "write"
    DECIDE = "decide"


_TOLD = (Part.CARD, Part.NARRATIVE)
_READ, _WRITE, _DECIDE = Act.READ, Act.WRITE, Act.DECIDE

OPENS: Mapping[P, tuple[tuple[Part, ...], Act]] = {
    P.PUBLIC: ((), _READ),
    P.ACCOUNT_MANAGE: ((Part.ACCOUNTS,), _WRITE),
    P.CLIENT_MANAGE: ((Part.ACCOUNTS,), _WRITE),
    P.OWN_ACCOUNT: ((Part.OWN,), _WRITE),
    P.SECOND_SIGN: ((Part.OWN,), _DECIDE),  # what it opens is said by the kind that is signed
    P.ASSESSMENT_WRITE: (_TOLD, _WRITE),
    P.CASE_ASSIGN: ((Part.NARRATIVE,), _DECIDE),
    P.CASE_LIST: ((Part.CARD,), _READ),
    P.CASE_NOTE: ((Part.NARRATIVE,), _WRITE),
    P.CASE_READ: (_TOLD, _READ),
    P.CASE_REOPEN: ((Part.NARRATIVE,), _DECIDE),
    P.CASE_RESTRICT: ((Part.READERS,), _DECIDE),
    P.WORKLIST: ((Part.OWN,), _READ),
    P.ACCESS_ANSWER: ((Part.CARD,), _DECIDE),
    P.CHILD_MERGE: (_TOLD, _DECIDE),
    P.CHILD_SEARCH: ((Part.CARD,), _READ),
    P.HIDDEN_PLACE_READ: ((Part.HIDDEN_PLACE,), _READ),
    P.CHILD_READ: (_TOLD, _READ),
    P.CIRCUMSTANCE_READ: (_TOLD, _READ),
    P.CIRCUMSTANCE_WRITE: (_TOLD, _WRITE),
    P.PAPER_ISSUE: (_TOLD, _WRITE),
    P.PAPER_READ: (_TOLD, _READ),
    P.TEMPLATE_LOAD: ((Part.INSTALLATION,), _WRITE),
    P.NUMBER_SEND: ((Part.NUMBERS,), _READ),
    P.REFERRAL_FOLLOW: ((Part.STATE,), _READ),
    P.REFERRAL_SEND: ((*_TOLD, Part.REPORTER, Part.HIDDEN_PLACE), _WRITE),
    P.EXPORT: (_TOLD, _READ),
    P.FILE_ADD: ((Part.FILES,), _WRITE),
    P.FILE_ORIGINAL: ((Part.FILES,), _READ),
    P.FILE_READ: ((Part.FILES,), _READ),
    P.HANDOVER_ANSWER: (_TOLD, _DECIDE),
    P.HANDOVER_READ: (_TOLD, _READ),
    P.HANDOVER_SEND: (_TOLD, _DECIDE),
    P.MERGER_MOVE: ((Part.STATE,), _DECIDE),
    P.CELL_OPEN: ((Part.STATE,), _READ),
    P.FIGURE_SUPPLY: ((Part.NUMBERS,), _WRITE),
    P.STATEMENT_KEEP: ((Part.NUMBERS,), _WRITE),
    P.TABLE_READ: ((Part.NUMBERS,), _READ),
    P.REPORTER_READ: ((Part.REPORTER,), _READ),
    P.REPORT_CORRECT: ((*_TOLD, Part.HIDDEN_PLACE), _WRITE),
    P.REPORT_DECIDE: (_TOLD, _DECIDE),
    P.REPORT_READ: (_TOLD, _READ),
    P.REPORT_RECEIVE: ((*_TOLD, Part.REPORTER, Part.HIDDEN_PLACE), _WRITE),
    P.REPORT_ROUTE: ((Part.STATE,), _DECIDE),
    P.EMERGENCY_RECORD: (_TOLD, _WRITE),
    P.SEPARATION_DECIDE: (_TOLD, _DECIDE),
    P.SEPARATION_DRAFT: (_TOLD, _WRITE),
    P.WITHHOLDING_DECIDE: (_TOLD, _DECIDE),
    P.CARE_DECIDE: (_TOLD, _DECIDE),
    P.CARE_READ: (_TOLD, _READ),
    P.CARE_WRITE: (_TOLD, _WRITE),
    P.MEETING_RECORD: (_TOLD, _WRITE),
    P.PLAN_APPROVE: (_TOLD, _DECIDE),
    P.PLAN_DRAFT: (_TOLD, _WRITE),
    P.PLAN_READ: (_TOLD, _READ),
    P.SERVICE_RECORD: (_TOLD, _WRITE),
    P.SERVICE_ANSWER: ((Part.PASSED_ON,), _WRITE),
    P.SERVICE_ASK: (_TOLD, _WRITE),
    P.LAW_MANAGE: ((Part.INSTALLATION,), _WRITE),
    P.LAW_READ: ((Part.INSTALLATION,), _READ),
    P.DEPUTY_SET: ((Part.ACCOUNTS,), _WRITE),
    P.NOTICE_READ: ((Part.OWN,), _READ),
    P.AUDIT_READ: ((Part.TRAIL,), _READ),
    P.HELP: ((Part.OWN,), _READ),
    P.READERS_READ: ((Part.READERS,), _READ),
    P.OVERSIGHT_READ: ((Part.STATE,), _READ),
    P.PLACE_LOOK_UP: ((Part.INSTALLATION,), _READ),
    P.PROCEEDING_READ: (_TOLD, _READ),
    P.PROCEEDING_WRITE: (_TOLD, _WRITE),
    P.CONSENT_RECORD: (_TOLD, _WRITE),
    P.DATA_REQUEST: (_TOLD, _DECIDE),
    P.INCIDENT_MANAGE: ((Part.PROTECTION,), _DECIDE),
    P.INCIDENT_REPORT: ((Part.PROTECTION,), _WRITE),
    P.PROCESSING_MANAGE: ((Part.PROTECTION,), _WRITE),
    P.PROCESSING_READ: ((Part.PROTECTION,), _READ),
    P.PROVIDER_MANAGE: ((Part.INSTALLATION,), _WRITE),
    P.PROVIDER_READ: ((Part.INSTALLATION,), _READ),
    P.RETURN_APPROVE: ((Part.NUMBERS,), _DECIDE),
    P.RETURN_PLAN: ((Part.INSTALLATION,), _WRITE),
    P.RETURN_PUBLISH: ((Part.NUMBERS,), _DECIDE),
    P.RETURN_READ: ((Part.NUMBERS,), _READ),
    P.RETURN_SIGN: ((Part.NUMBERS,), _WRITE),
    P.HOLD_SET: ((Part.NARRATIVE,), _DECIDE),
    P.RETENTION_DECIDE: ((Part.STATE,), _DECIDE),
    P.CASE_CLOSE: (_TOLD, _DECIDE),
    P.REVIEW_WRITE: (_TOLD, _WRITE),
    P.GLASS_BREAK: (_TOLD, _READ),
    P.SAFEGUARD_REVIEW: ((Part.STATE, Part.READERS), _DECIDE),
    P.MAINTAIN: ((Part.INSTALLATION,), _WRITE),
}


class Right(NamedTuple):
    """One row of the table of rights."""

    role: Role
    reach: Reach
    part: Part
    act: Act


def rights(role: Role) -> Iterator[Right]:
    """Every right of a role, each once."""
    held = {(part, OPENS[permission][1]) for permission in GRANTS[role] for part in OPENS[permission][0]}
    for part, act in sorted(held, key=lambda right: (list(Part).index(right[0]), list(Act).index(right[1]))):
        yield Right(role, REACH[role], part, act)
