"""The invented staff of a province: who there is, under which sign-in name, and who acts at a unit.

Passwords are not stored anywhere: each is derived from the installation's keyring and the sign-in name, so they are
random for every installation, can be printed again at any time, and are worthless without the keyring.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, true

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk, Office
from casemgr.access.roles import STAFF, Role
from casemgr.accounts import actions, queries
from casemgr.accounts.models import Account, ApiClient, Appointment
from casemgr.accounts.terms import COUNTRY, ClientAlgorithm
from casemgr.cases.queries import named
from casemgr.children.terms import Sex
from casemgr.core.calendar import local_day
from casemgr.core.text import fold
from casemgr.demo.chance import Chance
from casemgr.demo.names import Names
from casemgr.places import queries as places
from casemgr.places.terms import UnitFacts
from casemgr.security import client_keys
from casemgr.security.passwords import Passwords

HOTLINE = "demo-hotline-111"
_SIGNING_IN = 12  # in so many communes the officer and the chair have a password
_TITLES: Mapping[Role, str] = {
    Role.COMMUNE_OFFICER: "officer",
    Role.COMMUNE_CHAIR: "chair",
    Role.SOCIAL_WORKER: "worker",
    Role.PROVINCE_SUPERVISOR: "supervisor",
    Role.STATISTICIAN: "statistician",
    Role.HOTLINE_OPERATOR: "hotline",
    Role.SERVICE_PROVIDER: "provider",
    Role.INSPECTOR: "inspector",
    Role.ADMIN: "admin",
}
_COUNTRY_WIDE = {Role.HOTLINE_OPERATOR: "111"}

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another when read aloud
_GROUPS, _GROUP = 4, 5

PasswordOf = Callable[[str], str]  # sign-in name -> password


@dataclass(frozen=True)
class Post:
    """One office to be filled: a role at a unit (none is the whole country), and how its holder signs in."""

    role: Role
    unit: UnitFacts | None
    username: str
    signs_in: bool = True

    @property
    def unit_code(self) -> str:
        return self.unit.code if self.unit else COUNTRY


@dataclass(frozen=True)
class SignInLine:
    """How to sign in to one demo account."""

    username: str
    password: str
    role: Role
    unit: str


def posts(province: UnitFacts, communes: Sequence[UnitFacts]) -> Sequence[Post]:
    """Every office of the province: all nine roles, an officer and a chair in every commune."""
    taken: set[str] = set()

    def post(role: Role, unit: UnitFacts | None, *, signs_in: bool = True) -> Post:
        place = (
            fold(unit.name.removeprefix(unit.type)).replace(" ", "-")
            if unit
            else _COUNTRY_WIDE.get(role, "vn")
        )
        username = f"{_TITLES[role]}.{place}"
        if username in taken and unit is not None:  # two communes of one name
            username += f".{unit.code}"
        taken.add(username)
        return Post(role, unit, username, signs_in)

    first = communes[0]
    found = [
        post(Role.COMMUNE_OFFICER, first),
        post(Role.COMMUNE_CHAIR, first),
        post(Role.SOCIAL_WORKER, first),
    ]
    found += [
        post(role, province) for role in (Role.PROVINCE_SUPERVISOR, Role.STATISTICIAN, Role.SERVICE_PROVIDER)
    ]
    found += [post(role, None) for role in (Role.HOTLINE_OPERATOR, Role.INSPECTOR, Role.ADMIN)]
    found.append(post(Role.PROVINCE_SUPERVISOR, None))  # finds the commune of reports that name no province
    found.append(post(Role.STATISTICIAN, None))  # signs and publishes the tables of the country
    for number, commune in enumerate(communes[1:], start=2):
        for role in (Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR):
            found.append(post(role, commune, signs_in=number <= _SIGNING_IN))
    return found


class Staff:
    """Everybody who acts in the invented province."""

    def __init__(
        self,
        actors: Mapping[tuple[Role, str], Actor],
        names: Mapping[UUID, str],
        hotline: Actor,
        first: UnitFacts | None,
    ) -> None:
        self._actors = actors
        self._names = names
        self.hotline = hotline  # the machine of the national hotline
        self.first = first  # the commune that has a social worker

    def at(self, role: Role, unit: UnitFacts | None) -> Actor:
        """Who holds a role at a unit."""
        return self._actors[role, unit.code if unit else COUNTRY]

    def name(self, actor: Actor) -> str:
        return self._names[actor.account_id] if actor.account_id else actor.name


def hire(
    office: Office,
    wanted: Sequence[Post],
    *,
    clerk: Actor,
    since: datetime,
    names: Names,
    chance: Chance,
    passwords: Passwords,
    password_of: PasswordOf,
) -> Staff:
    """Take everybody into the staff, and let the hotline's machine in."""
    signing_in = [post for post in wanted if post.signs_in]
    with ThreadPoolExecutor(2) as pool:
        made = pool.map(lambda post: passwords.hash(password_of(post.username)), signing_in)
        hashes = dict(zip(signing_in, made, strict=True))
    with office.open(clerk) as desk:
        for number, post in enumerate(wanted):
            account = actions.add_account(
                desk,
                username=post.username,
                name=names.full(chance.one((Sex.FEMALE, Sex.FEMALE, Sex.MALE))),
                password_hash=hashes.get(post, ""),
                role=post.role,
                unit_code=post.unit_code,
                since=local_day(since),
                demo=True,
                must_change=False,
            )
            account.password_hash = hashes.get(post)  # who has none cannot sign in
            account.created_at = since + timedelta(minutes=number)
        _let_hotline_in(desk)
    with office.open(clerk, writing=False) as desk:
        return _seated(desk, wanted)


def _let_hotline_in(desk: Desk) -> None:
    """The machine signs with a key that nobody has: nothing can be sent in its name."""
    if desk.first(select(ApiClient).where(ApiClient.name == HOTLINE)) is None:
        actions.add_client(
            desk,
            name=HOTLINE,
            role=Role.HOTLINE,
            algorithm=ClientAlgorithm.HMAC_SHA256,
            unit_code=COUNTRY,
            shared_key=client_keys.fresh_shared_key(),
        )


def _seated(desk: Desk, wanted: Sequence[Post]) -> Staff:
    """The actors of everybody hired, as they would sit down today."""
    rows = desk.rows(select(Account, Appointment).join(Appointment, Appointment.account_id == Account.id))
    by_name = {account.username: (account, appointment) for account, appointment in rows}
    actors = {}
    for post in wanted:
        account, appointment = by_name[post.username]
        actors[post.role, post.unit_code] = queries.actor_for(desk, account, appointment, ring=named)
    hotline = queries.actor_for_client(desk, queries.client_named(desk, HOTLINE))
    return Staff(
        actors, {account.id: account.name for account, _ in by_name.values()}, hotline, wanted[0].unit
    )


def is_there(desk: Desk) -> bool:
    """Whether invented staff has been hired before."""
    return desk.first(select(Account.id).where(Account.demo)) is not None


def sign_ins(
    desk: Desk, passwords: Passwords, password_of: PasswordOf, *, of_the_country: bool = False
) -> list[SignInLine]:
    """One account for each role whose password is still the one it was given; or those of the whole country."""
    found = []
    for role in (Role.PROVINCE_SUPERVISOR, Role.STATISTICIAN) if of_the_country else STAFF:
        held = (
            select(Account, Appointment.unit_id)
            .join(Appointment, Appointment.account_id == Account.id)
            .where(
                Appointment.role == role,
                Account.demo,
                Account.state == "active",
                Account.password_hash.is_not(None),
                Appointment.unit_id.is_(None) if of_the_country else true(),
            )
            .order_by(Account.created_at, Account.id)
        )
        for account, unit_id in desk.session.execute(held):
            password = password_of(account.username)
            if passwords.check(account.password_hash, password, known_device=True):
                unit = places.atlas(desk).unit(unit_id) if unit_id is not None else None
                found.append(SignInLine(account.username, password, role, unit.code if unit else COUNTRY))
                break
    return found


def password(secret: bytes, username: str) -> str:
    """The password that an installation's secret gives to a name: four groups of five, about 99 bits."""
    number = int.from_bytes(hmac.new(secret, b"demo account " + username.encode(), hashlib.sha256).digest())
    letters = []
    for _ in range(_GROUPS * _GROUP):
        number, place = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[place])
    return "-".join("".join(letters[start : start + _GROUP]) for start in range(0, len(letters), _GROUP))
