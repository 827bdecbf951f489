"""Joining a later telling with what officers wrote: what an officer wrote is never overwritten."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from casemgr.children.terms import Birth, Precision
from casemgr.intake.story import joined
from casemgr.intake.terms import Incident, Relation, Story, Suspect, ToldChild

words = st.none() | st.sampled_from(["a", "b", "c"])
births = st.builds(Birth, st.none(), st.sampled_from(Precision), st.none() | st.integers(0, 17))
children = st.lists(
    st.builds(ToldChild, st.sampled_from(["c1", "c2", "c3"]), name=words, birth=births, condition=words),
    unique_by=lambda row: row.ref,
    max_size=3,
).map(tuple)
stories = st.builds(
    Story, st.builds(Incident, unit_code=words, description=words), children, actions_taken=words
)


@given(stories)
def test_the_same_telling_changes_nothing(told: Story) -> None:
    assert joined(told, told, told) == told


@given(stories, stories)
def test_where_no_officer_wrote_the_new_telling_is_known(before: Story, told: Story) -> None:
    known = joined(before, told, before)
    assert known.incident.description == (told.incident.description or before.incident.description)
    assert {row.ref for row in known.children} == {row.ref for row in (*before.children, *told.children)}


@given(stories, stories, st.sampled_from(["viết bởi cán bộ"]))
def test_what_an_officer_wrote_stays(before: Story, told: Story, written: str) -> None:
    ours = replace(before, incident=replace(before.incident, description=written), actions_taken=written)
    known = joined(before, told, ours)
    assert known.incident.description == written
    assert known.actions_taken == written


def test_a_birth_stays_whole() -> None:
    before = Story(children=(ToldChild("c1", birth=Birth(None, Precision.UNKNOWN)),))
    ours = Story(children=(ToldChild("c1", birth=Birth(None, Precision.ESTIMATED, 9)),))
    told = Story(children=(ToldChild("c1", birth=Birth(None, Precision.ESTIMATED, 8)),))
    assert joined(before, told, ours).children[0].birth.age_estimate == 9
    assert joined(before, told, before).children[0].birth.age_estimate == 8


def test_relations_to_new_children_are_added() -> None:
    before = Story(suspects=(Suspect("s1", relations=(Relation("c1", "father"),)),))
    told = Story(
        suspects=(Suspect("s1", relations=(Relation("c1", "father"), Relation("c2", "step_parent"))),)
    )
    known = joined(before, told, before)
    assert {(row.child, row.relation) for row in known.suspects[0].relations} == {
        ("c1", "father"),
        ("c2", "step_parent"),
    }
