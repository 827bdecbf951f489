"""Commands for staff and machines: add, list, suspend; let a client in, revoke it."""

import base64
from pathlib import Path

import click

from casemgr.access.roles import MACHINES, STAFF, Role
from casemgr.accounts import actions, queries
from casemgr.accounts.terms import COUNTRY, ClientAlgorithm
from casemgr.cli.door import at_desk, json_option, looking_for, one_line, plain, show
from casemgr.core.calendar import LOCAL
from casemgr.core.errors import Invalid
from casemgr.places import queries as places
from casemgr.security import client_keys, passwords
from casemgr.web.room import house

_STAFF = click.Choice([role.value for role in STAFF])
_MACHINES = click.Choice([role.value for role in MACHINES])
_ALGORITHMS = click.Choice([algorithm.value for algorithm in ClientAlgorithm])


@click.group()
def accounts() -> None:
    """Staff: who may sign in, in which role, at which unit."""


@accounts.command("add")
@click.argument("username")
@click.option("--role", type=_STAFF, required=True)
@click.option(
    "--unit", default=COUNTRY, show_default=True, help="Code of a unit, or VN for the whole country."
)
@click.option("--name", default="", help="Full name; the sign-in name without it.")
@json_option
@plain
def add_account(username: str, role: str, unit: str, name: str, as_json: bool) -> None:
    """Add USERNAME with a role at a unit. The password is printed once, to be changed at the first sign-in.

    \b
    Example: flask --app wsgi accounts add mai.06124 --role commune_officer --unit 06124 --json
    """
    password = passwords.generate()
    hashed = house().passwords.hash(password)
    with at_desk() as desk:
        actions.add_account(
            desk,
            username=username,
            name=one_line("name", name),
            password_hash=hashed,
            role=Role(role),
            unit_code=unit,
            since=places.today(desk),
            demo=house().demo,
        )
    show(
        {"username": username, "password": password},
        as_json=as_json,
        text=lambda: f"{username}  {password}\nShown once. To be changed at the first sign-in.",
    )


@accounts.command("list")
@json_option
@plain
def list_accounts(as_json: bool) -> None:
    """Everybody, with the roles held today.

    \b
    Example: flask --app wsgi accounts list --json
    """
    with at_desk(writing=False) as desk:
        answer: list[dict[str, object]] = [
            {
                "username": line.username,
                "name": line.name,
                "state": line.state.value,
                "roles": [
                    {"role": role.role, "unit": role.unit_code} for role in line.roles if role.in_force
                ],
                "last_sign_in": line.last_sign_in.astimezone(LOCAL).isoformat()
                if line.last_sign_in
                else None,
                "must_change": line.must_change,
            }
            for line in queries.everybody(desk)
        ]
    show(
        answer,
        as_json=as_json,
        text=lambda: "\n".join(map(_account_line, answer)) or "There is no account yet.",
    )


@accounts.command("suspend")
@click.argument("username")
@json_option
@plain
def suspend_account(username: str, as_json: bool) -> None:
    """Let USERNAME no longer sign in; all their sessions end at once.

    \b
    Example: flask --app wsgi accounts suspend mai.06124
    """
    with at_desk() as desk, looking_for(f"account {username}"):
        ended = actions.suspend(desk, queries.account_named(desk, username))
    show(
        {"username": username, "state": "suspended", "sessions_ended": ended},
        as_json=as_json,
        text=lambda: f"{username} is suspended; {ended} sessions ended.",
    )


@click.group()
def clients() -> None:
    """API clients: hotlines that send reports, systems that read numbers."""


@clients.command("add")
@click.argument("name")
@click.option("--role", type=_MACHINES, required=True)
@click.option("--alg", type=_ALGORITHMS, default=ClientAlgorithm.HMAC_SHA256.value, show_default=True)
@click.option(
    "--public-key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="For ed25519: the client's public key (PEM, SubjectPublicKeyInfo).",
)
@click.option(
    "--unit", default=COUNTRY, show_default=True, help="Code of a unit, or VN for the whole country."
)
@json_option
@plain
def add_client(name: str, role: str, alg: str, public_key: Path | None, unit: str, as_json: bool) -> None:
    """Let the machine NAME in. For hmac-sha256 its key is printed once (standard base64 of 32 random bytes).

    \b
    Example: flask --app wsgi clients add hotline111 --role hotline --json
             flask --app wsgi clients add hotline111 --role hotline --alg ed25519 --public-key key.pem
    """
    algorithm = ClientAlgorithm(alg)
    if (algorithm is ClientAlgorithm.ED25519) is (public_key is None):
        raise click.UsageError("--public-key goes with --alg ed25519, and ed25519 needs it.")
    shared = None if public_key else client_keys.fresh_shared_key()
    with at_desk() as desk:
        actions.add_client(
            desk,
            name=name,
            role=Role(role),
            algorithm=algorithm,
            unit_code=unit,
            shared_key=shared,
            public_key=_read(public_key) if public_key else None,
        )
    answer = {"client": name, "alg": alg}
    if shared is not None:
        answer["key"] = base64.b64encode(shared).decode()
    show(answer, as_json=as_json, text=lambda: "  ".join(answer.values()))


@clients.command("revoke")
@click.argument("name")
@json_option
@plain
def revoke_client(name: str, as_json: bool) -> None:
    """Let the machine NAME no longer in; its shared key is destroyed.

    \b
    Example: flask --app wsgi clients revoke hotline111
    """
    with at_desk() as desk, looking_for(f"client {name}"):
        actions.revoke_client(desk, queries.client_named(desk, name))
    show({"client": name, "state": "revoked"}, as_json=as_json, text=lambda: f"{name} is revoked.")


@clients.command("list")
@json_option
@plain
def list_clients(as_json: bool) -> None:
    """Every machine, revoked ones included.

    \b
    Example: flask --app wsgi clients list --json
    """
    with at_desk(writing=False) as desk:
        answer: list[dict[str, object]] = [
            {
                "client": line.name,
                "role": line.role,
                "alg": line.algorithm,
                "unit": line.unit_code,
                "revoked": line.revoked_at is not None,
            }
            for line in queries.clients(desk)
        ]
    show(
        answer,
        as_json=as_json,
        text=lambda: "\n".join(map(_client_line, answer)) or "There is no client yet.",
    )


def _read(path: Path) -> bytes:
    """The client's public key in its plain form."""
    found = client_keys.read_public_key(path.read_bytes())
    if found is None:
        raise Invalid({"public-key": ["The file holds no Ed25519 public key (PEM, SubjectPublicKeyInfo)."]})
    return found


def _account_line(row: dict[str, object]) -> str:
    roles = row["roles"]
    held = ", ".join(f"{role['role']} at {role['unit']}" for role in roles) if isinstance(roles, list) else ""
    return f"{row['username']:<32} {row['state']:<10} {held}"


def _client_line(row: dict[str, object]) -> str:
    state = "revoked" if row["revoked"] else "active"
    return f"{row['client']:<32} {row['role']:<12} {row['alg']:<12} {row['unit']:<6} {state}"


COMMANDS = (accounts, clients)
