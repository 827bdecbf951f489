"""The second wall: row-level security of PostgreSQL, for a server that connects as a role which owns nothing.

The policies are made from the very conditions of the first wall (`in_scope`), asked on behalf of an actor whose units,
cases and identity are settings of the transaction. So a table, or a reason to see a row, is written down once. What the
first wall cannot catch, a bare statement beside the session, meets them all the same.

An owner of the tables and a superuser walk past every policy: an installation with one database user works as before.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    Uuid,
    and_,
    cast,
    event,
    func,
    inspect,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.orm import Session, SessionTransaction, UOWTransaction

from casemgr.access.actor import Actor
from casemgr.access.bits import Bit
from casemgr.access.permissions import Permission
from casemgr.access.roles import GRANTS, REACH, Reach, Role
from casemgr.access.scope import DeskSession, Scoped, scoped_tables
from casemgr.access.sight import ACCOUNT, CASES, CLIENT, Alike, Extent, Names, Outline
from casemgr.core.db import Model

WEB, BACKUP, SEALER, STATISTICS = "casemgr_rw", "casemgr_backup", "casemgr_sealer", "casemgr_statistics"
ROLES = {
    WEB: "the web servers and commands: reads and writes what an actor may see",
    BACKUP: "backup create: reads everything, writes its line into the trail",
    SEALER: "audit seal: reads the trail, writes its chain",
    STATISTICS: "reads sealed facts and administrative units",
}
_APPENDED = frozenset({"audit_entry", "audit_link"})  # never changed, never deleted
_NAMELESS = frozenset({"case_fact", "item_fact"})
_FACTS = _NAMELESS | {"unit", "unit_change", "unit_list"}
_PLACES = ("unit_id", "incident_unit_id", "handover_unit_id")  # by which a row is seen
_NAMES = Names("cases", "children", "reports")
_CIRCLE = [f"{tie}_{which}" for tie in ("read", "barred") for which in _NAMES]
_SETTINGS = (
    "everything",
    "anywhere",
    "units",
    "numbers",
    "all_numbers",
    "role",
    "cases",
    "children",
    "account",
    "client",
    "entering",
    "sending",
    *_CIRCLE,
)
_TOLD = (*(f"app.{name}" for name in _SETTINGS), "transaction_read_only")
_TELL = "SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in _TOLD)


def _setting(name: str, kind: Any) -> ColumnElement[Any]:
    """A setting of the transaction, read once for each statement; null where it is not set."""
    told = func.nullif(func.current_setting(f"app.{name}", literal(True)), "")
    return cast(select(cast(told, kind)).scalar_subquery(), kind)


class _Anybody(Alike):
    """Whoever the settings say; its conditions hold for every actor."""

    def _bound(self, name: str, kind: Any, *, each: bool) -> ColumnElement[Any]:
        return _setting(name.removeprefix("own_"), kind)

    def covers(self, *columns: Any) -> ColumnElement[bool]:
        inside = (_is_any(column, _setting("units", ARRAY(Integer))) for column in columns)
        return or_(_setting("anywhere", String) == "on", *inside)

    def shared(self, column: Any, key: Any, unit: Any) -> ColumnElement[bool]:
        rows: ColumnElement[bool] = column.in_(select(key).where(self.covers(unit)))
        return rows

    def counts(self, column: Any) -> ColumnElement[bool]:
        every = _setting("all_numbers", String) == "on"
        return or_(every, _is_any(column, _setting("numbers", ARRAY(Integer))))

    def holds(self, *roles: Role) -> ColumnElement[bool]:
        return _setting("role", String).in_([str(role) for role in roles])

    def allows(self, permission: Permission) -> ColumnElement[bool]:
        return self.holds(*(role for role in Role if permission in GRANTS[role]))

    def named_on(self, column: Any) -> ColumnElement[bool]:
        return _is_any(column, _setting("cases", ARRAY(Uuid)))

    def named_on_child(self, column: Any) -> ColumnElement[bool]:
        return _is_any(column, _setting("children", ARRAY(BigInteger)))

    def entered(self, account: Any) -> ColumnElement[bool]:
        return _is(account, "entering")

    def sent(self, client: Any) -> ColumnElement[bool]:
        return _is(client, "sending")

    def may_meet(
        self, table: Any, *ways: ColumnElement[bool], of: Callable[[Any], Any]
    ) -> ColumnElement[bool]:
        which = of(_NAMES)
        kind = ARRAY(BigInteger if which == _NAMES.children else Uuid)
        read, barred = (_is_any(table.id, _setting(f"{tie}_{which}", kind)) for tie in ("read", "barred"))
        met = or_(and_(table.restricted.is_(False), or_(*ways)), self.sent(table.client_id), read)
        return and_(table.shredded_at.is_(None), met, not_(barred))

    def let_in(self, case: Any) -> ColumnElement[bool]:
        return _is_any(case, _setting("read_cases", ARRAY(Uuid)))

    def kept_out(self, case: Any) -> ColumnElement[bool]:
        return _is_any(case, _setting("barred_cases", ARRAY(Uuid)))


def _is(column: Any, setting: str) -> ColumnElement[bool]:
    answer: ColumnElement[bool] = column == _setting(setting, Uuid)
    return answer


def _is_any(column: Any, many: ColumnElement[Any]) -> ColumnElement[bool]:
    answer: ColumnElement[bool] = column == func.any(many)
    return answer


ANYBODY = _Anybody(Outline(units=Extent.FEW, said=frozenset({CASES, ACCOUNT, CLIENT})))


def condition(table: type[Scoped]) -> str:
    """Which rows of a table the actor of the transaction may see or change: the text of its policy."""
    seen = or_(_setting("everything", String) == "on", table.in_scope(ANYBODY))
    asked: Select[Any] = select(literal(1)).select_from(inspect(table).local_table).where(seen)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    whole = str(asked.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    return re.sub(r" AS nullif_\d+", "", whole.partition("\nWHERE ")[2])


def statements() -> Iterator[str]:
    """What the owner of the tables runs to put the wall up, or up again after a change: roles, rights, policies."""
    for role in ROLES:
        yield (
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') "
            f"THEN CREATE ROLE {role} NOLOGIN; END IF; END $$"
        )
    yield from rights()
    yield from policies()


def rights() -> Iterator[str]:
    """What each role may do with each table. The trail is appended to and read, nothing else."""
    tables = [table.name for table in Model.metadata.sorted_tables]
    for role in ROLES:
        yield f"GRANT USAGE ON SCHEMA public TO {role}"
        yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"
    for name in tables:
        acts = "SELECT, INSERT" if name in _APPENDED else "SELECT, INSERT, UPDATE, DELETE"
        yield f'GRANT {acts} ON "{name}" TO {WEB}'
    yield f"GRANT SELECT ON alembic_version TO {WEB}, {BACKUP}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {WEB}"
    for bit in Bit.every:
        yield f"GRANT EXECUTE ON FUNCTION {bit.function} TO {WEB}"
    yield f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {BACKUP}"
    yield f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {BACKUP}"
    yield f"GRANT INSERT ON audit_entry TO {BACKUP}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {BACKUP}"
    yield f"GRANT SELECT ON audit_entry TO {SEALER}"
    yield f"GRANT SELECT, INSERT ON audit_link TO {SEALER}"
    yield "GRANT SELECT ON " + ", ".join(f'"{name}"' for name in sorted(_FACTS)) + f" TO {STATISTICS}"


def policies() -> Iterator[str]:
    """The policies of every table whose rows belong to somebody."""
    for table in scoped_tables():
        name = table.__tablename__
        seen = condition(table)
        yield f'ALTER TABLE "{name}" ENABLE ROW LEVEL SECURITY'
        for policy, what in (
            ("scope_read", f"FOR SELECT TO {WEB} USING ({seen})"),
            ("scope_change", f"FOR UPDATE TO {WEB} USING ({seen}) WITH CHECK ({seen})"),
            ("scope_delete", f"FOR DELETE TO {WEB} USING ({seen})"),
            ("scope_add", f"FOR INSERT TO {WEB} WITH CHECK ({seen})"),
            ("read_whole", f"FOR SELECT TO {BACKUP}, {STATISTICS} USING (true)"),
        ):
            yield f'DROP POLICY IF EXISTS {policy} ON "{name}"'
            yield f'CREATE POLICY {policy} ON "{name}" {what}'


def stands(connection: Connection) -> bool:
    """Whether the policies bind the user of this connection. Asked once for each connection."""
    if connection.dialect.name != "postgresql":
        return False
    known = connection.info.get("second wall")
    if known is None:
        ask = "SELECT coalesce(row_security_active(to_regclass('public.\"case\"')), false)"
        known = connection.info["second wall"] = bool(connection.exec_driver_sql(ask).scalar())
    return known


def hides_rows(connection: Connection) -> bool:
    """Whether a bare statement on this connection would miss rows: a copy made through it would lack them, and not say so."""
    if not stands(connection):
        return False
    ask = f"SELECT pg_has_role(current_user, '{WEB}', 'member')"
    return bool(connection.exec_driver_sql(ask).scalar())


def _told(actor: Actor | None) -> Sequence[str]:
    """The settings of an actor; nobody sees nothing."""
    if actor is None:
        return [""] * len(_SETTINGS)
    enters = actor.role is not None and REACH[actor.role] is Reach.ENTERED
    return [
        "on" if actor.is_the_house else "",
        "on" if actor.units is None else "",
        _array(actor.units or ()),
        _array(actor.counted_units or ()),
        "on" if actor.counted_units is None else "",
        str(actor.role or ""),
        _array(actor.cases),
        _array(actor.children),
        str(actor.account_id or ""),
        str(actor.client_id or ""),
        str(actor.account_id or "") if enters else "",
        str(actor.client_id or "") if enters else "",
        *(_array(ids) for tie in (actor.circle.read, actor.circle.barred) for ids in tie),
    ]


def _array(values: Any) -> str:
    return "{" + ",".join(map(str, sorted(values))) + "}"


@event.listens_for(DeskSession, "after_begin")
def tell_who_acts(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    """Tell the database, for the length of the transaction, who acts; whoever only reads cannot write by any way."""
    if stands(connection):
        only_reads = "off" if session.info.get("writing") else "on"
        connection.exec_driver_sql(_TELL, (*_told(session.info.get("actor")), only_reads))


@contextmanager
def lifted(session: Session) -> Iterator[None]:
    """For the length of a block the transaction sees everything: counting looks at the whole register."""
    if not _bound(session) or _lift(session):
        yield
        return
    try:
        yield
    finally:
        with suppress(DBAPIError, InvalidRequestError):  # it has failed: nothing is seen through it any more
            _lower(session)


@event.listens_for(DeskSession, "before_flush")
def let_go(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    """A row that leaves the actor's sight as it is written (a report for another commune) is written all the same."""
    if not _bound(session):
        return
    info = session.info
    units = info["actor"].units if "actor" in info else None
    if units is not None and not info.get("let go"):
        info["let go"] = any(
            isinstance(row, Scoped)
            and any(vars(row).get(name, 0) not in units for name in _PLACES if name in vars(row))
            for row in (*session.new, *session.dirty)
        )
    if info.get("let go") and not _lift(session):
        info["stands again"] = True


@contextmanager
def let_go_still(session: Session, logs: Iterable[type[Any]]) -> Iterator[None]:
    """What is appended to logs belongs to the rows of the flush before it: where those were let go, so is this.

    Nameless facts are the house's, and in nobody's sight.
    """
    if not session.info.get("let go") and _NAMELESS.isdisjoint(log.__tablename__ for log in logs):
        yield
        return
    with lifted(session):
        yield


@event.listens_for(DeskSession, "after_flush")
def stand_again(session: Session, _context: UOWTransaction) -> None:
    """What was let go is out of sight again."""
    if session.info.pop("stands again", False):
        _lower(session)


def _bound(session: Session) -> bool:
    """Whether somebody sits here whom the policies bind. The house is shown everything as it sits down."""
    if session.get_bind().dialect.name != "postgresql" or not stands(session.connection()):
        return False
    actor = session.info.get("actor")
    return actor is None or not actor.is_the_house


def _lift(session: Session) -> bool:
    """Let the transaction see everything; gives whether it did before."""
    ask = "SELECT current_setting('app.everything', true), set_config('app.everything', 'on', true)"
    return bool(session.connection().exec_driver_sql(ask).scalar() == "on")


def _lower(session: Session) -> None:
    session.connection().exec_driver_sql("SELECT set_config('app.everything', '', true)")
