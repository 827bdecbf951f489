"""The table of rights: whole, and what must hold in it whoever changes it."""

import pytest

from casemgr.access.parts import OPENS, Act, Part, rights
from casemgr.access.permissions import Permission
from casemgr.access.roles import REACH, Reach, Role
from tests.house.rights import RECORD


def test_every_permission_says_what_it_opens() -> None:
    assert set(OPENS) == set(Permission)


@pytest.mark.parametrize("role", [role for role in Role if REACH[role] is Reach.NOTHING])
def test_who_sees_no_file_holds_no_right_to_a_part_of_one(role: Role) -> None:
    assert not [right for right in rights(role) if right.part in RECORD]


def test_an_administrator_has_accounts_and_installation_and_nothing_else() -> None:
    parts = {right.part for right in rights(Role.ADMIN)}
    assert parts == {Part.ACCOUNTS, Part.INSTALLATION, Part.PROTECTION, Part.OWN}


def test_the_reporter_is_read_by_the_officer_alone() -> None:
    assert {role for role in Role if (Part.REPORTER, Act.READ) in {right[2:] for right in rights(role)}} == {
        Role.COMMUNE_OFFICER
    }


def test_the_trail_is_the_inspector_s() -> None:
    assert {role for role in Role if Part.TRAIL in {right.part for right in rights(role)}} == {Role.INSPECTOR}


def test_only_unit_and_province_decide_who_reads() -> None:
    assert {role for role in Role if Part.READERS in {right.part for right in rights(role)}} == {
        Role.COMMUNE_OFFICER,
        Role.COMMUNE_CHAIR,
        Role.PROVINCE_SUPERVISOR,
    }
