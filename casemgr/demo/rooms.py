"""What there is in the province beside cases of harm: providers, children on the registers, a deputy, a rehearsal."""

from dataclasses import replace
from datetime import date, timedelta

from casemgr.access.roles import Role
from casemgr.accounts import actions as accounts
from casemgr.accounts import queries as account_queries
from casemgr.children.terms import Birth, Card, Detail, Precision, Sex
from casemgr.circumstances import actions as circumstances
from casemgr.circumstances import queries as circumstance_queries
from casemgr.circumstances.terms import Decision, End, Help, Kind, Spell, Support
from casemgr.core.calendar import local_day
from casemgr.demo import sentences as say
from casemgr.demo import stories
from casemgr.demo.chance import Chance
from casemgr.demo.names import phone
from casemgr.demo.world import Life, Turn, World
from casemgr.indicators.supplied import actions as figures
from casemgr.indicators.supplied import queries as supplied
from casemgr.indicators.supplied.terms import Amount, Cells, Line, Source
from casemgr.indicators.terms import Level
from casemgr.intake import actions as intake
from casemgr.intake import queries as reports
from casemgr.intake.terms import Decision as Decided
from casemgr.places.terms import UnitFacts
from casemgr.providers import actions as providers
from casemgr.providers.terms import Hours, Listing

_GROUPS = {
    "orphan.1": 3,
    "orphan.2": 2,
    "without_support.1": 4,
    "disability.1": 3,
    "disability.2": 2,
    "working_dropout.1": 2,
    "grave_illness_poor": 2,
    "abandoned.1": 1,
}
_DANGERS = {"danger_violence": 2, "danger_exploitation": 1, "danger_abandonment": 2}
_OFFICE = Hours(days=(0, 1, 2, 3, 4), opens=7 * 60 + 30, closes=17 * 60)


def directory(world: World) -> Life:
    """Eight providers; the account of the demo acts for the first of them."""
    keeper = world.staff.at(Role.PROVINCE_SUPERVISOR, world.province)
    desk = yield Turn(world.ago(days=420), keeper)
    for number, (name, kind, offered, youngest, oldest, wide) in enumerate(say.PROVIDERS):
        listing = Listing(
            name=name,
            kind=kind,
            services=offered,
            youngest=youngest,
            oldest=oldest,
            hours=Hours(day_and_night=True) if kind in ("health", "social_assistance") else _OFFICE,
            phone=phone(20 + number),
            ask_for=say.ASK_FOR,
            source=say.KNOWN_FROM,
        )
        area = (world.province if wide else world.communes[0]).id
        row = providers.enter(desk, listing=listing, unit_ids=[area], nation=False, since=local_day(desk.now))
        for service in offered:
            world.providers.setdefault(service, row.id)
        desk.flush()
        if number == 0:
            member = world.staff.at(Role.SERVICE_PROVIDER, world.province)
            providers.join(desk, row, account_id=member.account_id)


def registered(world: World, unit: UnitFacts, children: int, chance: Chance) -> Life:
    """Children on the register of a commune who have no case: in the groups of the law, or at risk; most get support."""
    officer = world.staff.at(Role.COMMUNE_OFFICER, unit)
    for number in range(children):
        desk = yield Turn(world.ago(days=330 - 24 * number), officer)
        today, dice = local_day(desk.now), chance.branch(number)
        at_risk = number % 4 == 3
        sex = dice.one((Sex.FEMALE, Sex.MALE))
        people = world.names.people()
        born = today - timedelta(days=365 * dice.number(2, 13) + dice.number(1, 300))
        spell = Spell(
            Kind.AT_RISK if at_risk else Kind.SPECIAL,
            dice.weighted(_DANGERS if at_risk else _GROUPS),
            since=today - timedelta(days=dice.number(1, 60)),
            known_by=dice.one(say.KNOWN_BY),
            basis=dice.one(say.SPELL_BASIS),
            decision=Decision(world.decision_number(), today, say.COMMUNE_COMMITTEE),
            supports=() if at_risk else (_allowance(today),),
        )
        row = circumstances.register_child(
            desk,
            card=Card(world.names.full(sex, people=people), sex, Birth(born, Precision.DAY)),
            detail=Detail(ethnic_group=people, disability="no", residence_unit_code=unit.code),
            spell=spell,
            unit_id=unit.id,
            explanations=say.EXPLAINED,
        )
        if number == 1:
            spell_id = row.spell_id
            desk = yield Turn(world.ago(days=45), officer)
            shown = circumstance_queries.spell(desk, spell_id)
            over = replace(shown.spell, until=local_day(desk.now), ended=End.OVER)
            circumstances.end(desk, shown, spell=over, revision=shown.revision)


def population(world: World, chance: Chance) -> Life:
    """How many children every commune has, last year and this: invented, and marked so, that rates can be seen."""
    keeper, today = world.staff.at(Role.STATISTICIAN, world.province), local_day(world.now)
    children = {unit.code: chance.number(900, 6200) for unit in world.communes}
    for ago, year in ((200, today.year - 1), (40, today.year)):
        desk = yield Turn(world.ago(days=ago), keeper)
        if local_day(desk.now).year < year:
            continue
        sheet = supplied.sheet(
            desk, "A", "0101-p", unit=world.province.code, period=str(year), level=Level.COMMUNE
        )
        children = {code: number + chance.number(-20, 40) for code, number in children.items()}
        source = Source(say.COUNTED_BY, f"00/{year}", local_day(desk.now))
        lines = {code: Line(_by_sex_and_age(children[code], chance)) for code in sheet.codes}
        figures.supply(desk, sheet, lines=lines, source=source, seen=figures.mark({}), invented=True)


def _by_sex_and_age(children: int, chance: Chance) -> Cells:
    """The children of a commune by sex and by the age groups of the Procuracy; the groups give the total."""
    boys = round(children * chance.between(0.5, 0.53))
    first, second, third = (round(children * share) for share in (0.36, 0.26, 0.2))
    told = {
        "*": children,
        "sex=male": boys,
        "sex=female": children - boys,
        "age_band=<6": first,
        "age_band=6-<10": second,
        "age_band=10-<13": third,
        "age_band=13-<16": children - first - second - third,
    }
    return {member: Amount(number) for member, number in told.items()}


def deputies(world: World) -> Life:
    """An officer of the first commune goes on leave soon; the social worker stands in."""
    officer = world.staff.at(Role.COMMUNE_OFFICER, world.communes[0])
    worker = world.staff.at(Role.SOCIAL_WORKER, world.communes[0])
    desk = yield Turn(world.now - timedelta(minutes=50), officer)
    if officer.account_id is None:
        return
    held = account_queries.held_today(desk, officer.account_id)[0]
    first = local_day(desk.now) + timedelta(days=9)
    accounts.name_deputy(
        desk, held, deputy_id=worker.account_id, since=first, until=first + timedelta(days=4)
    )


def rehearsal(world: World, chance: Chance) -> Life:
    """Somebody of the first commune practises on a case that counts nowhere."""
    unit = world.communes[0]
    officer = world.staff.at(Role.COMMUNE_OFFICER, unit)
    received_at = world.now - timedelta(hours=27)
    plot = world.stories.at_home(unit.code, received_at, harm="violence", by="father")
    desk = yield Turn(received_at, officer)
    number = intake.rehearse(desk, stories.telling(plot, received_at)).number
    desk = yield Turn(received_at + timedelta(minutes=chance.number(20, 50)), officer)
    intake.decide(desk, reports.report(desk, number), decision=Decided.ACCEPTED)


def _allowance(today: date) -> Support:
    return Support(key="s1", kind=Help.ALLOWANCE, since=today, amount=900_000, source=say.SUPPORT_FROM)
