"""Writing staff and machines: one function for each thing a person can do."""

from casemgr.accounts.actions.absences import call_off, name_deputy
from casemgr.accounts.actions.clients import add_client, revoke_client
from casemgr.accounts.actions.drafts import drop_draft, keep_draft
from casemgr.accounts.actions.entering import answer_try, sign_in, sign_out
from casemgr.accounts.actions.factors import (
    agree_to_reset,
    ask_reset,
    call_off_reset,
    end_factor,
    enrol_code,
    enrol_passkey,
    prove_by_enrolling,
    renew_recovery,
    reset_factors,
    secret_of,
)
from casemgr.accounts.actions.own import answer_password, choose_role, end_other_sessions, end_session
from casemgr.accounts.actions.proving import (
    HALF_LASTS,
    Door,
    answer_again,
    answer_passkey,
    answer_second,
    half_ticket,
    read_half,
)
from casemgr.accounts.actions.second import call_off as call_off_proposal
from casemgr.accounts.actions.second import propose, refuse, sign, withdraw
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
    "HALF_LASTS",
    "Door",
    "add_account",
    "add_client",
    "agree_to_reset",
    "answer_again",
    "answer_passkey",
    "answer_password",
    "answer_second",
    "answer_try",
    "appoint",
    "ask_reset",
    "call_off",
    "call_off_proposal",
    "call_off_reset",
    "choose_role",
    "drop_draft",
    "end_appointment",
    "end_factor",
    "end_other_sessions",
    "end_session",
    "end_sessions",
    "enrol_code",
    "enrol_passkey",
    "give_password",
    "half_ticket",
    "keep_draft",
    "name_deputy",
    "propose",
    "prove_by_enrolling",
    "read_half",
    "refuse",
    "reinstate",
    "renew_recovery",
    "reset_factors",
    "revoke_client",
    "secret_of",
    "sign",
    "sign_in",
    "sign_out",
    "suspend",
    "withdraw",
]
