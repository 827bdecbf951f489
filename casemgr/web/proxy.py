"""The proxy in front: what it says of whoever comes is believed, what anybody else says is not."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix


def believe(app: Flask, proxy: str) -> None:
    """Take address, name and scheme from the proxy's headers, on requests that come from the proxy itself.

    The embedded server has then read and checked them already; others (gunicorn) hand them on from everybody.
    """
    plain = app.wsgi_app
    told = ProxyFix(plain, x_for=1, x_proto=1, x_host=1)

    def front(environ, start_response):  # type: ignore[no-untyped-def]
        answer = told if environ.get("REMOTE_ADDR") == proxy else plain
        return answer(environ, start_response)

    app.wsgi_app = front  # type: ignore[method-assign]
