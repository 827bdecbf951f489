"""Set B, chapter I: children who were harmed (Thông tư 13/2021/TT-BLĐTBXH, annexes II and IV)."""

from datetime import date

from casemgr.core.words import _l
from casemgr.indicators import facts
from casemgr.indicators.bands import Source
from casemgr.indicators.terms import AnyOf, Counts, Indicator, NoneOf, Part

INDICATORS = (
    Indicator(
        set="B",
        code="0101",
        version=1,
        valid_from=date(2021, 11, 15),
        valid_to=None,
        name_vi="Số trẻ em bị xâm hại",
        name_en="Number of abused children",
        concept=_l(
            "People under 16 who suffered harm of body or mind (honour and dignity too) from at least one of six kinds of acts: "
            "violence; exploitation; sexual abuse; trafficking; abandonment or neglect; another form of harm."
        ),
        definition=_l(
            "Children with at least one form of harm (violence, exploitation, sexual abuse, trafficking, abandonment or "
            "neglect, another form) in a report that was accepted."
        ),
        formula=_l("The number of different children in the period."),
        unit=_l("children"),
        counting_unit=_l("children, each once in the total"),
        reporting_date=_l("day of receipt"),
        basis="Thông tư 13/2021/TT-BLĐTBXH, Phụ lục II và IV, chỉ tiêu 0101",
        parts=(
            Part("name", _l("Name of the indicator"), Source.CONFIRMED),
            Part(
                "concept", _l("Official concept"), Source.PARTLY
            ),  # read in an excerpt; the age is that of the law
            Part("definition", _l("How this system counts it"), Source.OUR_RULE),
            Part("sex", _l("Sex"), Source.NAME_CONFIRMED),
            Part("age_groups", _l("Age groups"), Source.PROVISIONAL),
            Part("environment", _l("Where it happened"), Source.PROVISIONAL),
            Part("further_splits", _l("Further splits"), Source.PROVISIONAL),
            Part("counting_unit", _l("Counting unit"), Source.PROVISIONAL),
            Part("reporting_date", _l("Reporting date"), Source.PROVISIONAL),
        ),
        splits=("sex", "age_band", "environment"),
        counts=Counts.CHILDREN,
        always=(AnyOf("harms", facts.HARMS), NoneOf("flags", ("voided",))),
        decided=AnyOf("decision", ("accepted",)),
    ),
)
