"""What lies under keys that were replaced, brought under the new ones in small portions while everybody works.

Each portion is read and sealed anew before its writer takes a place in the line, and written only where nobody changed
the row meanwhile. So it can be killed at any moment and begun again, and two of them cannot harm one another.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_, select

from casemgr.access.desk import Desk, Office
from casemgr.accounts.models import ApiClient, Factor
from casemgr.cli.door import who
from casemgr.core.db import Lies, swap
from casemgr.indicators.models import CaseFact, ItemFact
from casemgr.proceedings.models import ProceedingToken
from casemgr.safeguards.models import DeclaredMark, PersonMark
from casemgr.security.keys import Keyring, KeyState, Purpose
from casemgr.security.parts import (
    RecordKey,
    fact_context,
    factor_context,
    small_context,
    token_context,
)
from casemgr.security.sealing import Wrapper, shared_head

PORTION = 4000  # a writer holds the turn for some fifty milliseconds
_HEAD = len(shared_head(0))


@dataclass(frozen=True)
class SharedColumn:
    """A column whose rows are sealed under one shared key, and what each row is bound to."""

    model: Any
    key: str
    column: str
    purpose: Purpose
    bound: tuple[str, ...]
    context: Callable[..., bytes]

    @property
    def name(self) -> str:
        return f"{self.model.__tablename__}.{self.column}"

    @property
    def sealed(self) -> Any:
        return getattr(self.model, self.column)


SHARED = (
    SharedColumn(CaseFact, "seq", "sealed", Purpose.FACTS, ("case_id",), fact_context),
    SharedColumn(ItemFact, "seq", "sealed", Purpose.FACTS, ("item_id",), fact_context),
    *(
        SharedColumn(
            model,
            "id",
            "posting",
            Purpose.INDEX_POSTING,
            ("token",),
            lambda token: small_context(Purpose.INDEX_POSTING, token_context(token)),
        )
        for model in (ProceedingToken, DeclaredMark, PersonMark)
    ),
    SharedColumn(
        ApiClient,
        "id",
        "key_sealed",
        Purpose.CLIENT,
        ("name",),
        lambda name: small_context(Purpose.CLIENT, name.encode()),
    ),
    SharedColumn(
        Factor,
        "id",
        "secret_sealed",
        Purpose.CLIENT,
        ("account_id", "id"),
        lambda *bound: small_context(Purpose.CLIENT, factor_context(*bound)),
    ),
)


@dataclass(frozen=True)
class Kind:
    """Rows that are wrapped or sealed under keys of one purpose."""

    name: str
    purpose: Purpose
    model: Any
    key: str
    column: str
    bound: tuple[str, ...]
    anew: Callable[[Wrapper, Any], Mapping[str, Any]]
    opens: Callable[[Wrapper, Any], object]

    def rows(self, more: ColumnElement[bool], after: Any) -> Any:
        """Rows that answer a condition, in the order in which they lie, after one of them."""
        at = Lies(self.model)
        columns = [at.label("at"), getattr(self.model, self.key).label("key")]
        columns.append(getattr(self.model, self.column).label("sealed"))
        columns += [getattr(self.model, name) for name in self.bound]
        statement = select(*columns).where(more).order_by(at)
        return statement if after is None else statement.where(at > after)

    def under(self, number: int) -> ColumnElement[bool]:
        """Whether a row lies under the key of a number."""
        if self.model is RecordKey:
            return RecordKey.kek_id == number
        column = getattr(self.model, self.column)
        return func.substr(column, 1, _HEAD) == literal(shared_head(number), column.type)


def _record_key_anew(wrapper: Wrapper, row: Any) -> Mapping[str, Any]:
    number, wrapped = wrapper.rewrapped(row.key, row.generation, row.sealed)
    return {"at": row.at, "old": row.sealed, "wrapped": wrapped, "kek_id": number}


def _kind(column: SharedColumn) -> Kind:
    def bound(row: Any) -> bytes:
        return column.context(*(getattr(row, name) for name in column.bound))

    def anew(wrapper: Wrapper, row: Any) -> Mapping[str, Any]:
        sealed = wrapper.resealed(column.purpose, bound(row), row.sealed)
        return {"at": row.at, "old": row.sealed, column.column: sealed}

    return Kind(
        column.name,
        column.purpose,
        column.model,
        column.key,
        column.column,
        column.bound,
        anew,
        lambda wrapper, row: wrapper.open_shared([(bound(row), row.sealed)]),
    )


KINDS: tuple[Kind, ...] = (
    Kind(
        "record_key.wrapped",
        Purpose.KEK,
        RecordKey,
        "record",
        "wrapped",
        ("generation", "kek_id"),
        _record_key_anew,
        lambda wrapper, row: wrapper.unwrap(row.key, row.generation, row.sealed),
    ),
    *(_kind(column) for column in SHARED),
)


def retired(ring: Keyring, purpose: Purpose) -> list[int]:
    """The numbers of the keys of a purpose that were replaced and still open."""
    return [key.id for key in ring.all() if key.purpose is purpose and key.state is KeyState.DECRYPT_ONLY]


def counted(desk: Desk, ring: Keyring) -> dict[int, int]:
    """How many rows lie under each key that still opens."""
    found: dict[int, int] = {}
    for kind in KINDS:
        for key in ring.all():
            if key.purpose is kind.purpose:
                statement = select(func.count()).select_from(kind.model).where(kind.under(key.id))
                found[key.id] = found.get(key.id, 0) + (desk.session.scalar(statement) or 0)
    return found


def waiting(desk: Desk, ring: Keyring, kind: Kind) -> int:
    """How many rows of a kind lie under keys that were replaced."""
    old = retired(ring, kind.purpose)
    if not old:
        return 0
    below = or_(*(kind.under(number) for number in old))
    return desk.session.scalar(select(func.count()).select_from(kind.model).where(below)) or 0


def reseal(office: Office, kind: Kind, *, told: Callable[[int], None] = lambda _: None) -> int:
    """Bring every row of a kind under its active key; gives how many this call changed. May be repeated at any time."""
    changed = 0
    wrapper = Wrapper(office.ring)
    while True:
        before = changed
        for rows in _portions(office, kind):
            renewed = [kind.anew(wrapper, row) for row in rows]
            with office.open(who(), lasting=False) as desk:
                changed += swap(desk.session, kind.model, kind.column, renewed)
            told(changed)
        if (
            changed == before
        ):  # a whole walk found nothing left, not even from a colleague who was slow to notice
            return changed


def _portions(office: Office, kind: Kind) -> Iterator[Any]:
    after = None
    while True:
        old = retired(office.ring, kind.purpose)
        if not old:
            return
        with office.open(who(), writing=False) as desk:
            below = or_(*(kind.under(number) for number in old))
            rows = desk.session.execute(kind.rows(below, after).limit(PORTION)).all()
        if not rows:
            return
        yield rows
        after = rows[-1].at
