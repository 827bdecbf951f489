"""Opening what is sealed, finding a child, and walking the audit trail."""

import time
from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import func, inspect, select

from bench import data, machine
from bench.machine import Result
from bench.stand import Stand, atlas_of, office_of
from casemgr.access.actor import Actor, command
from casemgr.access.desk import Office
from casemgr.access.roles import GRANTS, Role
from casemgr.children import queries as children
from casemgr.children import rules
from casemgr.children.models import Child
from casemgr.core.db import Model
from casemgr.core.text import fold
from casemgr.oversight import actions as oversight
from casemgr.places import rules as place_rules
from casemgr.places.atlas import Atlas
from casemgr.security import audit
from casemgr.security.audit import AuditEntry
from casemgr.security.parts import sealed_parts_of
from casemgr.security.verifying import verify

_PORTION = 2000
_MOST_CARDS = 1_000_000
_NAMES = 40


def searched(made: Stand, *, repeats: int) -> Sequence[Result]:
    """A name looked for in one commune."""
    app = made.app()
    with app.app_context():
        office = office_of(app)
        results = [_search(made, office, atlas_of(app), repeats)]
        office.engine.dispose()
    return results


def opened(made: Stand) -> Sequence[Result]:
    """Every card of the country opened."""
    app = made.app()
    with app.app_context():
        office = office_of(app)
        results = [_cards(made, office)]
        office.engine.dispose()
    return results


def _search(made: Stand, office: Office, atlas: Atlas, repeats: int) -> Result:
    """An officer looks for children of the commune by a whole name without marks; each must be found."""
    unit = data.seats(atlas)[0].unit
    day = unit.valid_from
    officer = Actor(
        id="account:bench",
        role=Role.COMMUNE_OFFICER,
        permissions=GRANTS[Role.COMMUNE_OFFICER],
        unit_id=unit.id,
        units=place_rules.reach(atlas, unit, day),
    )
    with office.open(officer, writing=False) as desk:
        there = desk.session.scalar(select(func.count()).select_from(Child)) or 0
        rows = desk.all(select(Child).order_by(Child.id).limit(_NAMES * 3))
        names = [row.card.name for row in rows if row.card is not None and row.card.name][:_NAMES]
        desk.readings.clear()
    times, hits, floor = [], 0, []
    for name in names * max(1, repeats // 3):
        began = time.perf_counter()
        with office.open(officer, writing=False) as desk:
            found = children.find(desk, rules.wanted(fold(name)))
            hits += any(hit.child.card is not None and hit.child.card.name == name for hit in found.hits)
            desk.readings.clear()
        times.append(time.perf_counter() - began)
        began = time.perf_counter()
        with office.engine.connect() as connection:
            connection.execute(
                select(Child.__table__.c.id, Child.__table__.c.card_sealed).where(
                    Child.__table__.c.unit_id.in_(officer.units or ())
                )
            ).all()
        floor.append(time.perf_counter() - began)
    told = {"recall": round(hits / len(times), 4), "children": there}
    return Result(
        "search_commune",
        made.engine,
        there,
        machine.median(times),
        machine.p95(times),
        machine.p95(floor),
        told,
    )


def _cards(made: Stand, office: Office) -> Result:
    """All cards, portion by portion, each with its own key; the floor is one bare decryption for each key and card."""
    count = 0
    taken = 0.0
    last = 0
    with office.open(command("bench"), writing=False) as desk:
        while count < _MOST_CARDS:
            portion = desk.all(select(Child).where(Child.id > last).order_by(Child.id).limit(_PORTION))
            if not portion:
                break
            last = portion[-1].id
            began = time.perf_counter()
            desk.safe.fetch_keys(row.id for row in portion)
            count += sum(row.card is not None for row in portion)
            taken += time.perf_counter() - began
            desk.session.expunge_all()
            desk.safe._keys.clear()
    secret, nonce, plain = bytes(32), bytes(12), bytes(128)
    sealed = AESGCM(secret).encrypt(nonce, plain, b"context")
    began = time.perf_counter()
    for _ in range(2 * count):
        AESGCM(secret).decrypt(nonce, sealed, b"context")
    floor = time.perf_counter() - began
    told = {"per_second": round(count / taken)}
    return Result(
        "open_cards", made.engine, count, round(taken * 1000, 1), None, round(floor * 1000, 1), told
    )


def trail(made: Stand, *, repeats: int) -> Sequence[Result]:
    """The whole audit trail walked and found whole; the floor is reading its rows."""
    app = made.app()
    with app.app_context():
        office = office_of(app)
        result = _verified(made, office, "audit_verify", repeats, [AuditEntry], parts=False)
        office.engine.dispose()
    return [result]


def parts(made: Stand, *, repeats: int) -> Sequence[Result]:
    """The same with the digest of every sealed part, as `audit verify` does it; the floor reads those rows as well.

    What was invented past the actions is told of first, by the command that takes old parts into the trail.
    """
    app = made.app()
    with app.app_context():
        office = office_of(app)
        with office.open(command("bench")) as desk:
            told = oversight.take_in(desk)
        office.chain_trail()
        sealed = [one.class_ for one in Model.registry.mappers if sealed_parts_of(one.class_)]
        result = _verified(
            made, office, "audit_verify_parts", repeats, [AuditEntry, *sealed], parts=True, told=told
        )
        office.engine.dispose()
    return [result]


def _verified(
    made: Stand, office: Office, name: str, repeats: int, read: Sequence[type], *, parts: bool, told: int = 0
) -> Result:
    times, floor, busy, entries = [], [], [], 0
    for _ in range(repeats):
        with office.open(command("bench"), writing=False) as desk:
            entries = audit.counted(desk.session)
            began, ran = time.perf_counter(), machine.ours()
            faults = list(verify(desk.trail, desk.session, parts=parts))
            times.append(time.perf_counter() - began)
            busy.append(machine.ours() - ran)
        if faults:
            raise RuntimeError(f"The audit trail of the benchmark is not whole: {faults[:3]}")
        began = time.perf_counter()
        with office.engine.connect() as connection:
            for model in read:
                connection.execute(select(inspect(model).local_table)).all()
        floor.append(time.perf_counter() - began)
    more = {"cpu_ms": machine.median(busy), **({"parts": told} if parts else {})}
    return Result(
        name, made.engine, entries, machine.median(times), machine.p95(times), machine.median(floor), more
    )
