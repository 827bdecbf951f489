"""What happens to an invented report and to the cases that come of it, step by step, through the actions people use.

A life is a generator: it yields the next turn (when, and who acts), gets the open desk, does its work, and goes on. What
would happen later than now does not happen yet, so that the cases stand wherever their lives have come to.
"""

from dataclasses import replace
from datetime import timedelta

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.assessment import actions as assessments
from casemgr.assessment import queries as assessment_queries
from casemgr.assessment import rules as assessment_rules
from casemgr.assessment.terms import Kind as Form
from casemgr.assessment.terms import Verdict
from casemgr.cases import actions as case_actions
from casemgr.cases.models import Case
from casemgr.cases.terms import Stage
from casemgr.core.calendar import local_day
from casemgr.demo import apart, around, care, papers, stories
from casemgr.demo import sentences as say
from casemgr.demo.chance import Chance
from casemgr.demo.pace import Pace
from casemgr.demo.world import SEPARATED, CaseLife, Fate, Life, Turn, World
from casemgr.intake import actions as intake
from casemgr.intake import queries as reports
from casemgr.intake import rules as intake_rules
from casemgr.intake.terms import Decision, Story
from casemgr.intervention.emergency import actions as emergency
from casemgr.intervention.plan import actions as plans
from casemgr.intervention.plan import diary
from casemgr.intervention.plan import queries as plan_queries
from casemgr.intervention.plan import rules as plan_rules
from casemgr.intervention.plan.terms import Content, Issue
from casemgr.places.terms import UnitFacts
from casemgr.review import actions as reviews
from casemgr.review import queries as review_queries
from casemgr.review import rules as review_rules
from casemgr.review.terms import Outcome


def report(world: World, fate: Fate, chance: Chance) -> Life:
    """From the call to the decision; then each child's case lives on its own."""
    staff, pace = (
        world.staff,
        Pace(chance, fate.received_at, fate.resting_since or world.now, hurried=fate.until is not None),
    )
    officer = staff.at(Role.COMMUNE_OFFICER, fate.unit)
    heard_by = (
        staff.hotline if fate.by_hotline else chance.one((officer, staff.at(Role.HOTLINE_OPERATOR, None)))
    )
    desk = yield Turn(fate.received_at, heard_by)
    told = stories.telling(
        fate.plot, fate.received_at, reference=world.reference(fate.received_at) if fate.by_hotline else None
    )
    received = intake.receive(desk, told)
    number, children = received.number, [case.number for case in received.cases]
    triaged = received.status == "triage"
    if fate.nudged:
        desk = yield Turn(pace.next(6), staff.hotline)
        intake.nudge(desk, reports.report(desk, number))
    if fate.decision is Decision.PENDING:
        return
    if triaged:
        desk = yield Turn(pace.next(3), staff.at(Role.PROVINCE_SUPERVISOR, world.province))
        code = world.code_on(fate.unit, desk.now)
        intake.route(desk, reports.report(desk, number), unit_code=code, reason=chance.one(say.ROUTED))
    if chance.happens(0.4):
        desk = yield Turn(pace.next(0.7), officer)
        intake.acknowledge(desk, reports.report(desk, number))
    if fate.passed_on_to is not None:
        desk = yield Turn(pace.next(2), officer)
        _pass_on(world, desk, number, fate.passed_on_to, chance)
        fate = replace(fate, unit=fate.passed_on_to)
        officer = staff.at(Role.COMMUNE_OFFICER, fate.unit)
    desk = yield Turn(pace.next(2.5 if fate.plot.grave else 6), officer)
    reason = {Decision.NOT_VERIFIED: say.NOT_VERIFIED, Decision.NO_PLAN_NEEDED: say.NO_PLAN}.get(
        fate.decision
    )
    intake.decide(
        desk,
        reports.report(desk, number),
        decision=fate.decision,
        reason=chance.one(reason) if reason else None,
    )
    if fate.decision is not Decision.ACCEPTED or fate.until is Stage.RECEIVED:
        return
    for child in children:
        world.begin(OneCase(world, fate, child, chance.branch(child), replace(pace)).life())


def _pass_on(world: World, desk: Desk, number: str, unit: UnitFacts, chance: Chance) -> None:
    intake.decide(
        desk,
        reports.report(desk, number),
        decision=Decision.OTHER_COMMUNE,
        reason=chance.one(say.ELSEWHERE),
        unit_code=world.code_on(unit, desk.now),
    )


class OneCase(CaseLife):
    """The life of one child's case, from the initial assessment on."""

    def life(self) -> Life:
        """Until it is closed, or rests where its fate says."""
        yield from around.reported(self)
        yield from self.looked_into()
        if self.fate.until in (Stage.ASSESSING, Stage.PROTECTING, Stage.STUDYING):
            return
        for last in (*[False] * (self.fate.rounds - 1), True):
            if last and self.fate.until is Stage.PLANNING:
                return
            yield from self.planned(last=last)
            if last and self.fate.until is Stage.APPROVING:
                return
            yield from self.served()
            if last and self.fate.until is Stage.CARRYING_OUT:
                return
            yield from self.reviewed(well=last)
        if self.fate.until is Stage.REVIEWING:
            return
        yield from self.closed()

    def looked_into(self) -> Life:
        """The officer looks into it: at once what cannot wait, then everything."""
        if self.chance.happens(0.3):
            desk = yield self.turn(1.5, self.officer)
            case_actions.note(desk, self.file(desk), text=self.chance.one(say.NOTES))
        if self.fate.until is Stage.ASSESSING:
            return
        desk = yield self.turn(3 if self.fate.plot.grave else 18, self.officer)
        in_danger = self._initial(desk)
        if self.fate.until is Stage.PROTECTING:
            yield from apart.begun(self)
            return
        if in_danger:
            desk = yield self.turn(2, self.officer)
            self._protect(desk)
        yield from apart.begun(self)
        if self.fate.until is Stage.STUDYING:
            return
        if self.chance.happens(0.2) and not self.fate.by_hotline:
            desk = yield self.turn(20, self.officer)
            self._better_known(desk)
        desk = yield self.turn(44, self.officer)
        self._full(desk)
        yield from around.known(self)

    def planned(self, *, last: bool) -> Life:
        """The commune meets, a plan is written, perhaps given back once, and approved."""
        yield from around.met(self)
        desk = yield self.turn(26, self.officer)
        self._hand_in(desk)
        resting = last and self.fate.until is Stage.APPROVING
        if not resting and self.chance.happens(0.15):
            desk = yield self.turn(14, self.chair)
            file = self.file(desk)
            waiting = plan_queries.current(desk, file)
            plans.give_back(
                desk, file, version=waiting.version if waiting else 0, reason=self.chance.one(say.RETURNED)
            )
            desk = yield self.turn(12, self.officer)
            self._hand_in(desk)
        if resting:
            return
        desk = yield self.turn(22, self.chair)
        self._approve(desk)
        if last:
            yield from apart.ended(self)
            yield from care.placed(self)
            yield from around.approved(self)

    def served(self) -> Life:
        """The services meet the child, week after week; sometimes a social worker takes over."""
        visitor = self.officer
        if self.fate.other is None and self.fate.unit == self.world.staff.first and self.chance.happens(0.35):
            worker = self.world.staff.at(Role.SOCIAL_WORKER, self.fate.unit)
            desk = yield self.turn(20, self.chair)
            visitor = self._give_to(desk, worker)
        for place in range(self.chance.number(2, 4)):
            desk = yield self.turn(24 * 7, visitor)
            self._visit(desk, place)

    def reviewed(self, *, well: bool) -> Life:
        """The officer reviews: another round, or ready to be closed."""
        desk = yield self.turn(24 * 20, self.officer)
        file = self.file(desk)
        plan = review_queries.plan_content(desk, file)
        goals = papers.goals_met(Chance(f"goals {file.number} {file.round}"), plan, well=well)
        answers = replace(papers.review(self.chance, well=well), goals=goals)
        outcome = Outcome.CLOSE if well else Outcome.NEXT_ROUND
        found = (
            review_rules.findings_before_proposing(review_queries.closing_facts(desk, file, answers))
            if well
            else review_rules.findings_before_another_round(answers)
        )
        told = papers.explained(found, self.chance)
        reviews.conclude(desk, file, outcome=outcome, answers=answers, version=0, explanations=told)

    def closed(self) -> Life:
        """The chair closes, now and then not at the first time; some cases are opened again."""
        if self.chance.happens(0.08):
            desk = yield self.turn(30, self.chair)
            file = self.file(desk)
            reviews.refuse(
                desk, file, version=self._review_version(desk, file), reason=self.chance.one(say.REFUSED)
            )
            yield from self.reviewed(well=True)
        desk = yield self.turn(30, self.chair)
        file = self.file(desk)
        review = review_queries.current(desk, file)
        if review is None:
            return
        found = reviews.findings_on_closing(desk, file, review)
        reviews.close(desk, file, version=review.version, explanations=papers.explained(found, self.chance))
        if self.fate.reopened:
            desk = yield self.turn(24 * 30, self.chair)
            case_actions.reopen(desk, self.file(desk), reason=self.chance.one(say.REOPENED))

    def _child(self, desk: Desk, file: Case) -> papers.Child:
        known = reports.report_of(desk, file).known or Story()
        grave = self.fate.plot.grave or self.fate.until is Stage.PROTECTING
        return papers.Child(grave, intake_rules.by_parent_or_carer(known, file.child_ref))

    def _initial(self, desk: Desk) -> bool:
        """Mẫu 02; gives whether emergency measures are needed."""
        file = self.file(desk)
        must_act = self.fate.until is Stage.PROTECTING or bool(self.fate.beside & SEPARATED)
        answers = papers.initial(self.chance, self._child(desk, file), must_act=must_act)
        draft = assessments.save_draft(desk, file, kind=Form.INITIAL, answers=answers, version=0)
        told = papers.explained(assessment_rules.initial_is_ready(answers), self.chance)
        assessments.conclude(desk, file, kind=Form.INITIAL, version=draft.version, explanations=told)
        return answers.verdict is Verdict.MEASURES

    def _protect(self, desk: Desk) -> None:
        file = self.file(desk)
        taken = papers.measures(self.chance, file.received_at, desk.now, self.world.staff.name(self.officer))
        emergency.record_measures(
            desk, file, measures=taken, explanations={"late": self.chance.one(say.LATE)}
        )

    def _better_known(self, desk: Desk) -> None:
        """What was missing on Mẫu 01 is written down after the first visit."""
        report_ = reports.report_of(desk, self.file(desk))
        if report_.known is not None and report_.places is not None:
            better = self.world.stories.better_known(report_.known)
            intake.correct(desk, report_, known=better, places_of=report_.places, version=report_.version)

    def _full(self, desk: Desk) -> None:
        """Mẫu 03."""
        file = self.file(desk)
        known = assessment_queries.background(desk, file)
        answers = papers.full(self.chance, papers.Child(self.fate.plot.grave, known.carer_alleged))
        draft = assessments.save_draft(desk, file, kind=Form.FULL, answers=answers, version=0)
        told = papers.explained(assessment_rules.full_is_ready(answers, known), self.chance)
        assessments.conclude(desk, file, kind=Form.FULL, version=draft.version, explanations=told)

    def _hand_in(self, desk: Desk) -> None:
        """Mẫu 04."""
        file = self.file(desk)
        before = plan_queries.current(desk, file)
        known = plan_queries.background(desk, file)
        needs = (*known.kinds_needed, *around.services_wanted(self))
        content = papers.plan(self.chance, needs, local_day(desk.now))
        found = plan_rules.findings_before_handing_in(plan_queries.facts(desk, file, content, known))
        told = papers.explained(found, self.chance)
        plans.hand_in(desk, file, content=content, version=before.version if before else 0, explanations=told)

    def _approve(self, desk: Desk) -> None:
        """Mẫu 05: whoever carries the plan out gets it, and those of the family who are not alleged to have done harm."""
        file = self.file(desk)
        waiting = plan_queries.current(desk, file)
        if waiting is None:
            return
        family = plan_queries.background(desk, file).family
        recipients = {
            one.key for one in plan_rules.may_receive(waiting.content or Content(), family) if not one.alleged
        }
        issue = Issue(self.world.decision_number(), local_day(desk.now), recipients)
        facts = plans.approval_facts(desk, file, waiting, issue)
        plans.approve(
            desk,
            file,
            version=waiting.version,
            issue=issue,
            explanations=papers.explained(plan_rules.findings_before_approving(facts), self.chance),
        )

    def _give_to(self, desk: Desk, worker: Actor) -> Actor:
        """Give the case to a social worker of the unit, if it has one there; gives who visits the child from now on."""
        file = self.file(desk)
        if worker.account_id is None or worker.account_id not in dict(
            case_actions.possible_holders(desk, file)
        ):
            return self.officer
        case_actions.assign(desk, file, holder_id=worker.account_id)
        return replace(worker, cases=worker.cases | {file.id}, children=worker.children | {file.child_id})

    def _visit(self, desk: Desk, place: int) -> None:
        file = self.file(desk)
        plan = plan_queries.approved(desk, file)
        services = plan.content.services if plan is not None and plan.content is not None else ()
        if not services:
            return
        visit = papers.visit(self.chance)
        today = local_day(desk.now)
        promise = today + timedelta(days=self.chance.number(3, 12)) if visit.promise else None
        service = services[place % len(services)]
        entry = diary.note(
            desk, file, service=service.key, happened_on=today, visit=visit, promise_on=promise
        )
        if promise is not None and self.chance.happens(0.6):
            diary.keep_promise(desk, file, entry_id=entry.id)

    def _review_version(self, desk: Desk, file: Case) -> int:
        review = review_queries.current(desk, file)
        return review.version if review is not None else 0
