"""The commands `accounts` and `clients`."""

import base64
import json
from pathlib import Path

import pytest
from click.testing import Result
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select

from casemgr.accounts import queries
from casemgr.accounts.models import ApiClient
from casemgr.core.errors import NotFound, Unavailable
from casemgr.security.audit import AuditEntry
from tests.accounts.conftest import Staff


def run(staff: Staff, line: str) -> Result:
    return staff.house.app.test_cli_runner().invoke(args=line.split())


def test_an_account_is_added_and_signs_in(staff: Staff) -> None:
    done = run(staff, "accounts add mai.06124 --role commune_officer --unit 06124 --json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert set(told) == {"username", "password"} and told["username"] == "mai.06124"
    answer = staff.sign_in(staff.browser(), "mai.06124", told["password"])
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/password")
    with staff.house.maintenance(writing=False) as desk:
        entry = desk.one(select(AuditEntry).where(AuditEntry.action == "account added"))
    assert entry.actor.startswith("cli:") and told["password"] not in entry.body


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("accounts add Mai --role admin", 1),
        ("accounts add mai.x --role commune_officer --unit 20", 1),
        ("accounts add mai.x --role commune_officer", 1),
        ("accounts add mai.x --role commune_officer --unit 99999", 1),
        ("accounts add mai.x --role king --unit 06124", 2),
        ("accounts add --role admin", 2),
        ("accounts suspend nobody.here", 1),
        ("accounts frobnicate", 2),
        ("clients revoke nobody", 1),
        ("clients add x --role admin", 2),
        ("clients add x --role hotline --alg rsa", 2),
        ("clients add x --role hotline --alg ed25519", 2),
        ("clients add x/y --role hotline", 1),
    ],
)
def test_what_goes_wrong_is_one_sentence_on_standard_error(staff: Staff, line: str, status: int) -> None:
    done = run(staff, line)
    assert done.exit_code == status
    assert done.stdout == ""
    if status == 1:
        assert len(done.stderr.strip().splitlines()) == 1
        assert "Traceback" not in done.stderr


def test_a_name_is_given_once(staff: Staff) -> None:
    line = "accounts add mai.06124 --role commune_officer --unit 06124"
    assert run(staff, line).exit_code == 0
    again = run(staff, line)
    assert again.exit_code == 1 and "taken" in again.stderr


def test_the_list_and_suspending(staff: Staff) -> None:
    assert "no account" in run(staff, "accounts list").stdout
    staff.add("mai.06124")
    client = staff.signed_in("mai.06124")
    listed = json.loads(run(staff, "accounts list --json").stdout)
    assert listed[0]["roles"] == [{"role": "commune_officer", "unit": "06124"}]
    assert "commune_officer at 06124" in run(staff, "accounts list").stdout
    done = run(staff, "accounts suspend mai.06124")
    assert done.exit_code == 0 and "1 sessions ended" in done.stdout
    assert client.get("/account").status_code == 303
    assert json.loads(run(staff, "accounts list --json").stdout)[0]["state"] == "suspended"


def test_a_shared_key_is_printed_once_and_kept_sealed(staff: Staff) -> None:
    done = run(staff, "clients add hotline111 --role hotline --json")
    told = json.loads(done.stdout)
    assert set(told) == {"client", "alg", "key"} and told["alg"] == "hmac-sha256"
    key = base64.b64decode(told["key"], validate=True)
    assert len(key) == 32
    with staff.house.maintenance(writing=False) as desk:
        client = queries.client_named(desk, "hotline111")
        assert queries.client_key(desk, client) == key
        assert client.key_sealed is not None and key not in client.key_sealed
        with pytest.raises(Unavailable):
            desk.safe.open_client_key("another", client.key_sealed)
    assert run(staff, "clients add hotline111 --role hotline").exit_code == 1


def test_a_public_key_is_read(staff: Staff, tmp_path: Path) -> None:
    public = Ed25519PrivateKey.generate().public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    good, bad, other = tmp_path / "good.pem", tmp_path / "bad.pem", tmp_path / "other.pem"
    good.write_bytes(pem)
    bad.write_text("no key")
    other.write_bytes(
        generate_private_key(SECP256R1())
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    done = run(staff, f"clients add hotline111 --role hotline --alg ed25519 --public-key {good} --json")
    assert json.loads(done.stdout) == {"client": "hotline111", "alg": "ed25519"}
    with staff.house.maintenance(writing=False) as desk:
        assert queries.client_key(desk, queries.client_named(desk, "hotline111")) == pem
    for number, file in enumerate((bad, other)):
        wrong = run(staff, f"clients add c{number} --role hotline --alg ed25519 --public-key {file}")
        assert wrong.exit_code == 1 and "Ed25519" in wrong.stderr
    missing = run(staff, f"clients add c9 --role hotline --alg ed25519 --public-key {tmp_path / 'none.pem'}")
    assert missing.exit_code == 2


def test_a_revoked_client_is_nobody_and_its_key_is_gone(staff: Staff) -> None:
    run(staff, "clients add hotline111 --role hotline")
    assert run(staff, "clients revoke hotline111").exit_code == 0
    with staff.house.maintenance(writing=False) as desk:
        client = desk.one(select(ApiClient))
        assert client.revoked_at is not None and client.key_sealed is None
        with pytest.raises(NotFound):
            queries.actor_for_client(desk, client)
    assert json.loads(run(staff, "clients list --json").stdout)[0]["revoked"] is True
    assert run(staff, "clients add hotline111 --role hotline").exit_code == 1
