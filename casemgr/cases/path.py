"""The way of a case as one table for a lawyer: stage, step, who takes it, which clocks it starts and stops, form, basis.

The moves are those of `workflow.py`, the clocks those of `deadlines.py`; here stands what people read beside them. The
picture and the table in the docs are drawn from this (`tools/draw_path.py`), and a test compares them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from casemgr.cases import deadlines, workflow
from casemgr.cases.terms import Stage, Step
from casemgr.law.rulebook import CountedFrom
from casemgr.law.wording import Wording as W

OFFICER = W("Người làm công tác bảo vệ trẻ em cấp xã", "Commune child-protection officer")
CHAIR = W("Chủ tịch UBND cấp xã", "Chair of the commune People's Committee")
COMMUNE = W("Ủy ban nhân dân cấp xã", "Commune People's Committee")
ANYBODY_ASKED = W("Nơi tiếp nhận thông tin", "Whoever receives the information")
PROVINCE = W("Cơ quan quản lý về trẻ em cấp tỉnh", "Provincial authority for children")
PROVIDER = W("Cơ sở cung cấp dịch vụ", "Service provider")
HOUSE = W("Hệ thống", "The system")
HOTLINE = W("Tổng đài 111", "Hotline 111")


@dataclass(frozen=True)
class Duty:
    """What there is to say about one step: its name, whom the law names, the right it needs here, form and article."""

    title: W
    who: W
    right: str | None  # the permission asked for; none: it follows by itself from another step
    form: str | None = None
    basis: str = ""  # empty: work of the house that the law does not order


def _d(vi: str, en: str, who: W, right: str | None, form: str | None = None, basis: str = "") -> Duty:
    return Duty(W(vi, en), who, right, form, basis)


_HANDOVER = "LTE Điều 52 khoản 2"
DUTIES: Mapping[Step, Duty] = MappingProxyType(
    {
        Step.RECEIVE: _d("Tiếp nhận tin", "Receive the report", ANYBODY_ASKED, "intake:report:receive", "01", "ND56 Điều 25 khoản 1"),
        Step.UPDATE: _d("Người báo bổ sung tin", "The sender tells more", ANYBODY_ASKED, "intake:report:receive", "01", "ND56 Điều 25 khoản 1"),
        Step.ACKNOWLEDGE: _d("Xem tin", "See the report", COMMUNE, "intake:report:decide"),
        Step.ROUTE: _d("Chuyển tin tới xã nơi xảy ra", "Pass on to the commune where it happened", PROVINCE, "intake:report:route", None, "ND56 Điều 26 khoản 1"),
        Step.ACCEPT: _d("Nhận xử lý", "Take the report on", COMMUNE, "intake:report:decide", None, "ND56 Điều 26 khoản 2"),
        Step.SCREEN_OUT: _d("Không xác thực hoặc không cần kế hoạch", "Not verified, or no plan needed", COMMUNE, "intake:report:decide", None, "ND56 Điều 25 khoản 2"),
        Step.TELL_AGAIN: _d("Có tin mới sau khi đóng: quyết định lại", "More is told after closing: decide anew", ANYBODY_ASKED, "intake:report:receive", "01", "ND56 Điều 25 khoản 1"),
        Step.ASSIGN: _d("Giao người giữ hồ sơ", "Give the case to somebody", COMMUNE, "cases:case:assign"),
        Step.NOTE: _d("Ghi chú", "Note", OFFICER, "cases:case:note"),
        Step.CORRECT: _d("Bổ sung Mẫu 01", "Complete Form 01", COMMUNE, "intake:report:correct", "01", "ND56 Điều 25 khoản 1"),
        Step.NUDGE: _d("Tổng đài 111 hỏi lại", "The hotline asks again", HOTLINE, "exchange:referral:follow", None, "ND56 Điều 22"),
        Step.ASSESS_EMERGENCY: _d("Đánh giá ban đầu: cần can thiệp khẩn cấp", "Initial assessment: emergency measures", OFFICER, "assessment:assessment:write", "02", "ND56 Điều 26 khoản 2; ND56 Điều 31 khoản 1"),
        Step.ASSESS_NO_EMERGENCY: _d("Đánh giá ban đầu: không khẩn cấp", "Initial assessment: no emergency", OFFICER, "assessment:assessment:write", "02", "ND56 Điều 26 khoản 2"),
        Step.PROTECT: _d("Áp dụng biện pháp khẩn cấp", "Take emergency measures", CHAIR, "intervention:emergency:record", None, "ND56 Điều 26 khoản 3; ND56 Điều 31 khoản 2"),
        Step.SEPARATE: _d("Quyết định tạm thời cách ly", "Decide temporary separation", CHAIR, "intervention:separation:decide", "07", "ND56 Điều 32 khoản 2"),
        Step.EXTEND_SEPARATION: _d("Gia hạn cách ly", "Extend the separation", CHAIR, "intervention:separation:decide", "07", "ND56 Điều 32 khoản 3"),
        Step.LIFT_SEPARATION: _d("Hủy cách ly trước hạn", "Lift the separation early", CHAIR, "intervention:separation:decide", None, "ND56 Điều 32 khoản 3"),
        Step.END_SEPARATION: _d("Hết cách ly: đánh giá", "The separation ends: assess", OFFICER, "intervention:separation:draft", "03", "TT14 Điều 14 khoản 3"),
        Step.ASK_COURT: _d("Đề nghị Tòa án", "Ask the court", CHAIR, "intervention:separation:decide", None, "LTE Điều 52 khoản 3"),
        Step.WITHHOLD: _d("Không cho người bị cho là gây tổn hại tham gia", "Keep the alleged person out", CHAIR, "intervention:withholding:decide", None, "ND56 Điều 27 khoản 1"),
        Step.STUDY: _d("Đánh giá cụ thể", "Full assessment", OFFICER, "assessment:assessment:write", "03", "ND56 Điều 27 khoản 1"),
        Step.MEET: _d("Họp xác định biện pháp", "Meeting on the measures", CHAIR, "intervention:meeting:record", None, "ND56 Điều 27 khoản 2"),
        Step.DRAFT_PLAN: _d("Soạn kế hoạch", "Draft the plan", OFFICER, "intervention:plan:draft", "04", "ND56 Điều 28 khoản 1"),
        Step.HAND_IN_PLAN: _d("Trình kế hoạch", "Hand the plan in", OFFICER, "intervention:plan:draft", "04", "ND56 Điều 28 khoản 1; ND56 Điều 28 khoản 2"),
        Step.APPROVE_PLAN: _d("Phê duyệt kế hoạch", "Approve the plan", CHAIR, "intervention:plan:approve", "05", "ND56 Điều 28 khoản 4"),
        Step.RETURN_PLAN: _d("Trả lại kế hoạch", "Return the plan", CHAIR, "intervention:plan:approve", None, "ND56 Điều 28 khoản 4"),
        Step.CHANGE_PLAN: _d("Điều chỉnh kế hoạch", "Change the plan", OFFICER, "intervention:plan:draft", "04", "ND56 Điều 29"),
        Step.DELIVER_PLAN: _d("Gửi quyết định và kế hoạch", "Deliver decision and plan", COMMUNE, "intervention:plan:draft", "05", "ND56 Điều 28 khoản 5"),
        Step.SERVICE: _d("Thực hiện dịch vụ", "Carry out a service", OFFICER, "intervention:service:record", None, "ND56 Điều 29"),
        Step.ASK_PROVIDER: _d("Đề nghị cơ sở cung cấp dịch vụ", "Ask a provider for a service", OFFICER, "intervention:service:ask", None, "ND56 Điều 29 khoản 1 điểm b"),
        Step.PROVIDER_ANSWER: _d("Cơ sở trả lời", "The provider answers", PROVIDER, "intervention:service:answer", None, "ND56 Điều 29"),
        Step.REVIEW_AGAIN: _d("Rà soát: lập kế hoạch vòng mới", "Review: another round", OFFICER, "review:review:write", "06", "ND56 Điều 30 khoản 1"),
        Step.PROPOSE_CLOSURE: _d("Rà soát: đề nghị kết thúc", "Review: propose to close", OFFICER, "review:review:write", "06", "ND56 Điều 30 khoản 1"),
        Step.REFUSE_CLOSURE: _d("Không cho kết thúc", "Refuse to close", CHAIR, "review:case:close", None, "ND56 Điều 30 khoản 1"),
        Step.CLOSE: _d("Kết thúc", "Close", CHAIR, "review:case:close", None, "ND56 Điều 30 khoản 1; ND56 Điều 30 khoản 3"),
        Step.REOPEN: _d("Mở lại", "Open again", COMMUNE, "cases:case:reopen"),
        Step.SEND_HANDOVER: _d("Gửi bàn giao", "Send a handover", COMMUNE, "handovers:handover:send", None, _HANDOVER),
        Step.SEE_HANDOVER: _d("Nơi nhận đã thấy", "Seen by the receiver", COMMUNE, "handovers:handover:answer", None, _HANDOVER),
        Step.ACCEPT_HANDOVER: _d("Tiếp nhận bàn giao", "Accept a handover", COMMUNE, "handovers:handover:answer", None, _HANDOVER),
        Step.RETURN_HANDOVER: _d("Trả lại bàn giao", "Return a handover", COMMUNE, "handovers:handover:answer", None, _HANDOVER),
        Step.TAKE_BACK_HANDOVER: _d("Rút lại bàn giao", "Take a handover back", COMMUNE, "handovers:handover:send", None, _HANDOVER),
        Step.DECIDE_CARE: _d("Quyết định chăm sóc thay thế", "Decide alternative care", CHAIR, "intervention:care:decide", "12", "ND56 Điều 42; LTE Điều 66"),
        Step.GIVE_INTO_CARE: _d("Giao trẻ cho người chăm sóc", "Hand the child to the carer", COMMUNE, "intervention:care:write", None, "ND56 Điều 42 khoản 7"),
        Step.VISIT_CARE: _d("Thăm, theo dõi", "Visit", OFFICER, "intervention:care:write", "13", "ND56 Điều 43 khoản 2"),
        Step.CHANGE_CARE: _d("Thay đổi chăm sóc thay thế", "Change alternative care", CHAIR, "intervention:care:decide", "12", "ND56 Điều 48"),
        Step.END_CARE: _d("Chấm dứt chăm sóc thay thế", "End alternative care", CHAIR, "intervention:care:decide", "16", "LTE Điều 69; ND56 Điều 48"),
        Step.REPORT_CRIME: _d("Báo tin về dấu hiệu tội phạm", "Report signs of a crime", COMMUNE, "proceedings:proceeding:write", None, "BLTTHS Điều 146 khoản 3; TTLT01 Điều 9"),
        Step.PROCEEDING: _d("Xử lý hành chính, hình sự", "Sanction, criminal proceedings", COMMUNE, "proceedings:proceeding:write"),
        Step.ISSUE_PAPER: _d("Ban hành văn bản", "Issue a paper", COMMUNE, "documents:paper:issue", None, "ND56 Điều 24"),
        Step.RESTRICT: _d("Hạn chế người xem", "Restrict to named readers", COMMUNE, "cases:case:restrict", None, "ND56 Điều 25 khoản 1"),
        Step.CHANGE_READERS: _d("Thêm, bớt người được xem", "Change the readers", COMMUNE, "cases:case:restrict"),
        Step.LIFT_RESTRICTION: _d("Bỏ hạn chế người xem", "Lift the restriction", COMMUNE, "cases:case:restrict"),
        Step.ESCALATE: _d("Không ai phản hồi: báo cấp trên", "Nobody reacts: tell the next level", HOUSE, None),
    }
)  # fmt: skip

STAGES: Mapping[Stage, W] = MappingProxyType(
    {
        Stage.RECEIVED: W("Đã nhận tin", "Received"),
        Stage.ASSESSING: W("Đánh giá ban đầu", "Initial assessment"),
        Stage.PROTECTING: W("Can thiệp khẩn cấp", "Emergency measures"),
        Stage.STUDYING: W("Đánh giá cụ thể", "Full assessment"),
        Stage.PLANNING: W("Lập kế hoạch", "Planning"),
        Stage.APPROVING: W("Chờ phê duyệt", "Waiting for approval"),
        Stage.CARRYING_OUT: W("Thực hiện", "Carrying out"),
        Stage.REVIEWING: W("Chờ kết thúc", "Waiting to be closed"),
        Stage.CLOSED: W("Đã kết thúc", "Closed"),
    }
)


@dataclass(frozen=True)
class Line:
    """One row of the path: at a stage, a step, and where it leads."""

    stage: Stage | None  # none: before the first
    step: Step
    to: Stage
    duty: Duty
    starts: tuple[str, ...]
    may_start: tuple[str, ...]  # where a place counts from another moment than the law's strictest reading
    stops: tuple[str, ...]

    @property
    def moves(self) -> bool:
        """Whether the case changes its stage."""
        return self.stage is not self.to


def table() -> tuple[Line, ...]:
    """The whole path, stage by stage in its order, first the steps that move the case."""
    first = _line(None, Step.RECEIVE, Stage.RECEIVED)
    rest = [_line(stage, step, to) for (stage, step), to in workflow.PATH.items()]
    stages, steps = list(Stage), list(Step)
    rest.sort(
        key=lambda one: (stages.index(one.stage or Stage.RECEIVED), not one.moves, steps.index(one.step))
    )
    return (first, *rest)


def moves() -> tuple[Line, ...]:
    """The rows on which the case changes its stage."""
    return tuple(line for line in table() if line.moves)


def _line(stage: Stage | None, step: Step, to: Stage) -> Line:
    here = [
        one for one in deadlines.STARTS.get(step, ()) if one.applies(to, one.under or CountedFrom.RECEIPT)
    ]
    starts = tuple(one.clock for one in here if one.applies(to))
    stops = ("*",) if step in deadlines.STOPS_ALL else deadlines.STOPS.get(step, ())
    may_start = tuple(one.clock for one in here if one.clock not in starts)
    return Line(stage, step, to, DUTIES[step], starts, may_start, tuple(stops))
