"""The composition root: settings in, application out, doors sealed last."""

import hashlib
import hmac
import json
import logging
import os
import secrets
from collections.abc import Callable
from functools import partialmethod
from pathlib import Path

import structlog
from flask import Flask
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Engine, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from casemgr import cli, frame
from casemgr.access.desk import Office
from casemgr.accounts import drafts
from casemgr.accounts import queries as accounts
from casemgr.accounts import views as accounts_views
from casemgr.assessment import views as assessment_views
from casemgr.cases import queries as cases
from casemgr.checks import views as checks_views
from casemgr.circumstances import views as circumstances_views
from casemgr.cli.door import of_the_machine, sentence
from casemgr.cli.schema import unanswered
from casemgr.core.clock import clock_from
from casemgr.core.db import WriteTurn, db, prepare
from casemgr.core.errors import ExpectedError, Unavailable
from casemgr.core.forwarding import ERROR, INFO, WARNING, Forwarder, forwarder, of_trail
from casemgr.documents import views as documents_views
from casemgr.dossier import views as dossier_views
from casemgr.exchange import api
from casemgr.exports import views as exports_views
from casemgr.files import views as files_views
from casemgr.guidance import views as guidance_views
from casemgr.handovers import actions as handovers
from casemgr.handovers import views as handovers_views
from casemgr.indicators import following, projection
from casemgr.indicators import views as indicators_views
from casemgr.indicators.hotline import views as hotline_views
from casemgr.indicators.supplied import views as supplied_views
from casemgr.intake import views as intake_views
from casemgr.intervention.care import views as care_views
from casemgr.intervention.emergency import views as emergency_views
from casemgr.intervention.meeting import views as meeting_views
from casemgr.intervention.plan import views as plan_views
from casemgr.intervention.services import views as services_views
from casemgr.lawbook import views as lawbook_views
from casemgr.legislation import queries as legislation
from casemgr.lives import views as lives_views
from casemgr.notices import views as notices_views
from casemgr.oversight import views as oversight_views
from casemgr.places import views as places_views
from casemgr.privacy import views as privacy_views
from casemgr.proceedings import views as proceedings_views
from casemgr.providers import views as providers_views
from casemgr.reporting import views as reporting_views
from casemgr.retention import views as retention_views
from casemgr.review import views as review_views
from casemgr.safeguards import actions as safeguards
from casemgr.safeguards import views as safeguards_views
from casemgr.search import views as search_views
from casemgr.security import keyfile, keys, sealing
from casemgr.security.audit import Told
from casemgr.security.parts import RecordKey
from casemgr.settings import Mode, Settings, from_environment
from casemgr.web import arrival, errors, headers, login, origin, pages, proxy, sessions, uploads, words
from casemgr.web import drafts as web_drafts
from casemgr.web.pace import Pace
from casemgr.web.room import House, enter, seal

_ROOT = Path(__file__).parent.parent
_ROOMS = (
    accounts_views.room,
    places_views.room,
    providers_views.room,
    circumstances_views.room,
    guidance_views.room,
    dossier_views.room,
    search_views.room,
    intake_views.room,
    proceedings_views.room,
    assessment_views.room,
    emergency_views.room,
    care_views.room,
    meeting_views.room,
    plan_views.room,
    services_views.room,
    review_views.room,
    handovers_views.room,
    documents_views.room,
    files_views.room,
    lives_views.room,
    indicators_views.room,
    hotline_views.room,
    supplied_views.room,
    checks_views.room,
    reporting_views.room,
    oversight_views.room,
    lawbook_views.room,
    privacy_views.room,
    exports_views.room,
    notices_views.room,
    safeguards_views.room,
    retention_views.room,
)


def started() -> Flask:
    """The application of this environment, or one plain sentence on standard error and the end."""
    try:
        return build()
    except ExpectedError as refused:
        raise SystemExit(sentence(refused)) from None
    except OSError as error:
        raise SystemExit(of_the_machine(error)) from None
    except DBAPIError as error:
        raise SystemExit(unanswered(error)) from None


def build(settings: Settings | None = None, *, ring: keys.Keyring | None = None) -> Flask:
    """Put everything together, or refuse to start with one plain sentence."""
    settings = settings or from_environment()
    app = Flask(
        "casemgr", static_folder=str(_ROOT / "casemgr" / "static"), template_folder=str(_ROOT / "templates")
    )
    _make_folder(settings)
    app.config.update(_configuration(settings))
    db.init_app(app)
    Migrate(app, db, directory=str(_ROOT / "migrations"), render_as_batch=True)
    with app.app_context():
        engine = db.engine
    if settings.sqlite_path is not None:
        _keep_private(settings.sqlite_path)
    prepare(engine)
    if ring is None:
        try:
            ring, app.extensions["keyfile"] = _ring(settings, engine)
        except BaseException:
            engine.dispose()  # a refused start leaves no connection behind
            raise
    session_secret = _derived(ring, b"session cookies")
    app.config["SECRET_KEY"] = session_secret
    log = forwarder(settings.log_to, settings.outside, settings.log_authority)
    office = Office(
        engine,
        clock_from(settings.now),
        ring,
        turn=WriteTurn(settings.sqlite_path.with_suffix(".turn")) if settings.sqlite_path else None,
        closers=(handovers.end_with_case, projection.refresh, safeguards.watch),
        law=legislation.rulebook,
        forward=None if log is None else forwarding_to(log),
    )
    following.settle(office, settings.data_dir)
    _logs(log)
    secure = settings.mode is Mode.PRODUCTION
    house = House(
        office=office,
        cookie=settings.cookie,
        secure=secure,
        demo=settings.demo,
        session_secret=session_secret,
        resolve=accounts.resolver(office, cases.named, demo=settings.demo),
        describe=frame.describe,
        drafts=drafts.Keeper(office),
        pace=Pace() if secure else None,
    )
    if settings.trusted_proxy:
        proxy.believe(app, settings.trusted_proxy)
    app.extensions["settings"] = settings
    arrival.install(app, strict=secure, public_url=settings.public_url)
    enter(app, house)
    app.session_interface = sessions.TokenSessions(settings.cookie, session_secret)
    pages.install(app)
    words.install(app)
    uploads.install(app)
    origin.install(app)
    CSRFProtect(app)
    login.install(app)
    web_drafts.install(app, secure=secure)
    headers.install(app, secure=secure)
    errors.install(app)
    for room in _ROOMS:
        app.register_blueprint(room)
    api.install(app)
    cli.install(app)
    seal(app)
    return app


def _configuration(settings: Settings) -> dict[str, object]:
    """What Flask and its extensions read."""
    return {
        "SQLALCHEMY_DATABASE_URI": settings.database_url.replace("postgresql://", "postgresql+psycopg://", 1),
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_CHECK_DEFAULT": True,
        "WTF_CSRF_SSL_STRICT": False,  # it asks for a Referer; where a form came from is asked in casemgr/web/origin.py
        "SESSION_COOKIE_SECURE": settings.mode is Mode.PRODUCTION,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SEND_FILE_MAX_AGE_DEFAULT": 31536000,
    }


def _engine_options(settings: Settings) -> dict[str, object]:
    both = {
        "pool_use_lifo": True,  # whoever was here last still has the pages and statements at hand
        "hide_parameters": True,  # an error says what was asked, never with which values
    }
    if settings.sqlite_path is not None:
        args = {"check_same_thread": False}
        return {**both, "pool_size": settings.threads + 4, "max_overflow": 8, "connect_args": args}
    return {**both, "pool_size": settings.threads, "max_overflow": 4}


def _make_folder(settings: Settings) -> None:
    """The data directory, made where there is none."""
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Unavailable(f"The data directory {folder} cannot be made: {error.strerror}.") from None


def _keep_private(database: Path) -> None:
    """Only the owner opens the database and what lies beside it; SQLite gives the files it adds the same mode."""
    if not database.exists() and database.parent.is_dir():
        database.touch(mode=0o600)
    beside = (database.with_name(f"{database.name}{end}") for end in ("-wal", "-shm"))
    for file in (database, database.with_suffix(".turn"), *beside):
        if file.is_file() and file.stat().st_uid == os.geteuid():
            file.chmod(0o600)


def _ring(settings: Settings, engine: Engine) -> tuple[keys.Keyring, keyfile.KeyFile]:
    """Open the keyring; make one only where nothing has been sealed yet. Then prove that it opens what is stored."""
    if not settings.keyring.exists():
        if _newest_key(engine) is not None:
            raise keys.KeyringRefused(
                f"The database is sealed, but there is no keyring at {settings.keyring}."
            )
        _make_ring(settings)
    file = keyfile.KeyFile(settings.keyring, _wrapper(settings), forbidden=(settings.data_dir, _ROOT))
    ring = file.opened()
    newest = _newest_key(engine)
    if newest is not None:
        sealing.Wrapper(ring).unwrap(newest.record, newest.generation, newest.wrapped)
    ring.follow(keyfile.Follower(file))
    return ring, file


def _wrapper(settings: Settings) -> keys.KeyWrapper:
    strong = settings.mode is Mode.PRODUCTION
    return keyfile.wrapper(settings.keyring, settings.keyring_passphrase_file, strong=strong)


def _make_ring(settings: Settings) -> None:
    settings.keyring.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = settings.keyring_passphrase_file
    if file is not None and not file.exists():
        if settings.mode is Mode.PRODUCTION:
            raise keys.KeyringRefused(f"There is no passphrase file at {file}.")
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32))
    day = clock_from(settings.now).now().date().isoformat()
    keys.save(settings.keyring, keys.Keyring.fresh(day), _wrapper(settings))


def _newest_key(engine: Engine) -> RecordKey | None:
    if not inspect(engine).has_table(RecordKey.__tablename__):
        return None
    with Session(engine) as session:
        found = session.scalars(select(RecordKey).limit(1)).first()
        if found is not None:
            session.expunge(found)
        return found


def _derived(ring: keys.Keyring, use: bytes) -> bytes:
    """A secret of its own for one use of the session key."""
    return hmac.new(ring.active(keys.Purpose.SESSION).material, use, hashlib.sha256).digest()


def forwarding_to(log: Forwarder) -> Callable[[Told], None]:
    """Hand on the entries of the trail that were written."""
    return lambda entry: log.tell(of_trail(json.loads(entry.body)))


class _Line(structlog.PrintLogger):
    """A line of the log: printed, and handed on."""

    def __init__(self, log: Forwarder) -> None:
        super().__init__()
        self._log = log

    def _at(self, severity: int, line: str) -> None:
        self.msg(line)
        self._log.put(line, severity)

    debug = info = partialmethod(_at, INFO)
    warning = warn = partialmethod(_at, WARNING)
    error = exception = critical = fatal = failure = partialmethod(_at, ERROR)


def _logs(log: Forwarder | None) -> None:
    """One line of JSON per event: ids and kinds only."""
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory() if log is None else lambda *_: _Line(log),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
