"""Table of guidance: who has put it off, or wants it again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from casemgr.core.db import Model


class GuidanceWish(Model):
    """Whether somebody wants to be guided, once they have said so; nobody else is shown it."""

    __tablename__ = "guidance_wish"
    open_because = "holds a switch; each person is shown only their own"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    off: Mapped[bool] = mapped_column(Boolean)
    changed_at: Mapped[datetime]
