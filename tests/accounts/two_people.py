"""One wish of each kind, asked for by somebody (invented): what the tests of the one mechanism share."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.accounts import actions as accounts
from casemgr.accounts.models import Account, Factor, Proposal
from casemgr.accounts.terms import FactorKind
from casemgr.cases.models import Case
from casemgr.children.models import Child
from casemgr.exports import actions as exports
from casemgr.exports.limits import limits
from casemgr.exports.models import Export
from casemgr.exports.terms import Asking, Selection, Which
from casemgr.files import actions as files
from casemgr.files.models import CaseFile
from casemgr.lives import actions as lives
from casemgr.lives.models import ChildMerge
from tests.files.keeping import stored
from tests.search.people import a_child, called
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest

OFFICER, ADMIN = Role.COMMUNE_OFFICER, Role.ADMIN
WHY = "Ảnh của cháu khác"


def large_export(house: HouseUnderTest) -> UUID:
    """A list of more children than one person may take out."""
    a_case(house), a_case(house)
    with pytest.MonkeyPatch.context() as patched, house.desk(OFFICER) as desk:
        patched.setattr(exports, "limits", lambda: replace(limits(), second_person_over=1))
        asking = Asking("đối chiếu quý", "Sở Y tế", ("number", "name"), Selection(Which.ALL))
        exports.ask(desk, asking=asking, basis="state_duty", format_="csv", outside=False)
    return _last(house, "large_export")


def merge(house: HouseUnderTest) -> UUID:
    """Two files that are said to be of one child."""
    kept, given_up = a_child(house, called("Nông Minh Khang")), a_child(house, called("Nông Minh Khang"))
    with house.desk(OFFICER) as desk:
        lives.propose(desk, desk.get(Child, given_up), known_id=kept)
    return _last(house, "merge_children")


def removal(house: HouseUnderTest) -> UUID:
    """A file of a case that should not be there."""
    file_id, _ = stored(house, 5)
    with house.desk(OFFICER) as desk:
        file = desk.get(CaseFile, file_id)
        files.ask_removal(desk, file, desk.get(Case, file.case_id), reason=WHY)
    return _last(house, "remove_file")


def reset(house: HouseUnderTest) -> UUID:
    """Somebody who lost every second proof."""
    lost, _ = house.hire(Role.STATISTICIAN)
    with house.maintenance() as desk:
        factor = {"kind": FactorKind.TOTP, "secret_sealed": b"x", "created_at": desk.now}
        desk.add(Factor(id=desk.id(), account_id=lost, **factor))
    with house.desk(ADMIN) as desk:
        accounts.ask_reset(desk, desk.get(Account, lost))
    return _last(house, "reset_factors")


ASKED: Mapping[str, tuple[Role, Callable[[HouseUnderTest], UUID]]] = {
    "large_export": (OFFICER, large_export),
    "merge_children": (OFFICER, merge),
    "remove_file": (OFFICER, removal),
    "reset_factors": (ADMIN, reset),
}


def done(house: HouseUnderTest) -> set[str]:
    """What was carried out."""
    with house.maintenance(writing=False) as desk:
        found = {
            "merge_children": select(ChildMerge.id).where(ChildMerge.is_one),
            "remove_file": select(CaseFile.id).where(CaseFile.state == "removed"),
            "reset_factors": select(Factor.id).where(Factor.ended_at.is_not(None)),
            "large_export": select(Export.id).join(
                Proposal, (Proposal.about == Export.number) & (Proposal.state == "done")
            ),
        }
        return {code for code, statement in found.items() if desk.first(statement) is not None}


def _last(house: HouseUnderTest, code: str) -> UUID:
    with house.maintenance(writing=False) as desk:
        return desk.one(select(Proposal.id).where(Proposal.kind == code, Proposal.state == "waiting"))
