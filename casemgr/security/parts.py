"""Sealed parts: what models use to keep a group of facts closed, and the safe that opens them for a desk.

A part is a frozen value. It is stored as one ciphertext, bound to its table, row, part and key generation. The data key
belongs to the record (a child, a report, a case); shredding that one key closes every part for ever.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar, overload
from uuid import UUID

from cattrs.preconf.json import make_converter
from sqlalchemy import Integer, LargeBinary, SmallInteger, delete, select
from sqlalchemy import inspect as object_state
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from casemgr.core.conditions import OneOfMany
from casemgr.core.db import Model
from casemgr.core.errors import Unavailable
from casemgr.core.prepared import Open
from casemgr.security import chunks, sealing
from casemgr.security.keys import Keyring, Purpose
from casemgr.security.tokens import Index

Value = TypeVar("Value")
_codec = make_converter(omit_if_default=True)
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
CARD_BLOCK, PART_BLOCK = 128, 1024
_WORDS_BLOCK = 64
_READ_IN = "_read_in"
_FACT = sealing.lp(b"fact", bytes(16))[:-16]  # all that comes before the sixteen bytes of a case


class RecordKey(Model):
    """The wrapped data key of one record. Destroying this row closes the record for ever."""

    __tablename__ = "record_key"
    open_because = (
        "wrapped keys are useless without the keyring and are asked for only by records already in scope"
    )

    record: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    generation: Mapped[int] = mapped_column(SmallInteger, default=1)
    kek_id: Mapped[int] = mapped_column(Integer)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary(128))


_KEYS = Open(
    RecordKey,
    select(RecordKey.record, RecordKey.generation, RecordKey.wrapped).where(
        OneOfMany(RecordKey.record, "records", LargeBinary())
    ),
)


def encode(value: object) -> bytes:
    """A part's value as compact canonical bytes."""
    return _written(_codec.unstructure(value)).encode()


def decode(kind: type[Value], plain: bytes) -> Value:
    """A part's value from its bytes."""
    return _codec.structure(json.loads(plain.decode()), kind)


@dataclass(frozen=True, eq=False)
class SealedPart(Generic[Value]):
    """A group of facts that is read together and needs the same right. It cannot be compared or sorted in a query."""

    kind: type[Value]
    column: str
    name: str
    record: str = "id"
    row: str = "id"
    block: int = PART_BLOCK

    @overload
    def __get__(self, instance: None, owner: type) -> "SealedPart[Value]": ...
    @overload
    def __get__(self, instance: object, owner: type) -> Value | None: ...
    def __get__(self, instance: Any, owner: type) -> "Value | SealedPart[Value] | None":
        if instance is None:
            return self
        sealed = getattr(instance, self.column)
        if sealed is None:
            return None
        kept = instance.__dict__.get(f"_opened_{self.name}")
        if kept is not None and kept[0] is sealed:
            return kept[1]  # type: ignore[no-any-return]
        value = _safe_of(instance).open(instance, self, sealed)
        instance.__dict__[f"_opened_{self.name}"] = (sealed, value)
        return value

    def __set__(self, instance: Any, value: object) -> NoReturn:
        raise TypeError(f"{self.name} is sealed: write it with desk.seal(row, {self.name}=...).")

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError(f"{self.name} is sealed: it cannot be compared or sorted in a query.")

    __eq__ = __ne__ = __lt__ = __gt__ = __le__ = __ge__ = _refuse
    __hash__ = object.__hash__

    def __clause_element__(self) -> NoReturn:
        self._refuse()


def sealed_part(
    name: str,
    kind: type[Value],
    *,
    column: str | None = None,
    record: str = "id",
    row: str = "id",
    block: int = PART_BLOCK,
) -> SealedPart[Value]:
    """Declare a sealed part over a bytes column of the same row (by default the column `_<name>`)."""
    return SealedPart(kind, column or f"_{name}", name, record, row, block)


def sealed_column(name: str) -> Mapped[bytes | None]:
    """The column that holds a part's ciphertext."""
    return mapped_column(f"{name}_sealed", LargeBinary, nullable=True)


class Safe:
    """Opens and seals for one desk; knows the data keys that this desk has already used."""

    def __init__(self, ring: Keyring, session: Session) -> None:
        self._wrapper = sealing.Wrapper(ring)
        self.index = Index(ring)
        self._session = session
        self._keys: dict[bytes, tuple[int, bytes]] = {}
        self._made: list[dict[str, object]] = []
        self._sealed: dict[tuple[int, str], tuple[Any, SealedPart[Any], bytes | None]] = {}
        self._rewritten: set[tuple[str, bytes]] = set()

    def new_keys(self) -> Sequence[Mapping[str, object]]:
        """Rows of the wrapped keys made since this was last asked, to be written with what is sealed under them."""
        made, self._made = self._made, []
        return made

    def seal(self, row: Any, **values: object) -> None:
        """Write sealed parts of a row; None empties a part."""
        for name, value in values.items():
            part: SealedPart[Any] = getattr(type(row), name)
            self._sealed.setdefault((id(row), name), (row, part, getattr(row, part.column)))
            self._rewritten.add((row.__tablename__, _row(row, part)))
            if value is None:
                setattr(row, part.column, None)
                continue
            if not isinstance(value, part.kind):
                raise TypeError(f"{name} takes a {part.kind.__name__}.")
            generation, secret = self._key(_record(row, part), make=True)
            sealed = sealing.seal_part(
                secret, _context(row, part, generation), generation, encode(value), part.block
            )
            setattr(row, part.column, sealed)
            row.__dict__[f"_opened_{name}"] = (sealed, value)

    def has_rewritten(self, row: Any) -> bool:
        """Whether any part of a row was written at this desk."""
        return (row.__tablename__, sealing.record_bytes(row.id)) in self._rewritten

    def written(self) -> list[list[str]]:
        """What the trail is told of the parts written since this was last asked: which, what stood there, what stands now.

        A row that was sealed and not yet written waits; one that was thrown away is never told of.
        """
        told = []
        for key, (row, part, before) in list(self._sealed.items()):
            if not object_state(row).persistent:
                continue
            del self._sealed[key]
            after = getattr(row, part.column)
            if after is not before:
                told.append(
                    trace(row.__tablename__, _row(row, part), part.name, digest(before), digest(after))
                )
        return told

    def open(self, row: Any, part: SealedPart[Value], sealed: bytes) -> Value:
        return self._opened(part, row.__tablename__, _row(row, part), _record(row, part), sealed)

    def open_of(
        self, part: SealedPart[Value], model: Any, key: UUID | int, sealed: bytes | None
    ) -> Value | None:
        """Open a part that was read without its row, of a record that is its own: a list needs nothing else."""
        record = sealing.record_bytes(key)
        return None if sealed is None else self._opened(part, model.__tablename__, record, record, sealed)

    def _opened(self, part: SealedPart[Value], table: str, row: bytes, record: bytes, sealed: bytes) -> Value:
        generation, secret = self._key(record)
        if sealing.generation_of(sealed) != generation:
            raise sealing.SealBroken("A part is of another generation than its record's key.")
        context = sealing.part_context(table, row, part.name, generation)
        return decode(part.kind, sealing.open_part(secret, context, sealed))

    def seal_file(self, record: UUID, name: str, plain: Iterable[bytes]) -> Iterator[bytes]:
        """The sealed chunks of one of a record's files, made as they are asked for."""
        generation, secret = self._key(record.bytes, make=True)
        return chunks.seal(secret, file_context(record, name, generation), generation, plain)

    def open_file(self, record: UUID, name: str, sealed: Iterable[bytes]) -> Iterator[bytes]:
        """One of a record's files from its chunks, as they are handed in; they need not be there yet."""
        generation, secret = self._key(record.bytes)
        return chunks.open_(secret, file_context(record, name, generation), generation, sealed)

    def shred(self, record: UUID) -> None:
        """Destroy the key of a record: nothing of it opens any more, here or in a backup whose key is gone."""
        self._session.execute(delete(RecordKey).where(RecordKey.record == record.bytes))
        self._keys.pop(record.bytes, None)

    def fetch_keys(self, records: Iterable[UUID | int]) -> None:
        """Fetch the data keys of many records at once, before a list is shown."""
        wanted = {sealing.record_bytes(record) for record in records} - self._keys.keys()
        if not wanted:
            return
        for record, generation, wrapped in _KEYS.rows(self._session, records=list(wanted)):
            self._keys[record] = (generation, self._wrapper.unwrap(record, generation, wrapped))

    def keyed(self, record: UUID | int, digest: bytes) -> bytes:
        """A digest that can be compared only by whoever can open the record: nobody can try names against it."""
        _generation, secret = self._key(sealing.record_bytes(record))
        return hmac.new(secret, b"digest" + digest, hashlib.sha256).digest()

    def tokens(self, *pieces: str) -> tuple[int, ...]:
        """Keyed marks of a value under every usable key, the active one first. Never of a single word or a year."""
        return self._wrapper.tokens(*pieces)

    def seal_posting(self, token: int, plain: bytes) -> bytes:
        """Seal what a token points to, bound to the token."""
        return self.seal_small(Purpose.INDEX_POSTING, token_context(token), plain)

    def open_posting(self, token: int, sealed: bytes) -> bytes:
        """What a token points to."""
        return self.open_small(Purpose.INDEX_POSTING, token_context(token), sealed)

    def seal_fact(self, case_id: UUID, blob: bytes) -> bytes:
        """Seal one nameless fact row under the facts key, bound to its case."""
        return self._wrapper.seal_shared(Purpose.FACTS, fact_context(case_id), blob)

    def open_facts(self, rows: Iterable[tuple[UUID | bytes, bytes]]) -> list[bytes]:
        """Open many fact rows."""
        return self._wrapper.open_shared((fact_context(case_id), sealed) for case_id, sealed in rows)

    def seal_facts_apart(self, context: bytes, plain: Iterable[bytes]) -> Iterator[bytes]:
        """Seal many facts outside the database: first a key of their own, wrapped under the facts key, then their pieces."""
        secret = secrets.token_bytes(32)
        yield self.seal_small(Purpose.FACTS, context, secret)
        yield from chunks.seal(secret, small_context(Purpose.FACTS, context), 1, plain)

    def open_facts_apart(self, context: bytes, sealed: Iterable[bytes]) -> Iterator[bytes]:
        """The pieces as they were; SealBroken at the first that is not, or at once where the facts key was replaced."""
        rest = iter(sealed)
        wrapped = next(rest, b"")
        if not self._wrapper.is_current(Purpose.FACTS, wrapped):
            raise sealing.SealBroken("These facts do not lie under the key of today.")
        secret = self.open_small(Purpose.FACTS, context, wrapped)
        yield from chunks.open_(secret, small_context(Purpose.FACTS, context), 1, rest)

    def seal_small(self, purpose: Purpose, context: bytes, plain: bytes) -> bytes:
        """Seal a small secret that belongs to no record (an API client's key, a search text)."""
        return self._wrapper.seal_shared(purpose, small_context(purpose, context), plain)

    def open_small(self, purpose: Purpose, context: bytes, sealed: bytes) -> bytes:
        return self._wrapper.open_shared([(small_context(purpose, context), sealed)])[0]

    def seal_words(self, actor: str, words: str) -> bytes:
        """Seal what somebody searched for, bound to them; its length does not tell."""
        return self.seal_small(Purpose.AUDIT_QUERY, actor.encode(), sealing.pad(words.encode(), _WORDS_BLOCK))

    def open_words(self, actor: str, sealed: bytes) -> str:
        """What somebody searched for."""
        return sealing.unpad(self.open_small(Purpose.AUDIT_QUERY, actor.encode(), sealed)).decode()

    def seal_client_key(self, name: str, key: bytes) -> bytes:
        """Seal the signing key of an API client, bound to its name."""
        return self.seal_small(Purpose.CLIENT, name.encode(), key)

    def open_client_key(self, name: str, sealed: bytes) -> bytes:
        """The signing key of an API client."""
        return self.open_small(Purpose.CLIENT, name.encode(), sealed)

    def seal_factor(self, account: UUID, factor: UUID, secret: bytes) -> bytes:
        """Seal the secret of a second proof, bound to its person and to its row."""
        return self.seal_small(Purpose.CLIENT, factor_context(account, factor), secret)

    def open_factor(self, account: UUID, factor: UUID, sealed: bytes) -> bytes:
        """The secret of a second proof."""
        return self.open_small(Purpose.CLIENT, factor_context(account, factor), sealed)

    def _key(self, record: bytes, *, make: bool = False) -> tuple[int, bytes]:
        known = self._keys.get(record)
        if known is not None:
            return known
        found = _KEYS.rows(self._session, records=[record]) if not make or not self._is_new(record) else ()
        if found:
            _record, generation, wrapped = found[0]
            known = (generation, self._wrapper.unwrap(record, generation, wrapped))
        elif make:
            known = (1, secrets.token_bytes(32))
            kek_id, wrapped = self._wrapper.wrap(record, 1, known[1])
            row = {"record": record, "generation": 1, "kek_id": kek_id, "wrapped": wrapped}
            self._made.append(row)
        else:
            raise Unavailable("The key of this record is gone.")
        self._keys[record] = known
        return known

    def begins(self, record: UUID | int) -> None:
        """Say that a record is being born at this desk, so that its key need not be looked for."""
        self._session.info.setdefault("born", set()).add(sealing.record_bytes(record))

    def is_born(self, record: UUID | int) -> bool:
        """Whether a record was born at this desk: nobody else has seen it yet."""
        return self._is_new(sealing.record_bytes(record))

    def _is_new(self, record: bytes) -> bool:
        return record in self._session.info.get("born", ())


def named(record: UUID | int) -> bytes:
    """The sixteen bytes by which the key of a record is found."""
    return sealing.record_bytes(record)


def digest(sealed: bytes | None) -> str:
    """How an entry of the trail names a ciphertext; nothing for a part that is empty."""
    return "" if sealed is None else hashlib.sha256(sealed).hexdigest()


def trace(table: str, row: bytes, part: str, before: str, after: str) -> list[str]:
    """One sealed part in an entry of the trail. Sixteen letters are enough to name what stood there before."""
    return [table, row.hex(), part, before[:16], after]


def gone(table: str, row: UUID | int, part: str) -> list[str]:
    """A sealed part that was taken away with its row."""
    return trace(table, sealing.record_bytes(row), part, "", "")


def _record(row: Any, part: SealedPart[Any]) -> bytes:
    return sealing.record_bytes(getattr(row, part.record))


def _row(row: Any, part: SealedPart[Any]) -> bytes:
    return sealing.record_bytes(getattr(row, part.row))


def _context(row: Any, part: SealedPart[Any], generation: int) -> bytes:
    return sealing.part_context(row.__tablename__, _row(row, part), part.name, generation)


def file_context(record: UUID, name: str, generation: int) -> bytes:
    """What the chunks of a file are bound to: the record, and which of its files it is."""
    return sealing.part_context("file", record.bytes, name, generation)


def token_context(token: int) -> bytes:
    """What a posting is bound to: its token."""
    return token.to_bytes(8, "big", signed=True)


def small_context(purpose: Purpose, context: bytes) -> bytes:
    """What a small secret is bound to."""
    return sealing.lp(purpose.encode(), context)


def factor_context(account: UUID, factor: UUID) -> bytes:
    """What the secret of a second proof is bound to: its person and its row."""
    return b"factor:" + account.bytes + factor.bytes


def fact_context(case_id: UUID | bytes) -> bytes:
    """What a fact is bound to: its case."""
    return _FACT + (case_id if isinstance(case_id, bytes) else case_id.bytes)


def read_in(session: Session, row: Value) -> Value:
    """Tell a row that no session follows where it was read: there its sealed parts can be opened."""
    row.__dict__[_READ_IN] = session
    return row


def _safe_of(row: object) -> Safe:
    session = object_session(row) or row.__dict__.get(_READ_IN)
    safe = session.info.get("safe") if session is not None else None
    if not isinstance(safe, Safe):
        raise Unavailable("A sealed part can be opened at a desk only.")
    return safe


def sealed_parts_of(model: type) -> Sequence[SealedPart[Any]]:
    """The sealed parts a model declares, for tests and for re-sealing."""
    return [part for part in vars(model).values() if isinstance(part, SealedPart)]
