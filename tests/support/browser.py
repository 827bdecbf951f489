"""A real browser against the real application, served on this machine."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from waitress import wasyncore
from waitress.server import create_server

from tests.support.house import HouseUnderTest

PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
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
        server.trigger.pull_trigger(lambda: wasyncore.close_all(channels))
        thread.join()
        server.task_dispatcher.shutdown()


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
