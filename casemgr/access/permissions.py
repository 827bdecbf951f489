"""Every permission of the house, "room:thing:act", alphabetical inside its room."""

from enum import StrEnum


class Permission(StrEnum):
    """One thing a person or a machine may be allowed to do."""

    PUBLIC = "public"  # sign-in, health: listed in one test

    ACCOUNT_MANAGE = "accounts:account:manage"
    CLIENT_MANAGE = "accounts:client:manage"
    OWN_ACCOUNT = "accounts:own:use"
    SECOND_SIGN = "accounts:second:sign"

    ASSESSMENT_WRITE = "assessment:assessment:write"

    CASE_ASSIGN = "cases:case:assign"
    CASE_LIST = "cases:case:list"
    CASE_NOTE = "cases:case:note"
    CASE_READ = "cases:case:read"
    CASE_REOPEN = "cases:case:reopen"
    CASE_RESTRICT = "cases:case:restrict"
    WORKLIST = "cases:worklist:read"

    ACCESS_ANSWER = "children:access:answer"
    CHILD_MERGE = "children:child:merge"
    CHILD_SEARCH = "children:child:search"
    HIDDEN_PLACE_READ = "children:place:read"
    CHILD_READ = "children:child:read"

    CIRCUMSTANCE_READ = "circumstances:spell:read"
    CIRCUMSTANCE_WRITE = "circumstances:spell:write"

    PAPER_ISSUE = "documents:paper:issue"
    PAPER_READ = "documents:paper:read"
    TEMPLATE_LOAD = "documents:template:load"

    NUMBER_SEND = "exchange:number:read"
    REFERRAL_FOLLOW = "exchange:referral:follow"
    REFERRAL_SEND = "exchange:referral:send"

    EXPORT = "exports:list:make"

    FILE_ADD = "files:file:add"
    FILE_ORIGINAL = "files:original:read"
    FILE_READ = "files:file:read"

    HANDOVER_ANSWER = "handovers:handover:answer"
    HANDOVER_READ = "handovers:handover:read"
    HANDOVER_SEND = "handovers:handover:send"
    MERGER_MOVE = "handovers:merger:move"

    CELL_OPEN = "indicators:cell:open"
    FIGURE_SUPPLY = "indicators:figure:supply"
    STATEMENT_KEEP = "indicators:statement:keep"
    TABLE_READ = "indicators:table:read"

    REPORTER_READ = "intake:reporter:read"
    REPORT_CORRECT = "intake:report:correct"
    REPORT_DECIDE = "intake:report:decide"
    REPORT_READ = "intake:report:read"
    REPORT_RECEIVE = "intake:report:receive"
    REPORT_ROUTE = "intake:report:route"

    EMERGENCY_RECORD = "intervention:emergency:record"
    SEPARATION_DECIDE = "intervention:separation:decide"
    SEPARATION_DRAFT = "intervention:separation:draft"
    WITHHOLDING_DECIDE = "intervention:withholding:decide"
    CARE_DECIDE = "intervention:care:decide"
    CARE_READ = "intervention:care:read"
    CARE_WRITE = "intervention:care:write"
    MEETING_RECORD = "intervention:meeting:record"
    PLAN_APPROVE = "intervention:plan:approve"
    PLAN_DRAFT = "intervention:plan:draft"
    PLAN_READ = "intervention:plan:read"
    SERVICE_RECORD = "intervention:service:record"
    SERVICE_ANSWER = "intervention:service:answer"
    SERVICE_ASK = "intervention:service:ask"

    LAW_MANAGE = "legislation:law:manage"
    LAW_READ = "legislation:law:read"

    DEPUTY_SET = "notices:deputy:set"
    NOTICE_READ = "notices:notice:read"

    AUDIT_READ = "oversight:audit:read"
    HELP = "oversight:help:read"
    OVERSIGHT_READ = "oversight:overview:read"
    READERS_READ = "oversight:readers:read"

    PLACE_LOOK_UP = "places:unit:read"

    CONSENT_RECORD = "privacy:consent:record"
    INCIDENT_MANAGE = "privacy:incident:manage"
    INCIDENT_REPORT = "privacy:incident:report"
    PROCESSING_MANAGE = "privacy:processing:manage"
    PROCESSING_READ = "privacy:processing:read"
    DATA_REQUEST = "privacy:request:answer"

    PROCEEDING_READ = "proceedings:proceeding:read"
    PROCEEDING_WRITE = "proceedings:proceeding:write"

    PROVIDER_MANAGE = "providers:provider:manage"
    PROVIDER_READ = "providers:provider:read"

    RETURN_APPROVE = "reporting:return:approve"
    RETURN_PLAN = "reporting:plan:set"
    RETURN_PUBLISH = "reporting:return:publish"
    RETURN_READ = "reporting:return:read"
    RETURN_SIGN = "reporting:return:sign"
    HOLD_SET = "retention:hold:set"
    RETENTION_DECIDE = "retention:file:destroy"

    CASE_CLOSE = "review:case:close"
    REVIEW_WRITE = "review:review:write"

    GLASS_BREAK = "safeguards:glass:break"
    SAFEGUARD_REVIEW = "safeguards:review:write"

    MAINTAIN = "maintenance:installation:run"
