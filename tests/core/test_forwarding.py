"""Lines of the log reach another system over TLS or the journal's socket, hold nobody up, and none goes elsewhere."""

import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

import pytest
import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from casemgr import app
from casemgr.access.roles import Role
from casemgr.core.forwarding import ERROR, Forwarder, forwarder
from casemgr.core.outside import NOWHERE, NotAllowed, Outside
from casemgr.settings import SettingsRefused, from_environment
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest


class Receiver:
    """A system that keeps the lines it is given over TLS."""

    def __init__(self, folder: Path, name: str = "localhost") -> None:
        self.authority = folder / "authority.pem"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*_certificate(self.authority, name))
        self._context = context
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self.lines: list[dict[str, object]] = []
        self.frames: list[str] = []
        self.hangs_up = False
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def there(self) -> Outside:
        return Outside(frozenset({("localhost", self.port)}))

    @property
    def address(self) -> str:
        return f"tls://localhost:{self.port}"

    def _serve(self) -> None:
        while True:
            try:
                plain, _where = self._door.accept()
                with self._context.wrap_socket(plain, server_side=True) as line, line.makefile("rb") as read:
                    while not self.hangs_up and (length := _number(read)):
                        self.frames.append(read.read(length).decode())
                        self.lines.append(
                            json.loads(self.frames[-1].partition(" - - ")[2].partition(" - - ")[2])
                        )
            except OSError:
                if self._door.fileno() < 0:
                    return

    def wait(self, count: int) -> None:
        for _ in range(200):
            if len(self.lines) >= count:
                return
            sleep(0.02)
        raise AssertionError(f"{len(self.lines)} of {count} lines came")

    def close(self) -> None:
        self._door.close()


def _number(read: object) -> int:
    digits = b""
    while (one := read.read(1)) not in (b" ", b""):  # type: ignore[attr-defined]
        digits += one
    return int(digits or 0)


def _certificate(path: Path, name: str) -> tuple[Path, Path]:
    key, secret = ec.generate_private_key(ec.SECP256R1()), path.with_suffix(".key")
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    day = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(named).issuer_name(named).public_key(key.public_key())
        .serial_number(7).not_valid_before(day - timedelta(days=1)).not_valid_after(day + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    none = serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, none))
    return path, secret


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    made = Receiver(tmp_path)
    yield made
    made.close()


def to(receiver: Receiver) -> Forwarder:
    found = forwarder(receiver.address, receiver.there, receiver.authority)
    assert found is not None
    return found


def test_lines_come_in_order_each_in_a_frame(receiver: Receiver) -> None:
    log = to(receiver)
    for count in range(50):
        log.tell({"event": "một dòng", "count": count})
    log.tell({"event": "fault"}, ERROR)
    log.close()
    receiver.wait(51)
    assert [line.get("count") for line in receiver.lines] == [*range(50), None]
    assert receiver.lines[0]["event"] == "một dòng"
    assert receiver.frames[0].startswith("<86>1 - - casemgr ") and receiver.frames[-1].startswith("<83>")


def test_what_waits_is_sent_when_the_receiver_is_back(receiver: Receiver) -> None:
    log = to(receiver)
    receiver.hangs_up = True
    log.tell({"event": "a"})
    sleep(0.1)
    log.tell({"event": "b"})
    receiver.hangs_up = False
    for count in range(20):
        log.tell({"event": "c", "count": count})
        sleep(0.02)
    receiver.wait(15)
    assert receiver.lines[-1] == {"event": "c", "count": 19}


def test_nobody_waits_for_a_receiver_and_what_is_lost_is_told(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casemgr.core.forwarding._WAITING", 3)
    held = threading.Event()

    def late() -> socket.socket:
        held.wait(5)
        return receiver.there.sealed_line("localhost", receiver.port, 5, receiver.authority)

    log = Forwarder(late, counted=True)
    for count in range(100):
        log.tell({"count": count})
    held.set()
    receiver.wait(4)
    lost = next(line for line in receiver.lines if line.get("event") == "log lines lost")
    assert int(str(lost["count"])) + sum("event" not in line for line in receiver.lines) == 100


def test_a_receiver_that_does_not_prove_its_name_hears_nothing(tmp_path: Path) -> None:
    false = Receiver(tmp_path, name="elsewhere.example")
    log = to(false)
    log.tell({"event": "a"})
    with pytest.raises(ssl.SSLCertVerificationError):
        false.there.sealed_line("localhost", false.port, 5, false.authority)
    with pytest.raises(ssl.SSLCertVerificationError):
        false.there.sealed_line("localhost", false.port, 5, None)
    assert not false.lines
    false.close()


def test_the_journal_of_this_machine(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.bind(str(path))
        journal.settimeout(5)
        log = forwarder(f"unix:{path}", Outside(sockets=frozenset({path})), None)
        assert log is not None
        log.tell({"event": "a"})
        assert re.fullmatch(rb'<86>casemgr\[\d+\]: \{"event":"a"\}', journal.recv(4096))


def test_nothing_is_turned_to_that_stands_in_no_setting(receiver: Receiver, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        NOWHERE.line("localhost", receiver.port, 1)
    with pytest.raises(NotAllowed):
        receiver.there.line("127.0.0.1", receiver.port, 1)
    with pytest.raises(NotAllowed):
        receiver.there.beside(tmp_path / "log", 1)
    mail = {
        "SMTP_HOST": "mail.example.vn",
        "SMTP_PORT": "25",
        "SMTP_FROM": "a@b.vn",
        "PUBLIC_URL": "https://a.vn",
    }
    told = {"LOG_TO": "tls://log.example.vn:6514", "CLAMD_SOCKET": "/run/clamd", **mail}
    allowed = from_environment({f"CASEMGR_{name}": value for name, value in told.items()}).outside
    assert allowed.hosts == {("mail.example.vn", 25), ("log.example.vn", 6514)}
    assert allowed.sockets == {Path("/run/clamd")}
    assert from_environment({}).outside == NOWHERE


@pytest.mark.parametrize(
    "address", ["tcp://a:1", "tls://a", "tls://:6514", "unix:log", "a:514", "tls://a:x", "tls://a:1/x"]
)
def test_half_an_address_is_refused(address: str) -> None:
    with pytest.raises(SettingsRefused, match="CASEMGR_LOG_TO"):
        from_environment({"CASEMGR_LOG_TO": address})


def test_the_trail_and_the_log_go_out_and_name_nobody(
    house: HouseUnderTest, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = to(receiver)
    monkeypatch.setattr(house.office, "_forward", app.forwarding_to(log))
    app._logs(log)
    try:
        number = a_case(house)
        client = house.client(Role.COMMUNE_OFFICER)
        client.get(f"/cases/{number}")
        client.post("/children/search", data={"q": "nông minh khang"})
        client.get("/cases/2026-ngoài")
        structlog.get_logger().warning("signature refused", endpoint="x", reason="old")
    finally:
        app._logs(None)
    log.close()
    told = " ".join(receiver.frames)
    assert {"case opened", "children searched", "not found"} <= {
        line.get("action") for line in receiver.lines
    }
    assert any(line["event"] == "signature refused" and line["level"] == "warning" for line in receiver.lines)
    assert number in told
    for word in ("Khang", "khang", "Nông", "Đức", "Nà Tềnh", "Người Thử", "asked", "sealed", "127.0.0.1"):
        assert word not in told, word
