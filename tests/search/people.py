"""Children for tests of searching, registered the way a commune registers them."""

from dataclasses import replace
from datetime import date

from casemgr.children import actions as children
from casemgr.children.terms import Birth, Card, Detail, Precision, Sex
from tests.support.house import NA_SAM, HouseUnderTest

BORN = Birth(date(2017, 3, 4), Precision.DAY)
KHANG = Card("Nông Minh Khang", Sex.MALE, BORN)


def a_child(
    house: HouseUnderTest, card: Card = KHANG, detail: Detail = Detail(), *, unit: str = NA_SAM
) -> int:
    """A child with a file in a commune; gives its number."""
    with house.maintenance() as desk:
        made = children.register(
            desk, unit_id=house.unit_id(unit), card=card, detail=detail, whereabouts=None
        )
        return made.id


def called(name: str, **more: object) -> Card:
    """The same child under another name, or otherwise changed."""
    return replace(KHANG, name=name, **more)  # type: ignore[arg-type]
