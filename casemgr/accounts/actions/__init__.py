"""Writing staff and machines: one function for each thing a person can do."""

from casemgr.accounts.actions.clients import add_client, revoke_client
from casemgr.accounts.actions.entering import answer_try, sign_in, sign_out
from casemgr.accounts.actions.own import answer_password, choose_role, end_other_sessions, end_session
from casemgr.accounts.actions.staff import (
    add_account,
    appoint,
    end_appointment,
    end_sessions,
    give_password,
    reinstate,
    suspend,
)

__all__ = [
    "add_account",
    "add_client",
    "answer_password",
    "answer_try",
    "appoint",
    "choose_role",
    "end_appointment",
    "end_other_sessions",
    "end_session",
    "end_sessions",
    "give_password",
    "reinstate",
    "revoke_client",
    "sign_in",
    "sign_out",
    "suspend",
]
