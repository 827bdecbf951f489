"""What the doors of the house are handed for drafts: keep one, find it again, let go of it."""

from collections.abc import Sequence
from uuid import UUID

from casemgr.access.actor import NOBODY, Actor
from casemgr.access.desk import Desk, Office
from casemgr.accounts import actions, queries
from casemgr.accounts.terms import DraftContent
from casemgr.core.db import lost_a_race

_TRIES = 3
Fields = Sequence[tuple[str, str]]


class Keeper:
    """Keeps drafts under the key of whoever typed them."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def keep(self, token: str, actor: Actor, page: str, target: str, fields: Fields) -> UUID | None:
        """Keep what was typed: by whoever is signed in, else in the session that this token was for; None if nobody's."""
        account_id = actor.account_id
        if actor is NOBODY:
            actor = queries.DOOR
            with self._office.open(actor, writing=False) as desk:
                account_id = queries.left_by(desk, token) if token else None
        if account_id is None:
            return None
        for left in reversed(range(_TRIES)):
            try:
                with self._office.open(actor) as desk:
                    return actions.keep_draft(desk, account_id, DraftContent(page, target, tuple(fields))).id
            except Exception as error:
                if not left or not lost_a_race(error):
                    raise
        return None

    def find(self, desk: Desk, draft_id: UUID) -> Fields | None:
        """What was typed, for the person who typed it."""
        draft = queries.own_draft(desk, draft_id)
        return draft.content.fields if draft is not None and draft.content is not None else None

    def done(self, actor: Actor, draft_id: UUID, target: str) -> bool:
        """Let go of a draft after what it holds was saved where it was meant to go; whether nothing of it is left."""
        with self._office.open(actor) as desk:
            draft = queries.own_draft(desk, draft_id)
            saved = draft is not None and draft.content is not None and draft.content.target == target
            if draft is not None and saved:
                actions.drop_draft(desk, draft)
            return draft is None or saved

    def waiting(self, account_id: UUID, page: str) -> UUID | None:
        """The draft that somebody left on a page."""
        with self._office.open(queries.DOOR, writing=False) as desk:
            found = queries.drafts_of(desk, account_id)
            return next((row.id for row in found if row.content and row.content.page == page), None)
