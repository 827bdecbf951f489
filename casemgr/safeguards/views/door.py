"""The room of the safeguards, and the words its pages share."""

from collections.abc import Mapping

from casemgr.core.words import Later, _l
from casemgr.safeguards.terms import Piece, Whose
from casemgr.web.room import Room

room = Room("safeguards", __name__)

WHOSE: Mapping[Whose, Later] = {
    Whose.CHILD: _l("the child"),
    Whose.PARENT: _l("a parent of the child"),
    Whose.SUSPECT: _l("a person alleged to have done harm"),
    Whose.REPORTER: _l("whoever reported"),
    Whose.CARER: _l("whoever cares for the child"),
}
PIECES: Mapping[Piece, Later] = {
    Piece.IDENTITY: _l("the same identity number"),
    Piece.PHONE: _l("the same telephone"),
    Piece.NAME_AND_YEAR: _l("the same name and year of birth"),
    Piece.NAME: _l("the same name, and the case lies at the person's own place"),
}
