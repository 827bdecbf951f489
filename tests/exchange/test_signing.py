"""Who comes in: only what is signed as it must be, once, and by whom we know; everything else hears the same."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casemgr.access.roles import Role
from casemgr.accounts import actions as accounts
from casemgr.accounts import queries
from casemgr.accounts.models import ClientNonce
from casemgr.intake.models import Report
from tests.exchange.machine import HMAC_SHA256, Machine, a_referral, ed25519_machine, hmac_machine
from tests.support.house import HouseUnderTest

EVENTS = "/api/v1/referral-events"
BODY = json.dumps(a_referral()).encode()


def counted(house: HouseUnderTest, table: type) -> int:
    with house.maintenance(writing=False) as desk:
        return desk.session.scalar(select(func.count()).select_from(table)) or 0


def test_both_kinds_of_key(house: HouseUnderTest) -> None:
    for machine in (hmac_machine(house), ed25519_machine(house)):
        assert machine.refer(BODY).status_code == 201
        assert machine.get(EVENTS).status_code == 200
        assert machine.get(f"{EVENTS}?limit=5").status_code == 200


def test_signed_by_hand_as_the_standard_says(hotline: Machine) -> None:
    """The same without any library: what a sender in another language would do."""
    created = int(hotline.house.clock.now().timestamp())
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(BODY).digest()).decode()}:"
    covered = '("@method" "@path" "content-digest" "content-type")'
    parameters = f'{covered};created={created};nonce="n-1";keyid="{hotline.name}";alg="hmac-sha256"'
    base = "\n".join(
        [
            '"@method": POST',
            '"@path": /api/v1/referrals',
            f'"content-digest": {digest}',
            '"content-type": application/json',
            f'"@signature-params": {parameters}',
        ]
    )
    signature = base64.b64encode(hmac.new(hotline.key, base.encode(), hashlib.sha256).digest()).decode()
    headers = {
        "Content-Type": "application/json",
        "Content-Digest": digest,
        "Signature-Input": f"sig1={parameters}",
        "Signature": f"sig1=:{signature}:",
    }
    client = hotline.house.app.test_client()
    assert client.post("/api/v1/referrals", data=BODY, headers=headers).status_code == 201
    assert client.post("/api/v1/referrals", data=BODY, headers=headers).status_code == 401


def test_time_may_differ_by_300_seconds(hotline: Machine) -> None:
    now = hotline.house.clock.now()
    for seconds, status in ((-301, 401), (-300, 200), (0, 200), (300, 200), (301, 401)):
        assert hotline.get(EVENTS, created=now + timedelta(seconds=seconds)).status_code == status, seconds


def test_a_nonce_works_once_whatever_came_of_it(hotline: Machine) -> None:
    assert hotline.refer(BODY, nonce="a").status_code == 201
    assert hotline.refer(BODY, nonce="a").status_code == 401
    assert hotline.refer(b"{", nonce="b").status_code == 400
    assert hotline.refer(b"{", nonce="b").status_code == 401
    assert hotline.refer({}, nonce="c").status_code == 422
    assert hotline.refer({}, nonce="c").status_code == 401
    assert hotline.refer(a_referral(urgency="unknown"), nonce="d").status_code == 409
    assert hotline.refer(a_referral(urgency="unknown"), nonce="d").status_code == 401
    assert hotline.get(EVENTS, nonce="e").status_code == 200
    assert hotline.get(EVENTS, nonce="e").status_code == 401
    assert hotline.get("/api/v1/referrals/none", nonce="f").status_code == 404
    assert hotline.get("/api/v1/referrals/none", nonce="f").status_code == 401
    assert hotline.get("/api/v1/indicators", nonce="g").status_code == 403
    assert hotline.get("/api/v1/indicators", nonce="g").status_code == 401


def test_a_used_nonce_hears_the_same_as_no_signature(hotline: Machine) -> None:
    hotline.get(EVENTS, nonce="a")
    again = hotline.get(EVENTS, nonce="a")
    nothing = hotline.house.app.test_client().get(EVENTS)
    assert (again.status_code, again.data) == (401, nothing.data)
    assert again.headers["WWW-Authenticate"] == nothing.headers["WWW-Authenticate"]


def test_two_clients_may_use_the_same_nonce(house: HouseUnderTest) -> None:
    for machine in (hmac_machine(house), ed25519_machine(house)):
        assert machine.get(EVENTS, nonce="same").status_code == 200


def test_old_nonces_are_swept(hotline: Machine) -> None:
    house = hotline.house
    for number in range(5):
        hotline.get(EVENTS, nonce=f"old-{number}")
    house.clock.move(timedelta(minutes=16))
    sweeping = next(
        nonce for nonce in map(str, range(1000)) if hashlib.sha256(nonce.encode()).digest()[0] == 0
    )
    assert hotline.get(EVENTS, nonce=sweeping).status_code == 200
    assert counted(house, ClientNonce) == 1


def flipped(headers: dict[str, str], name: str) -> dict[str, str | None]:
    found = headers[name]
    place = found.index(":") + 3
    return {name: found[:place] + ("A" if found[place] != "A" else "B") + found[place + 1 :]}


WRONG: dict[str, Callable[[Machine, dict[str, str]], dict[str, str | None]]] = {
    "no signature": lambda m, h: {"Signature": None},
    "no input": lambda m, h: {"Signature-Input": None},
    "no digest": lambda m, h: {"Content-Digest": None},
    "flipped signature": lambda m, h: flipped(h, "Signature"),
    "flipped digest": lambda m, h: flipped(h, "Content-Digest"),
    "other content type": lambda m, h: {"Content-Type": "application/json; charset=utf-8"},
    "other name": lambda m, h: {"Signature-Input": h["Signature-Input"].replace(m.name, "hotline-112")},
    "other algorithm": lambda m, h: {
        "Signature-Input": h["Signature-Input"].replace("hmac-sha256", "ed25519")
    },
    "no such algorithm": lambda m, h: {
        "Signature-Input": h["Signature-Input"].replace("hmac-sha256", "none")
    },
    "other label": lambda m, h: {
        name: h[name].replace("sig1=", "sig2=") for name in ("Signature", "Signature-Input")
    },
    "two signatures": lambda m, h: {
        name: f"{h[name]}, {h[name].replace('sig1=', 'sig2=')}" for name in ("Signature", "Signature-Input")
    },
    "later": lambda m, h: {"Signature-Input": h["Signature-Input"].replace("created=1", "created=2")},
    "created as text": lambda m, h: {
        "Signature-Input": h["Signature-Input"].replace("created=", 'created="').replace(";keyid", '";keyid')
    },
    "nonsense": lambda m, h: {"Signature-Input": "(((", "Signature": ":::"},
    "not ASCII": lambda m, h: {"Signature-Input": h["Signature-Input"].replace(m.name, "đường dây")},
    "endless": lambda m, h: {"Signature-Input": h["Signature-Input"] + ';tag="' + "x" * 5000 + '"'},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_everything_wrong_hears_the_same(hotline: Machine, wrong: str) -> None:
    headers = hotline.headers("POST", "/api/v1/referrals", BODY)
    client = hotline.house.app.test_client()
    nothing = client.post("/api/v1/referrals", data=BODY, headers={"Content-Type": "application/json"})
    sent = {
        name: value
        for name, value in {**headers, **WRONG[wrong](hotline, headers)}.items()
        if value is not None
    }
    answer = client.post("/api/v1/referrals", data=BODY, headers=sent)
    assert (answer.status_code, answer.data) == (401, nothing.data)
    assert answer.headers["WWW-Authenticate"] == "Signature"
    assert counted(hotline.house, Report) == 0
    assert (
        client.post("/api/v1/referrals", data=BODY, headers=headers).status_code == 201
    )  # it was right before


@pytest.mark.parametrize("left_out", ["@method", "@path", "content-digest", "content-type"])
def test_all_that_counts_must_be_covered(hotline: Machine, left_out: str) -> None:
    covered = tuple(
        name for name in ("@method", "@path", "content-digest", "content-type") if name != left_out
    )
    headers = hotline.headers("POST", "/api/v1/referrals", BODY, covered=covered)
    if left_out == "content-digest":
        inside = headers["Signature-Input"].replace(' "content-digest"', "")
        headers["Signature-Input"] = inside
    assert (
        hotline.house.app.test_client().post("/api/v1/referrals", data=BODY, headers=headers).status_code
        == 401
    )


def test_the_query_must_be_covered(hotline: Machine) -> None:
    assert hotline.get(f"{EVENTS}?limit=5", covered=("@method", "@path")).status_code == 401
    headers = hotline.headers("GET", f"{EVENTS}?limit=5")
    client = hotline.house.app.test_client()
    assert client.get(f"{EVENTS}?limit=6", headers=headers).status_code == 401
    assert client.get(EVENTS, headers=headers).status_code == 401
    assert client.get(f"{EVENTS}?limit=5", headers=headers).status_code == 200


def test_a_signature_is_for_one_method_address_and_body(hotline: Machine) -> None:
    hotline.refer(BODY)
    client = hotline.house.app.test_client()
    nudge = hotline.headers("POST", "/api/v1/referrals/111-2026-000123/nudge")
    assert client.get("/api/v1/referrals/111-2026-000123", headers=nudge).status_code == 401
    assert client.post("/api/v1/referrals/111-2026-000124/nudge", headers=nudge).status_code == 401
    signed = hotline.headers("POST", "/api/v1/referrals", BODY)
    assert client.post("/api/v1/referrals", data=BODY + b" ", headers=signed).status_code == 401


def test_more_may_be_covered(hotline: Machine) -> None:
    assert hotline.get(EVENTS, covered=("@method", "@authority", "@path")).status_code == 200
    assert hotline.get(EVENTS, covered=("@method", "@path", "@target-uri")).status_code == 401


def test_digest_of_another_kind(hotline: Machine) -> None:
    sha512 = f"sha-512=:{base64.b64encode(hashlib.sha512(BODY).digest()).decode()}:"
    hotline.extra = {"Content-Digest": sha512}
    assert hotline.refer(BODY, use_existing_digest=True).status_code == 401
    sha256 = f"sha-256=:{base64.b64encode(hashlib.sha256(BODY).digest()).decode()}:"
    hotline.extra = {"Content-Digest": f"{sha512}, {sha256}"}
    assert hotline.refer(BODY, use_existing_digest=True).status_code == 201


def test_an_encoded_address_is_signed_as_it_was_sent(hotline: Machine) -> None:
    assert hotline.get("/api/v1/referrals/%C4%91").status_code == 404
    assert hotline.get("/api/v1/referrals/a%20b").status_code == 404
    assert hotline.get("/api/v1/%72eferral-events").status_code == 200


def test_unknown_and_revoked_clients(hotline: Machine) -> None:
    stranger = Machine(hotline.house, "hotline-112", hotline.key)
    assert stranger.refer(BODY).status_code == 401
    assert hotline.get(EVENTS).status_code == 200
    with hotline.house.maintenance() as desk:
        accounts.revoke_client(desk, queries.client_named(desk, hotline.name))
    assert hotline.get(EVENTS).status_code == 401


def test_a_public_key_is_no_shared_secret(house: HouseUnderTest) -> None:
    """Whoever knows the public key of a client cannot sign with it as if it were a secret."""
    two = ed25519_machine(house)
    with house.maintenance() as desk:
        public = queries.client_key(desk, queries.client_named(desk, two.name))
    assert Machine(house, two.name, public, HMAC_SHA256).get(EVENTS).status_code == 401


def test_rights(hotline: Machine, reader: Machine) -> None:
    assert reader.refer(BODY).status_code == 403
    assert reader.get(EVENTS).status_code == 403
    assert reader.get("/api/v1/indicators").status_code == 200
    refused = hotline.get("/api/v1/indicators")
    assert (refused.status_code, refused.content_type) == (403, "application/problem+json")
    assert (
        hmac_machine(hotline.house, "two", Role.HOTLINE).get("/api/v1/referrals/111-2026-000123").status_code
        == 404
    )


def test_a_signed_in_person_is_nobody_here(house: HouseUnderTest) -> None:
    person = house.client(Role.PROVINCE_SUPERVISOR)
    assert person.get(EVENTS).status_code == 401
    assert person.post("/api/v1/referrals", json=a_referral()).status_code == 401


def test_no_forgery_token_is_asked_for(hotline: Machine) -> None:
    hotline.house.app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert hotline.refer(BODY).status_code == 201
    finally:
        hotline.house.app.config["WTF_CSRF_ENABLED"] = False
