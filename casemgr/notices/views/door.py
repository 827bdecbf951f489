"""The room itself, and the words its pages share."""

from typing import Any

from flask import g

from casemgr.core.words import _
from casemgr.notices import queries
from casemgr.notices.terms import Level
from casemgr.web import duration
from casemgr.web.room import Room

room = Room("notices", "casemgr.notices.views")


def level_words(level: Level) -> str:
    """Who is told, in the middle of a sentence."""
    return {
        Level.HOLDER: _("whoever holds the case"),
        Level.CHAIR: _("the chair"),
        Level.PROVINCE: _("the province"),
        Level.NATION: _("the supervisor of the country"),
    }[level]


@room.app_context_processor
def on_every_page() -> dict[str, Any]:
    """What a page of a case needs to say how far it has climbed: `escalation_words(case)`, true without any run."""

    def escalation_words(case: Any) -> list[str]:
        desk = g.get("desk")
        if desk is None:
            return []
        said = []
        for _matter, stands in queries.standing(desk, case):
            if stands.told:
                level, at = stands.told[-1]
                said.append(
                    _(
                        "Nobody reacted: %(who)s was to be told %(when)s",
                        who=level_words(level),
                        when=duration.moment_words(at, desk.now),
                    )
                )
            if stands.next is not None:
                level, at = stands.next
                said.append(
                    _(
                        "If nothing happens by %(when)s, %(who)s is told",
                        who=level_words(level),
                        when=duration.moment_words(at, desk.now),
                    )
                )
        return list(dict.fromkeys(said))

    return {"escalation_words": escalation_words}
