"""Handing a letter to a mail server."""

import smtplib
from email.message import EmailMessage
from typing import Any

from casemgr.core.outside import proving
from casemgr.notices.terms import Letter, Mailbox

_PATIENCE = 20  # seconds


class PostFailed(Exception):
    """The server did not take the letter."""


class _Server(smtplib.SMTP):
    """The mail server, on a line that the house may take."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._outside = mailbox.outside
        super().__init__(mailbox.host, mailbox.port, timeout=_PATIENCE)

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        return self._outside.line(host, port, timeout)


def deliver(mailbox: Mailbox, letter: Letter) -> None:
    """Hand over one letter, encrypted on the way unless the server stands beside us."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = mailbox.sender, letter.to, letter.subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    try:
        with _Server(mailbox) as server:
            if mailbox.encrypted:
                server.starttls(context=proving())
            if mailbox.user:
                server.login(mailbox.user, mailbox.password)
            server.send_message(message)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise PostFailed(type(error).__name__) from None
