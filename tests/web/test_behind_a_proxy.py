"""Behind a proxy: its word, and nobody else's, says that somebody came by HTTPS."""

import pytest
from flask import Flask, request
from waitress.adjustments import Adjustments
from waitress.proxy_headers import proxy_headers_middleware
from werkzeug.test import create_environ

from casemgr.cli.installation import _behind
from casemgr.web.proxy import believe

PROXY = "10.0.0.1"


@pytest.mark.parametrize(
    "trusted, comes_from, seen",
    [(PROXY, PROXY, "https"), (PROXY, "10.0.0.9", "http"), (None, PROXY, "http")],
)
def test_only_the_proxy_is_believed(trusted: str | None, comes_from: str, seen: str) -> None:
    told = Adjustments(**_behind(trusted))
    found: list[str] = []

    def app(environ, start_response):  # type: ignore[no-untyped-def]
        found.append(environ["wsgi.url_scheme"])
        kept = environ.get("HTTP_X_FORWARDED_PROTO")
        assert kept == ("https" if seen == "https" else None), "the next one in line reads the same"
        start_response("200 OK", [])
        return []

    served = proxy_headers_middleware(
        app,
        trusted_proxy=told.trusted_proxy,
        trusted_proxy_count=told.trusted_proxy_count,
        trusted_proxy_headers=told.trusted_proxy_headers,
        clear_untrusted=told.clear_untrusted_proxy_headers,
    )
    environ = create_environ(headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"})
    environ["REMOTE_ADDR"] = comes_from
    list(served(environ, lambda status, headers: None))
    assert found == [seen]


@pytest.mark.parametrize(
    "comes_from, seen",
    [
        (PROXY, ("192.0.2.7", "https", "casemgr.example")),
        ("10.0.0.9", ("10.0.0.9", "http", "localhost")),
        ("192.0.2.7", ("192.0.2.7", "http", "localhost")),
    ],
)
def test_a_server_that_hands_on_every_header_believes_the_proxy_only(
    comes_from: str, seen: tuple[str, str, str]
) -> None:
    app = Flask("behind")
    app.add_url_rule("/", "seen", lambda: [request.remote_addr, request.scheme, request.host])
    believe(app, PROXY)
    told = {
        "X-Forwarded-For": "203.0.113.1, 192.0.2.7",  # the first was sent along by whoever comes
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "casemgr.example",
    }
    answer = app.test_client().get("/", headers=told, environ_base={"REMOTE_ADDR": comes_from})
    assert tuple(answer.get_json()) == seen
