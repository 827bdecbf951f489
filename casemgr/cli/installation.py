"""Commands for the installation itself: make it ready, serve it."""

import time
from threading import Thread
from typing import Any

import click
from flask import current_app
from flask_migrate import upgrade

from casemgr.access.desk import Office
from casemgr.cli import schema, walls
from casemgr.cli.door import at_desk, office, plain
from casemgr.core.errors import Unavailable
from casemgr.core.outside import addresses
from casemgr.places import actions as places
from casemgr.places import queries as place_queries
from casemgr.web.uploads import most_anywhere

_SEALER_EVERY = 5.0
_ELSEWHERE = "Another address: serve --host HOST --port PORT, or make up HOST=… PORT=…"
_MOST_WAITING = (
    512 * 1024
)  # less than what the server would write into a temporary file: answers stay in memory


@click.command()
@plain
def init() -> None:
    """Make the installation ready: keyring, database, administrative units. May be run again at any time.

    Example: flask --app wsgi init
    """
    schema.refuse_newer(office())
    upgrade(directory=current_app.extensions["migrate"].directory)
    with office().engine.begin() as connection:
        walls.renewed(connection)
    with at_desk() as desk:
        places.load_shipped(desk)
    office().take_stock()
    with at_desk(writing=False) as desk:
        click.echo(f"Ready: {len(place_queries.atlas(desk))} administrative units.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, envvar="HOST", help="Address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    envvar="PORT",
    type=click.IntRange(1, 65535),
    help="Port to listen on.",
)
def serve(host: str, port: int) -> None:
    """Serve the pages with the embedded server.

    Example: flask --app wsgi serve --port 8000
    """
    server = _server(host, port)
    follow_trail(office())
    click.echo(f"casemgr serves on http://{host}:{port}")
    if current_app.extensions["settings"].demo:
        click.echo(
            f"Sign in at http://{host}:{port}/sign-in with an account of: "
            ".venv/bin/flask --app wsgi demo accounts"
        )
    server.run()


@plain
def _server(host: str, port: int) -> Any:
    """The embedded server, which has the address for itself."""
    from waitress import create_server  # noqa: PLC0415 - heavy, and no other command needs it

    settings = current_app.extensions["settings"]
    schema.refuse_empty(office())
    lines: dict[int, Any] = {}
    try:
        return create_server(
            current_app._get_current_object(),  # type: ignore[attr-defined]
            map=lines,
            host=host,
            port=port,
            threads=settings.threads,
            max_request_body_size=2 * most_anywhere(),  # a little too much is answered by a page of ours
            outbuf_high_watermark=_MOST_WAITING,
            ident=None,
            **_behind(settings.trusted_proxy),
        )
    except (OSError, ValueError) as error:
        for line in list(lines.values()):
            line.close()
        why = getattr(error, "strerror", None) or "there is no such address"
        raise Unavailable(f"Nobody can be served on {host}:{port}: {why}. {_ELSEWHERE}") from None


@click.command()
@plain
def outside() -> None:
    """Print the machines that the settings name as a list for systemd: nothing else is let out of `casemgr.slice`.

    Again whenever a setting or an address changes. A name server that is not this machine needs a line of its own.

    Example: flask --app wsgi outside
    """
    click.echo("[Slice]")
    for host in sorted(current_app.extensions["settings"].machines):
        click.echo(f"# {host}")
        try:
            for number in addresses(host):
                click.echo(f"IPAddressAllow={number}")
        except OSError:
            raise Unavailable(f"Nobody knows the address of {host}.") from None


def _behind(proxy: str | None) -> dict[str, Any]:
    """Let the proxy in front, and nobody else, say from where, by which name and that by HTTPS somebody comes."""
    told = {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"}
    return {"trusted_proxy": proxy, "trusted_proxy_count": 1, "trusted_proxy_headers": told} if proxy else {}


def follow_trail(the_office: Office) -> None:
    """On PostgreSQL, let a sealer chain the audit trail every few seconds beside the work."""
    if the_office.chains_directly:
        return

    def follow() -> None:
        while True:
            time.sleep(_SEALER_EVERY)
            the_office.chain_trail()

    Thread(target=follow, name="audit sealer", daemon=True).start()


COMMANDS = (init, serve, outside)
