"""The menu of each role: entries with the permission they need, in the order of the work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from casemgr.access.permissions import Permission
from casemgr.access.roles import Role
from casemgr.core.words import Later, _l


@dataclass(frozen=True)
class Entry:
    """One way into the house."""

    key: str
    label: Later
    url: str
    icon: str
    needs: Permission


WORK = Entry("work", _l("My work"), "/", "list", Permission.WORKLIST)
REPORTS = Entry("reports", _l("Reports"), "/reports", "inbox", Permission.REPORT_READ)
NEW_REPORT = Entry("new", _l("New report"), "/reports/new", "plus", Permission.REPORT_RECEIVE)
FILES = Entry("cases", _l("Cases"), "/cases", "file", Permission.CASE_LIST)
SEARCH = Entry("search", _l("Find a child"), "/children/search", "search", Permission.CHILD_SEARCH)
CIRCUMSTANCES = Entry(
    "circumstances", _l("Register of circumstances"), "/circumstances", "book", Permission.CIRCUMSTANCE_READ
)
NUMBERS = Entry("numbers", _l("Numbers"), "/indicators", "bars", Permission.TABLE_READ)
RETURNS = Entry("returns", _l("Statistical returns"), "/reporting", "bars", Permission.RETURN_READ)
MATCHING = Entry(
    "matching", _l("Reconciliation with 111"), "/indicators/H/match", "swap", Permission.STATEMENT_KEEP
)
HANDOVERS = Entry("handovers", _l("Handovers"), "/handovers", "swap", Permission.HANDOVER_READ)
PROVIDERS = Entry(
    "providers", _l("Providers of services"), "/providers", "building", Permission.PROVIDER_READ
)
ASSIGNMENTS = Entry("assignments", _l("Work asked of us"), "/assignments", "inbox", Permission.SERVICE_ANSWER)
CARE = Entry("care", _l("Alternative care"), "/care", "people", Permission.CARE_READ)
PAPERS = Entry("papers", _l("Papers"), "/papers", "file", Permission.PAPER_READ)
OVERVIEW = Entry("oversight", _l("Whole province"), "/oversight", "map", Permission.OVERSIGHT_READ)
TRIAGE = Entry("triage", _l("Commune to be found"), "/reports", "inbox", Permission.REPORT_ROUTE)
TRAIL = Entry("audit", _l("Audit trail"), "/audit", "shield", Permission.AUDIT_READ)
CONCERNS = Entry("concerns", _l("Looks to ask about"), "/concerns", "eye", Permission.OVERSIGHT_READ)
LAW = Entry("law", _l("Law and lists"), "/law", "book", Permission.LAW_READ)
EXPORTS = Entry("exports", _l("Export lists"), "/exports", "out", Permission.EXPORT)
PRIVACY = Entry("privacy", _l("Personal data"), "/privacy", "lock", Permission.PROCESSING_READ)
RETENTION = Entry(
    "retention", _l("How long files are kept"), "/retention", "lock", Permission.RETENTION_DECIDE
)
STAFF = Entry("accounts", _l("Accounts"), "/accounts", "user", Permission.ACCOUNT_MANAGE)
NOTICES = Entry("notices", _l("Notices"), "/notices", "inbox", Permission.NOTICE_READ)
SECOND = Entry("second", _l("Second signature"), "/second-signature", "user", Permission.SECOND_SIGN)
GLASS = Entry("glass", _l("Open in an emergency"), "/break-glass", "shield", Permission.GLASS_BREAK)
SAFEGUARDS = Entry(
    "safeguards", _l("Safeguards"), "/oversight/safeguards", "shield", Permission.SAFEGUARD_REVIEW
)
HELP = Entry("help", _l("Help"), "/help", "help", Permission.HELP)
ACCOUNT = Entry("account", _l("My account"), "/account", "user", Permission.OWN_ACCOUNT)

_REGISTERS = (CIRCUMSTANCES, CARE, PROVIDERS, PAPERS)

MENUS: Mapping[Role, Sequence[Entry]] = {
    Role.COMMUNE_OFFICER: (
        *(WORK, REPORTS, FILES, SEARCH, HANDOVERS, NUMBERS, RETURNS, *_REGISTERS),
        *(EXPORTS, PRIVACY, SECOND, GLASS),
    ),
    Role.COMMUNE_CHAIR: (
        *(WORK, REPORTS, FILES, SEARCH, HANDOVERS, NUMBERS, RETURNS, *_REGISTERS),
        *(PRIVACY, SECOND, GLASS, RETENTION),
    ),
    Role.SOCIAL_WORKER: (WORK, FILES, PROVIDERS, SECOND, GLASS),
    Role.PROVINCE_SUPERVISOR: (
        *(OVERVIEW, WORK, HANDOVERS, TRIAGE, FILES, SEARCH, NUMBERS, RETURNS, SAFEGUARDS, CONCERNS),
        *(*_REGISTERS, EXPORTS, PRIVACY, SECOND, GLASS, RETENTION),
    ),
    Role.STATISTICIAN: (NUMBERS, RETURNS, MATCHING, WORK),
    Role.HOTLINE_OPERATOR: (NEW_REPORT, REPORTS, WORK),
    Role.SERVICE_PROVIDER: (ASSIGNMENTS, WORK),
    Role.INSPECTOR: (TRAIL, replace(CONCERNS, needs=Permission.AUDIT_READ), PRIVACY, WORK),
    Role.ADMIN: (STAFF, LAW, SECOND, PRIVACY, replace(RETENTION, needs=Permission.PROCESSING_READ), WORK),
}
BOTTOM: Mapping[Role, Sequence[Entry]] = {
    Role.COMMUNE_OFFICER: (WORK, NEW_REPORT, SEARCH),
    Role.COMMUNE_CHAIR: (WORK, FILES, SEARCH),
    Role.PROVINCE_SUPERVISOR: (OVERVIEW, WORK, SEARCH),
}
MORE = Entry("more", _l("More"), "#menu", "dots", Permission.HELP)


def of(role: Role) -> Sequence[Entry]:
    """The entries of a role, help and own account last."""
    return (*MENUS.get(role, (WORK,)), NOTICES, HELP, ACCOUNT)


def bottom(role: Role) -> Sequence[Entry]:
    """The four entries at the foot of a telephone."""
    return (*BOTTOM.get(role, tuple(MENUS.get(role, (WORK,)))[:3]), MORE)
