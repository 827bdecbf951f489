"""Handing a letter to a mail server."""

import smtplib
import ssl
from email.message import EmailMessage

from casemgr.notices.terms import Letter, Mailbox

_PATIENCE = 20  # seconds


class PostFailed(Exception):
    """The server did not take the letter."""


def deliver(mailbox: Mailbox, letter: Letter) -> None:
    """Hand over one letter, encrypted on the way unless the server stands beside us."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = mailbox.sender, letter.to, letter.subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    try:
        with smtplib.SMTP(mailbox.host, mailbox.port, timeout=_PATIENCE) as server:
            if mailbox.encrypted:
                server.starttls(context=ssl.create_default_context())
            if mailbox.user:
                server.login(mailbox.user, mailbox.password)
            server.send_message(message)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise PostFailed(type(error).__name__) from None
