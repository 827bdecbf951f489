"""Referrals: a hotline sends them, follows them, and asks again."""

from collections.abc import Mapping
from typing import Any

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.exchange import actions, answers, queries
from casemgr.exchange.api import schemas
from casemgr.exchange.api.door import Answer, ApiRoom
from casemgr.exchange.terms import Cursor
from casemgr.intake import actions as intake
from casemgr.intake import queries as intake_queries
from casemgr.intake.schemas import ReferralSchema, telling

room = ApiRoom("referrals", __name__, url_prefix="/api/v1", description="Referrals of a hotline.")


@room.post(
    "/referrals",
    needs=Permission.REFERRAL_SEND,
    takes=ReferralSchema,
    gives={201: schemas.ReceivedSchema, 200: schemas.ReceivedSchema},
    refuses=(409, 415, 422),
)
def receive(desk: Desk, body: Mapping[str, Any]) -> Answer:
    """Send a referral, or a later revision of one.

    The same content again gives the first answer again. What is missing is asked for, never a reason to refuse.
    """
    taken = actions.take_in(desk, telling(body, now=desk.now))
    if not taken.new:
        return Answer(taken.answer)
    return Answer(taken.answer, 201, str(taken.answer["status_url"]))


@room.get(
    "/referrals/<reference>",
    needs=Permission.REFERRAL_FOLLOW,
    gives={200: schemas.StatusSchema},
    refuses=(404,),
)
def status(desk: Desk, reference: str) -> Answer:
    """What became of a referral."""
    found = queries.referral(desk, reference)
    return Answer(answers.status(desk, found, intake_queries.history(desk, found)))


@room.post(
    "/referrals/<reference>/nudge",
    needs=Permission.REFERRAL_FOLLOW,
    gives={200: schemas.StatusSchema},
    refuses=(404, 409, 415, 422),
)
def nudge(desk: Desk, reference: str) -> Answer:
    """Ask again: it shows on the worklist of whoever is responsible."""
    found = queries.referral(desk, reference)
    intake.nudge(desk, found)
    return Answer(answers.status(desk, found, intake_queries.history(desk, found)))


@room.get(
    "/referral-events",
    needs=Permission.REFERRAL_FOLLOW,
    gives={200: schemas.EventsSchema},
    asks=schemas.EventsQuery,
    refuses=(422,),
)
def follow(desk: Desk, asked: Mapping[str, Any]) -> Answer:
    """What happened to the sender's referrals since a cursor."""
    after = Cursor.from_text(asked.get("after"))
    return Answer(answers.followed(desk, queries.events(desk, after, asked.get("limit", schemas.PAGE))))
