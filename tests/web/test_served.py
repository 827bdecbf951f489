"""The server behind the browser tests leaves nothing open when a browser goes away in the middle."""

import socket
import time

import pytest

from tests.support.browser import served
from tests.support.house import HouseUnderTest


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_files_half_sent_are_closed_with_the_server(house: HouseUnderTest) -> None:
    """Every warning is an error here: a file left open would fail this test or whichever runs next."""
    with socket.socket() as visitor:
        visitor.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        with served(house) as address:
            visitor.connect(("127.0.0.1", int(address.rpartition(":")[2])))
            visitor.sendall(b"GET /static/casemgr.css HTTP/1.1\r\nHost: localhost\r\n\r\n" * 300)
            time.sleep(1)  # the answers pile up: nobody reads them
