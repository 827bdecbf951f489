"""Help under fields: every line stands under a field that exists, short, once, and is read out with it."""

import re

import pytest

from casemgr.access.roles import Role
from casemgr.assessment import forms as assessment
from casemgr.cases.terms import Stage
from casemgr.intake import forms as intake
from casemgr.intervention.plan import forms as plan
from casemgr.review import forms as review
from casemgr.web.field_help import all_help
from casemgr.web.forms import BaseForm
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest

FORMS: dict[str, tuple[type[BaseForm], ...]] = {
    "01": (
        *(intake.SourceForm, intake.ChildForm, intake.IncidentForm),
        *(intake.SuspectForm, intake.FamilyForm),
    ),
    "02": (assessment.InitialForm,),
    "03": (assessment.FullForm,),
    "04": (plan.PlanForm, plan.GoalRow, plan.ServiceRow),
    "05": (plan.DecisionForm,),
    "06": (review.ReviewForm,),
}
_LONGEST = 100  # two lines of a telephone


def test_every_line_of_help_stands_under_a_field_that_exists() -> None:
    assert set(all_help()) == set(FORMS)
    for number, fields in all_help().items():
        assert all(form.official == number for form in FORMS[number])
        for name, said in fields.items():
            assert any(hasattr(form, name) for form in FORMS[number]), (number, name)
            assert set(said) == {"vi", "en"} and all(text.endswith((".", "?")) for text in said.values())
            assert len(said["vi"]) <= _LONGEST, said["vi"]


@pytest.mark.parametrize(
    ("stage", "address", "field"),
    [(Stage.ASSESSING, "initial-assessment", "shelter_what"), (Stage.PLANNING, "plan", "services-0-what")],
)
def test_help_is_read_out_with_its_field_and_stands_once(
    house: HouseUnderTest, stage: Stage, address: str, field: str
) -> None:
    number = a_case(house, stage=stage)
    said = all_help()["02" if stage is Stage.ASSESSING else "04"][field.rsplit("-", maxsplit=1)[-1]]["vi"]
    client = house.client(Role.COMMUNE_OFFICER)
    page = client.get(f"/cases/{number}/{address}").text
    assert page.count(said) == 1
    assert re.search(
        rf'name="{field}"[^>]*aria-describedby="{field}-hint|aria-describedby="{field}-hint"[^>]*name="{field}"',
        page,
    )
    if stage is Stage.PLANNING:
        page = client.post(f"/cases/{number}/plan", data={"do": "add_service", "version": "0"}).text
        assert 'name="services-1-what"' in page and page.count(said) == 1
