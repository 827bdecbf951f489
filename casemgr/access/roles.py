"""Which role may do what: the one table of rights. A role is held at a unit, from a day to a day."""

from collections.abc import Mapping
from enum import StrEnum

from casemgr.access.permissions import Permission as P
from casemgr.core.words import Later, _l


class Role(StrEnum):
    """The nine roles of staff, and the two of machines."""

    COMMUNE_OFFICER = "commune_officer"
    COMMUNE_CHAIR = "commune_chair"
    SOCIAL_WORKER = "social_worker"
    PROVINCE_SUPERVISOR = "province_supervisor"
    STATISTICIAN = "statistician"
    HOTLINE_OPERATOR = "hotline_operator"
    SERVICE_PROVIDER = "service_provider"
    INSPECTOR = "inspector"
    ADMIN = "admin"

    HOTLINE = "hotline"
    STATISTICS = "statistics"


class Reach(StrEnum):
    """How far a role sees into the files."""

    OWN_UNIT = "own unit and its predecessors"
    PROVINCE = "every unit of the province"
    NAMED = "only the cases that name the person"
    ENTERED = "only what the person or machine sent in"
    NOTHING = "no file at all"


STAFF = tuple(role for role in Role if role not in (Role.HOTLINE, Role.STATISTICS))
MACHINES = (Role.HOTLINE, Role.STATISTICS)

LABELS: Mapping[Role, Later] = {
    Role.COMMUNE_OFFICER: _l("Commune child-protection officer"),
    Role.COMMUNE_CHAIR: _l("Chair of the commune People's Committee"),
    Role.SOCIAL_WORKER: _l("Social worker"),
    Role.PROVINCE_SUPERVISOR: _l("Provincial supervisor"),
    Role.STATISTICIAN: _l("Statistician"),
    Role.HOTLINE_OPERATOR: _l("Hotline operator"),
    Role.SERVICE_PROVIDER: _l("Service provider"),
    Role.INSPECTOR: _l("Inspector of the audit trail"),
    Role.ADMIN: _l("Administrator"),
    Role.HOTLINE: _l("Hotline system"),
    Role.STATISTICS: _l("Statistics system"),
}

REACH: Mapping[Role, Reach] = {
    Role.COMMUNE_OFFICER: Reach.OWN_UNIT,
    Role.COMMUNE_CHAIR: Reach.OWN_UNIT,
    Role.SOCIAL_WORKER: Reach.NAMED,
    Role.PROVINCE_SUPERVISOR: Reach.PROVINCE,
    Role.STATISTICIAN: Reach.NOTHING,
    Role.HOTLINE_OPERATOR: Reach.ENTERED,
    Role.SERVICE_PROVIDER: Reach.NOTHING,
    Role.INSPECTOR: Reach.NOTHING,
    Role.ADMIN: Reach.NOTHING,
    Role.HOTLINE: Reach.ENTERED,
    Role.STATISTICS: Reach.NOTHING,
}

_EVERYBODY = frozenset({P.HELP, P.LAW_READ, P.NOTICE_READ, P.OWN_ACCOUNT, P.WORKLIST})
_CASE_READER = frozenset(
    {
        P.CARE_READ,
        P.CASE_LIST,
        P.CASE_READ,
        P.CHILD_READ,
        P.CIRCUMSTANCE_READ,
        P.FILE_READ,
        P.HANDOVER_READ,
        P.PAPER_READ,
        P.PLAN_READ,
        P.PLACE_LOOK_UP,
        P.PROCEEDING_READ,
        P.PROVIDER_READ,
    }
)

_DATA_KEEPER = frozenset({P.CONSENT_RECORD, P.DATA_REQUEST, P.EXPORT, P.INCIDENT_REPORT, P.PROCESSING_READ})

_CHAIN = frozenset({P.RETURN_APPROVE, P.RETURN_PLAN, P.RETURN_PUBLISH, P.RETURN_READ, P.RETURN_SIGN})

GRANTS: Mapping[Role, frozenset[P]] = {
    Role.COMMUNE_OFFICER: _EVERYBODY
    | _CASE_READER
    | _DATA_KEEPER
    | {
        P.CARE_WRITE,
        P.CIRCUMSTANCE_WRITE,
        P.DEPUTY_SET,
        P.FILE_ADD,
        P.FILE_ORIGINAL,
        P.HANDOVER_ANSWER,
        P.HANDOVER_SEND,
        P.HOLD_SET,
        P.MEETING_RECORD,
        P.PAPER_ISSUE,
        P.PROCEEDING_WRITE,
        P.PROVIDER_MANAGE,
        P.SEPARATION_DRAFT,
        P.SERVICE_ASK,
        P.WITHHOLDING_DECIDE,
        P.ASSESSMENT_WRITE,
        P.CASE_ASSIGN,
        P.CASE_NOTE,
        P.CASE_REOPEN,
        P.CASE_RESTRICT,
        P.CELL_OPEN,
        P.ACCESS_ANSWER,
        P.CHILD_MERGE,
        P.GLASS_BREAK,
        P.SECOND_SIGN,
        P.CHILD_SEARCH,
        P.EMERGENCY_RECORD,
        P.HIDDEN_PLACE_READ,
        P.PLAN_DRAFT,
        P.REPORTER_READ,
        P.REPORT_CORRECT,
        P.REPORT_DECIDE,
        P.REPORT_READ,
        P.REPORT_RECEIVE,
        P.READERS_READ,
        P.REVIEW_WRITE,
        P.RETURN_READ,
        P.RETURN_SIGN,
        P.SERVICE_RECORD,
        P.TABLE_READ,
    },
    Role.COMMUNE_CHAIR: _EVERYBODY
    | _CASE_READER
    | {
        P.INCIDENT_REPORT,
        P.PROCESSING_READ,
        P.CARE_DECIDE,
        P.DEPUTY_SET,
        P.FILE_ADD,
        P.FILE_ORIGINAL,
        P.HANDOVER_ANSWER,
        P.HANDOVER_SEND,
        P.HOLD_SET,
        P.RETENTION_DECIDE,
        P.MEETING_RECORD,
        P.PAPER_ISSUE,
        P.SEPARATION_DECIDE,
        P.WITHHOLDING_DECIDE,
        P.CASE_ASSIGN,
        P.CASE_CLOSE,
        P.CASE_NOTE,
        P.CASE_REOPEN,
        P.CASE_RESTRICT,
        P.CELL_OPEN,
        P.ACCESS_ANSWER,
        P.CHILD_MERGE,
        P.GLASS_BREAK,
        P.SECOND_SIGN,
        P.CHILD_SEARCH,
        P.EMERGENCY_RECORD,
        P.PLAN_APPROVE,
        P.READERS_READ,
        P.REPORT_CORRECT,
        P.REPORT_DECIDE,
        P.REPORT_READ,
        P.REPORT_RECEIVE,
        P.RETURN_READ,
        P.RETURN_SIGN,
        P.TABLE_READ,
    },
    Role.SOCIAL_WORKER: _EVERYBODY
    | _CASE_READER
    | {
        P.CARE_WRITE,
        P.FILE_ADD,
        P.GLASS_BREAK,
        P.MEETING_RECORD,
        P.SERVICE_ASK,
        P.ASSESSMENT_WRITE,
        P.CASE_NOTE,
        P.PLAN_DRAFT,
        P.REVIEW_WRITE,
        P.SECOND_SIGN,
        P.SERVICE_RECORD,
    },
    Role.PROVINCE_SUPERVISOR: _EVERYBODY
    | _CASE_READER
    | _DATA_KEEPER
    | {
        P.HOLD_SET,
        P.INCIDENT_MANAGE,
        P.RETENTION_DECIDE,
        P.DEPUTY_SET,
        P.CASE_RESTRICT,
        P.GLASS_BREAK,
        P.MERGER_MOVE,
        P.SAFEGUARD_REVIEW,
        P.SECOND_SIGN,
        P.PROVIDER_MANAGE,
        P.TEMPLATE_LOAD,
        P.CELL_OPEN,
        P.ACCESS_ANSWER,
        P.CHILD_MERGE,
        P.CHILD_SEARCH,
        P.HIDDEN_PLACE_READ,
        P.OVERSIGHT_READ,
        P.READERS_READ,
        P.REPORT_CORRECT,
        P.REPORT_READ,
        P.REPORT_RECEIVE,
        P.REPORT_ROUTE,
        *_CHAIN,
        P.STATEMENT_KEEP,
        P.TABLE_READ,
    },
    Role.STATISTICIAN: _EVERYBODY
    | _CHAIN
    | {P.FIGURE_SUPPLY, P.STATEMENT_KEEP, P.TABLE_READ, P.PLACE_LOOK_UP},
    Role.HOTLINE_OPERATOR: _EVERYBODY | {P.REPORT_CORRECT, P.REPORT_READ, P.REPORT_RECEIVE, P.PLACE_LOOK_UP},
    Role.SERVICE_PROVIDER: _EVERYBODY | {P.SERVICE_ANSWER},
    Role.INSPECTOR: _EVERYBODY | {P.AUDIT_READ, P.INCIDENT_MANAGE, P.INCIDENT_REPORT, P.PROCESSING_READ},
    Role.ADMIN: _EVERYBODY
    | {P.DEPUTY_SET, P.LAW_MANAGE, P.ACCOUNT_MANAGE, P.CLIENT_MANAGE, P.SECOND_SIGN, P.PLACE_LOOK_UP}
    | {P.INCIDENT_MANAGE, P.INCIDENT_REPORT, P.PROCESSING_MANAGE, P.PROCESSING_READ},
    Role.HOTLINE: frozenset({P.REFERRAL_FOLLOW, P.REFERRAL_SEND, P.REPORT_RECEIVE}),
    Role.STATISTICS: frozenset({P.NUMBER_SEND, P.TABLE_READ}),
}
