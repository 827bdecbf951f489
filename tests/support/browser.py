"""A real browser against the real application, served on this machine."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright
from waitress import wasyncore
from waitress.server import BaseWSGIServer, create_server

from tests.support.house import HouseUnderTest

PLACES = (
    "/usr/bin/chromium-headless-shell",
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoBrowser(Exception):
    """There is no Chromium on this machine."""


def chromium() -> str:
    """The Chromium of the system."""
    found = next(
        (place for place in (os.environ.get("CHROMIUM", ""), *PLACES) if place and Path(place).exists()), None
    )
    if found is None:
        raise NoBrowser("no Chromium is installed")
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium of the tests' own."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        try:
            yield running
        finally:
            running.close()


@contextmanager
def served(house: HouseUnderTest) -> Iterator[str]:
    """The application behind the embedded server, on a free port of this machine."""
    channels: dict[int, wasyncore.dispatcher] = {}
    server = create_server(
        house.app, map=channels, host="127.0.0.1", port=0, threads=4, clear_untrusted_proxy_headers=True
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # closed by the thread that waits on them: closed from here, it would wait on what is gone
        server.trigger.pull_trigger(lambda: _hang_up(server, channels))
        thread.join()
        server.task_dispatcher.shutdown()


def _hang_up(server: BaseWSGIServer, channels: dict[int, wasyncore.dispatcher]) -> None:
    """Close every connection together with the files it was still sending, then the server."""
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    wasyncore.close_all(channels)


@contextmanager
def window(running: Browser, address: str, *, width: int = 1280, script: bool = True) -> Iterator[Page]:
    """One window of its own, as one person would have it."""
    context = running.new_context(
        base_url=address, viewport={"width": width, "height": 900}, java_script_enabled=script, locale="vi-VN"
    )
    context.set_default_timeout(30_000)
    try:
        yield context.new_page()
    finally:
        context.close()


def follow(door: Locator) -> None:
    """Press a link or a button, and wait until the page behind it stands: what is asked next is asked of that one.

    Without it the next ``goto`` may call off what was just sent.
    """
    with door.page.expect_navigation():
        door.click()
