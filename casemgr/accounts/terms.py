"""Words of the register of staff."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class AccountState(StrEnum):
    """Whether somebody may sign in."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class FactorKind(StrEnum):
    """A second proof of who somebody is."""

    TOTP = "totp"
    PASSKEY = "passkey"
    RECOVERY = "recovery"


class ClientAlgorithm(StrEnum):
    """How an API client signs (RFC 9421, registered names)."""

    HMAC_SHA256 = "hmac-sha256"
    ED25519 = "ed25519"


class SessionEnd(StrEnum):
    """Why a session was ended."""

    SIGNED_OUT = "signed out"
    NEWER = "newer sign-in"
    REVOKED = "revoked"
    RENEWED = "password changed"
    SUSPENDED = "suspended"
    RESET = "second proofs reset"


class Seat(StrEnum):
    """Where a role can be held."""

    COUNTRY = "country"
    PROVINCE = "province"
    COMMUNE = "commune"


COUNTRY = "VN"  # how the whole country is written where a unit's code is asked for
_ANYWHERE = frozenset(Seat)

SEATS: Mapping[str, frozenset[Seat]] = {
    "commune_officer": frozenset({Seat.COMMUNE}),
    "commune_chair": frozenset({Seat.COMMUNE}),
    "social_worker": frozenset({Seat.COMMUNE, Seat.PROVINCE}),
    "province_supervisor": frozenset({Seat.COUNTRY, Seat.PROVINCE}),  # of the country: the nation's triage
    "statistician": _ANYWHERE,
    "hotline_operator": frozenset({Seat.COUNTRY, Seat.PROVINCE}),
    "service_provider": frozenset({Seat.COMMUNE, Seat.PROVINCE}),
    "inspector": _ANYWHERE,
    "admin": _ANYWHERE,
    "hotline": frozenset({Seat.COUNTRY, Seat.PROVINCE}),
    "statistics": _ANYWHERE,
}

DEPUTIZED = frozenset(
    {"commune_officer", "commune_chair", "social_worker", "province_supervisor"}
)  # have deputies

# Who holds one of these reads files of children, or the trail of those who do, or gives such roles
OPENS_RECORDS = DEPUTIZED | {"admin", "inspector"}

PROVED_TWICE = frozenset({"admin", "inspector"})  # roles that need a second proof in production


@dataclass(frozen=True)
class Bucket:
    """How many wrong tries one bucket has seen, since when, and when the last was."""

    failures: int
    since: datetime
    last: datetime


@dataclass(frozen=True)
class Candidate:
    """Whom a typed name stands for, if anybody: what is needed to check a password, nothing more."""

    account_id: UUID | None = None
    password_hash: str | None = None


NO_CANDIDATE = Candidate()


@dataclass(frozen=True)
class Browser:
    """The browser from which somebody tries to sign in."""

    address: str = ""
    label: str = ""
    mark: bytes | None = None  # known to this account since an earlier sign-in


@dataclass(frozen=True)
class SignInAnswer:
    """What came of a try: a token for the browser, or how long to wait before the next, or why this account cannot."""

    token: str | None = None
    account_id: UUID | None = None
    wait: int = 0  # seconds
    without_role: bool = False
    lapsed: bool = False  # a first password that was not changed in time
    second: bool = False  # the password was right, a second proof is asked for
    expired: bool = False  # name and password are to be typed again
    must_enrol: bool = False
    must_change: bool = False
    must_choose: bool = False
    tries_before: int = 0


@dataclass(frozen=True)
class PasswordAnswer:
    """What came of changing one's password: a new token, or how long to wait before the next try."""

    token: str | None = None
    wait: int = 0  # seconds


class Way(StrEnum):
    """How somebody proves at this moment who they are."""

    CODE = "code"
    RECOVERY = "recovery"
    PASSKEY = "passkey"
    PASSWORD = "password"  # noqa: S105 - a name; only where there is no second proof yet


@dataclass(frozen=True)
class Site:
    """Which site a passkey is for: its name, and the address that stands in the browser."""

    name: str
    origin: str


@dataclass(frozen=True)
class Said:
    """What was typed or answered as a second proof."""

    way: Way
    text: str = field(default="", repr=False)
    fits: bool = False  # a password that was checked before
    empty: bool = False  # nothing was typed: no guess, and not counted as one


@dataclass(frozen=True)
class ProofAnswer:
    """What came of proving oneself again: a new token, or how long to wait before the next try."""

    token: str | None = None
    wait: int = 0  # seconds


@dataclass(frozen=True)
class FactorLine:
    """One second proof as its owner sees it."""

    id: UUID
    kind: FactorKind
    label: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class OwnFactors:
    """The second proofs of somebody: what there is, and how many recovery codes are left."""

    lines: tuple[FactorLine, ...] = ()
    recovery_left: int = 0

    @property
    def ways(self) -> tuple[Way, ...]:
        """How this person can prove who they are."""
        kinds = {line.kind for line in self.lines}
        found = [Way.PASSKEY] if FactorKind.PASSKEY in kinds else []
        found += [Way.CODE] if FactorKind.TOTP in kinds else []
        return (*found, Way.RECOVERY) if found and self.recovery_left else tuple(found)


@dataclass(frozen=True)
class SessionLine:
    """One signed-in browser as its owner sees it."""

    id: UUID
    device: str
    address: str
    started_at: datetime
    seen_at: datetime
    here: bool
    proved_by: str = ""


@dataclass(frozen=True)
class RoleLine:
    """One role of one person: what it is called, where it is held, from when to when."""

    id: UUID
    role: str
    label: str
    unit_code: str
    unit_name: str
    since: date
    until: date | None
    in_force: bool
    chosen: bool = False
    stands_for: str = ""  # whose deputy one is in this role


@dataclass(frozen=True)
class StandIn:
    """For whom a person works today: whose office, and their name."""

    account_id: UUID
    name: str


@dataclass(frozen=True)
class AbsenceLine:
    """Days away from one office, and who stands in."""

    id: UUID
    account_id: UUID
    name: str
    deputy_id: UUID
    deputy: str
    label: str
    unit_name: str
    since: date
    until: date
    running: bool


@dataclass(frozen=True)
class StaffLine:
    """One person on the staff list."""

    id: UUID
    username: str
    name: str
    state: AccountState
    roles: tuple[RoleLine, ...]
    last_sign_in: datetime | None
    sessions: int
    must_change: bool


@dataclass(frozen=True)
class OwnAccount:
    """A person's own account as its page shows it."""

    username: str
    name: str
    must_change: bool
    roles: tuple[RoleLine, ...]
    sessions: tuple[SessionLine, ...]
    tries_before: int


@dataclass(frozen=True)
class ClientLine:
    """One API client as a list shows it."""

    name: str
    role: str
    label: str
    algorithm: str
    unit_code: str
    created_at: datetime
    revoked_at: datetime | None


ADMINISTRATOR = "administrator"  # the kind of proposal by which somebody becomes an administrator
RESET = "reset_factors"  # the one by which somebody who lost every second proof may set up new ones
ROLE = "role"  # the one by which somebody is given a role that opens records
RENEWAL = "renew_password"  # the one by which a new password lets in somebody whose roles open records
OF_STAFF = (ADMINISTRATOR, RENEWAL, RESET, ROLE)  # what administrators see of any area


class ProposalState(StrEnum):
    """How far something has come that two people do together."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Asked:
    """What is to be done and why: sealed. `given` is for the machine, `shown` are the lines the second person reads."""

    given: tuple[tuple[str, str], ...] = ()
    shown: tuple[tuple[str, str], ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Answer:
    """Why it was refused or withdrawn: sealed."""

    reason: str = ""


@dataclass(frozen=True)
class ProposalLine:
    """Something that waits for a second person, or was answered, as a page shows it."""

    id: UUID
    kind: str
    title: object
    state: ProposalState
    expired: bool
    proposed_by: str
    proposed_at: datetime
    expires_at: datetime
    mine: bool
    may_answer: bool
    answered_by: str = ""
    answered_at: datetime | None = None
    shown: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    reason: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)
    url: str = ""  # where all of it stands
    destroys: object = None  # what the red button says, where signing destroys something


@dataclass(frozen=True)
class DraftContent:
    """What somebody typed and could not save: sealed under their own key. Never a password, a code or a file."""

    page: str  # where the form stands
    target: str  # where it is sent
    fields: tuple[tuple[str, str], ...]
