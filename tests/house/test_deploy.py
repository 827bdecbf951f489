"""The unit files that are shipped: nothing goes out but to what is named, nothing is written but what is ours."""

import re
import shutil
import ssl
import subprocess
from dataclasses import replace

import pytest

from casemgr.web.uploads import most_anywhere
from tests.house.source import ROOT
from tests.support.house import HouseUnderTest

DEPLOY = ROOT / "deploy"
UNITS = ("casemgr.service", "casemgr-do@.service")


def said(name: str) -> list[tuple[str, str]]:
    lines = (DEPLOY / name).read_text().splitlines()
    return [
        (line.partition("=")[0], line.partition("=")[2]) for line in lines if "=" in line and line[0] != "#"
    ]


def test_nothing_goes_out_but_to_what_is_named() -> None:
    assert [pair for pair in said("casemgr.slice") if pair[0].startswith("IP")] == [
        ("IPAddressDeny", "any"),
        ("IPAddressAllow", "localhost"),
    ]


@pytest.mark.parametrize("name", UNITS)
def test_server_and_commands_stand_behind_the_same_walls(name: str) -> None:
    told = said(name)
    shared = [pair for pair in said(UNITS[0]) if pair in told]
    assert len(shared) >= 35
    assert {("Slice", "casemgr.slice"), ("ProtectSystem", "strict"), ("NoNewPrivileges", "yes"), ("LimitCORE", "0"),
            ("CapabilityBoundingSet", ""), ("UMask", "0077"), ("ProtectHome", "yes")} <= set(told)  # fmt: skip
    assert ("SocketBindDeny", "any") in told
    assert not [pair for pair in told if pair[0].startswith("IPAddress")], "the slice alone says where to"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here to judge the units")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_judges_them_tight(name: str) -> None:
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", "--threshold=20", str(DEPLOY / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stdout[-200:] + judged.stderr
    assert "Unknown" not in judged.stderr and "gnoring" not in judged.stderr, judged.stderr


def test_the_list_for_the_kernel_is_that_of_the_settings(house: HouseUnderTest) -> None:
    before = house.app.extensions["settings"]
    house.app.extensions["settings"] = replace(
        before, smtp_host="192.0.2.7", log_to="tls://198.51.100.9:6514",
        database_url="postgresql://web@203.0.113.5/casemgr?sslmode=verify-full",
    )  # fmt: skip
    told = house.app.test_cli_runner().invoke(args=["outside"]).output
    house.app.extensions["settings"] = before
    allowed = [line.partition("=")[2] for line in told.splitlines() if line.startswith("IPAddressAllow=")]
    assert told.startswith("[Slice]\n") and allowed == ["192.0.2.7", "198.51.100.9", "203.0.113.5"]
    assert "IPAddressAllow" not in house.app.test_cli_runner().invoke(args=["outside"]).output


def of_proxy(name: str) -> list[str]:
    """What the shipped configuration of the proxy says under one word."""
    text = re.sub(r"#.*", "", (DEPLOY / "nginx.conf").read_text())
    return re.findall(rf"^\s*(?:location \S+ {{ )?{name} ([^;]+);", text, re.M)


def test_the_proxy_speaks_new_tls_with_strong_ciphers_only() -> None:
    assert of_proxy("ssl_protocols") == ["TLSv1.2 TLSv1.3"]
    assert of_proxy("ssl_reject_handshake") == ["on"] and of_proxy("ssl_session_tickets") == ["off"]
    (ciphers,) = of_proxy("ssl_ciphers")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(ciphers)
    chosen = [cipher for cipher in context.get_ciphers() if cipher["protocol"] == "TLSv1.2"]
    assert len(chosen) == len(ciphers.split(":")), "OpenSSL knows each of them"
    for cipher in chosen:
        assert cipher["aead"] and cipher["kea"] == "kx-ecdhe" and cipher["strength_bits"] >= 128, cipher[
            "name"
        ]


def test_the_proxy_leads_pages_over_and_machines_not() -> None:
    assert of_proxy("return") == ["403", "308 https://$server_name$request_uri", "444"]
    text = (DEPLOY / "nginx.conf").read_text()
    assert "location /api/ { return 403; }" in text.partition("listen 443")[0]


def test_the_proxy_says_who_came_and_writes_nothing_down(house: HouseUnderTest) -> None:
    told = dict(said.split(maxsplit=1) for said in of_proxy("proxy_set_header"))
    assert told == {
        "Host": "$host", "X-Forwarded-For": "$remote_addr", "X-Forwarded-Host": "$host",
        "X-Forwarded-Proto": "$scheme", "X-Forwarded-Port": '""', "Forwarded": '""',
    }, "nothing that came with the request is handed on"  # fmt: skip
    assert of_proxy("proxy_request_buffering") == ["off"] and of_proxy("proxy_max_temp_file_size") == ["0"]
    (most,) = of_proxy("client_max_body_size")
    assert int(most.removesuffix("m")) * 1024 * 1024 >= most_anywhere()
