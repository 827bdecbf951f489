"""What stands on each official form, in its order: read by make_paper_templates.py. Nothing here is printed as it stands.

Mẫu 01 follows the form itself, Mẫu 06 the parts of it that could be read. All others are our own plain layout of the
contents that the law makes mandatory, and say so on the paper.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Line:
    """A label and its field behind it."""

    label: str
    field: str


@dataclass(frozen=True)
class Long:
    """A label and its field below it."""

    label: str
    field: str


@dataclass(frozen=True)
class Words:
    """A sentence, with fields inside."""

    text: str
    bold: bool = False
    center: bool = False
    italic: bool = False


@dataclass(frozen=True)
class Rows:
    """A list as a table: heading, column of the list, width in parts."""

    name: str
    columns: tuple[tuple[str, str, int], ...]
    total: tuple[str, ...] = ()  # cells of a last row


@dataclass(frozen=True)
class Form:
    number: str
    title: tuple[str, ...]  # lines, the first one large
    blocks: tuple[object, ...]
    head: str = "agency"  # or person: an application has no agency above it
    sign: str = "{{ signer_title }}"
    other_sign: str = ""
    wide: bool = False


CHILD = (
    Line("Họ và tên trẻ em", "child_name"),
    Line("Ngày, tháng, năm sinh (hoặc ước lượng tuổi)", "child_birth"),
    Line("Giới tính", "child_sex"),
)
CHILD_AT = (*CHILD, Line("Nơi cư trú", "child_residence"))
CARER = (
    Line("Họ và tên người nhận chăm sóc", "carer_name"),
    Line("Ngày, tháng, năm sinh", "carer_birth"),
    Line("Số định danh cá nhân", "carer_identity"),
    Line("Địa chỉ", "carer_address"),
    Line("Điện thoại", "carer_phone"),
)
APPLICANT = (
    Line("Họ và tên", "name"),
    Line("Ngày, tháng, năm sinh", "birth"),
    Line("Giới tính", "sex"),
    Line("Dân tộc", "ethnic_group"),
    Line("Số định danh cá nhân", "identity"),
    Line("Nơi cư trú", "address"),
    Line("Điện thoại", "phone"),
    Line("Nghề nghiệp", "occupation"),
    Line("Họ và tên vợ hoặc chồng", "spouse_name"),
    Line("Ngày, tháng, năm sinh của vợ hoặc chồng", "spouse_birth"),
    Line("Nghề nghiệp của vợ hoặc chồng", "spouse_occupation"),
    Heading("Thành viên trong gia đình"),
    Rows(
        "members",
        (
            ("TT", "no", 1),
            ("Họ và tên", "name", 5),
            ("Ngày sinh", "birth", 3),
            ("Nghề nghiệp", "occupation", 4),
        ),
    ),
)
LIVING = (
    Long("Chỗ ở", "housing"),
    Long("Thu nhập, điều kiện kinh tế", "income"),
    Long("Sức khỏe", "health"),
)


def levels(name: str, what: str) -> Rows:
    return Rows(
        name,
        (
            ("", "mark", 2),
            (what, "wording", 9),
            ("Cao", "high", 3),
            ("Trung bình", "medium", 3),
            ("Thấp", "low", 3),
            ("Mức đã chọn", "chosen", 9),
            ("Chứng cứ, ghi chú", "evidence", 6),
        ),
        (
            "",
            "Tổng số",
            f"{{{{ {name}_high }}}}",
            f"{{{{ {name}_medium }}}}",
            f"{{{{ {name}_low }}}}",
            "",
            "",
        ),
    )


SERVICES = Rows(
    "services",
    (
        ("TT", "no", 1),
        ("Dịch vụ, công việc", "what", 5),
        ("Loại", "kind", 3),
        ("Cơ quan, tổ chức, cá nhân thực hiện", "who", 4),
        ("Bắt đầu", "since", 3),
        ("Dự kiến kết thúc", "until", 3),
        ("Dự toán (đồng)", "cost", 3),
        ("Nguồn", "source", 2),
        ("Ghi chú", "note", 3),
    ),
    ("", "Tổng dự toán", "", "", "", "", "{{ total }}", "", ""),
)

FORMS = (
    Form(
        "01",
        ("BÁO CÁO", "Tiếp nhận thông tin trẻ em: {{ subject }}"),
        (
            Heading("A. Tiếp nhận thông tin"),
            Heading("1. Nguồn tiếp nhận thông tin"),
            Line("Thông qua (điện thoại, gặp trực tiếp, người khác báo)", "channel"),
            Line("Thời gian (mấy giờ)", "received_time"),
            Line("Ngày, tháng, năm", "received_day"),
            Heading("2. Thông tin về trẻ em (ghi nếu biết)"),
            *CHILD,
            Line("Địa điểm xảy ra vụ việc", "incident_place"),
            Long("Tình trạng hiện tại của trẻ em", "condition"),
            Long("Phỏng đoán hậu quả có thể xảy ra cho trẻ em nếu không có hỗ trợ, can thiệp", "feared"),
            Line("Họ và tên cha, tuổi, nghề nghiệp", "father"),
            Line("Họ và tên mẹ, tuổi, nghề nghiệp", "mother"),
            Long("Hoàn cảnh gia đình", "family"),
            Line("Hiện nay ai là người chăm sóc trẻ em (nếu biết)", "carer"),
            Long("Những hành động hỗ trợ, can thiệp đã thực hiện trước khi nhận được thông tin", "actions"),
            Heading("3. Thông tin về người cung cấp (nếu đồng ý cung cấp)"),
            Line("Họ và tên", "reporter_name"),
            Line("Số điện thoại", "reporter_phone"),
            Line("Địa chỉ", "reporter_address"),
            Line("Ghi chú thêm", "reporter_note"),
            Heading("Phần ghi thêm (không có trên mẫu)"),
            Line("Nơi trẻ em cư trú", "child_residence"),
            Line("Nơi trẻ em đang ở lúc nhận tin", "whereabouts"),
            Line("Ngày xảy ra", "incident_day"),
            Line("Môi trường xảy ra", "environment"),
            Line("Hình thức xâm hại", "harms"),
            Long("Diễn biến vụ việc", "description"),
            Words("Người bị cho là gây tổn hại:"),
            Rows(
                "suspects",
                (
                    ("TT", "no", 1),
                    ("Họ và tên", "name", 5),
                    ("Giới tính", "sex", 2),
                    ("Tuổi", "age", 2),
                    ("Quan hệ với trẻ em", "relation", 4),
                ),
            ),
        ),
        sign="CÁN BỘ TIẾP NHẬN",
    ),
    Form(
        "02",
        ("ĐÁNH GIÁ BAN ĐẦU", "Nguy cơ và mức độ tổn hại của trẻ em"),
        (
            *CHILD_AT,
            Line("Người thực hiện", "done_by"),
            Line("Thời điểm đánh giá", "done_at"),
            Heading("1. Hai điều kiện cần bảo vệ khẩn cấp (Điều 31 khoản 1)"),
            Line("Tính mạng, sức khỏe, nhân phẩm đang bị đe dọa hoặc tổn hại nghiêm trọng", "danger"),
            Line("Người gây tổn hại là cha, mẹ hoặc người chăm sóc", "carer_harms"),
            Heading("2. Mức độ tổn hại"),
            levels("harm", "Nội dung đánh giá"),
            Heading("3. Khả năng tự bảo vệ của trẻ em"),
            levels("protection", "Nội dung đánh giá"),
            Heading("4. Kết luận"),
            Line("Kết luận", "conclusion"),
            Long("Lý do", "reason"),
            Heading("5. Nhu cầu an toàn tạm thời"),
            Line("Nơi ở, điều kiện sinh hoạt", "shelter"),
            Line("Đơn vị cung cấp", "shelter_by"),
            Line("Chăm sóc thể chất, tinh thần", "care"),
            Line("Đơn vị cung cấp", "care_by"),
            Heading("6. Biện pháp khẩn cấp đã thực hiện"),
            Rows(
                "measures",
                (
                    ("TT", "no", 1),
                    ("Biện pháp", "what", 5),
                    ("Lúc", "at", 3),
                    ("Người, đơn vị thực hiện", "who", 4),
                    ("Ghi chú", "note", 3),
                ),
            ),
        ),
    ),
    Form(
        "03",
        ("BÁO CÁO", "Thu thập thông tin, đánh giá nguy cơ cụ thể"),
        (
            *CHILD_AT,
            Line("Người thực hiện", "done_by"),
            Line("Thời điểm kết luận", "done_at"),
            Heading("1. Thông tin thu thập (Điều 27 khoản 1)"),
            Rows(
                "contents",
                (("", "letter", 1), ("Nội dung", "wording", 5), ("Thông tin thu thập được", "text", 10)),
            ),
            Heading("2. Mức độ tổn hại"),
            levels("harm", "Nội dung đánh giá"),
            Heading("3. Khả năng tự bảo vệ của trẻ em"),
            levels("protection", "Nội dung đánh giá"),
            Heading("4. Kết luận"),
            Line("Mức độ nguy cơ", "risk"),
            Long("Lý do", "reason"),
            Long("Các vấn đề cần giải quyết", "problems"),
            Long("Dịch vụ cần có", "services"),
        ),
    ),
    Form(
        "04",
        ("KẾ HOẠCH", "Hỗ trợ, can thiệp", "(vòng {{ round }})"),
        (
            *CHILD_AT,
            Line("Người lập kế hoạch", "written_by"),
            Line("Trình lúc", "handed_in"),
            Heading("1. Lý do, vấn đề cần giải quyết"),
            Words("{{ why }}"),
            Heading("2. Mục tiêu"),
            Rows("goals", (("TT", "no", 1), ("Mục tiêu", "text", 15))),
            Heading("3. Dịch vụ, công việc, thời gian, phân công và dự toán (Điều 28 khoản 3)"),
            SERVICES,
        ),
        wide=True,
    ),
    Form(
        "05",
        ("QUYẾT ĐỊNH", "Phê duyệt kế hoạch hỗ trợ, can thiệp"),
        (
            Words("CHỦ TỊCH ỦY BAN NHÂN DÂN {{ agency }}", bold=True, center=True),
            Words("Căn cứ Luật Trẻ em ngày 05 tháng 4 năm 2016;", italic=True),
            Words("Căn cứ Điều 28 Nghị định số 56/2017/NĐ-CP ngày 09 tháng 5 năm 2017;", italic=True),
            Words(
                "Xét kế hoạch hỗ trợ, can thiệp vòng {{ round }} do {{ written_by }} trình ngày {{ handed_in }},",
                italic=True,
            ),
            Words("QUYẾT ĐỊNH:", bold=True, center=True),
            Words(
                "Điều 1. Phê duyệt kế hoạch hỗ trợ, can thiệp đối với trẻ em {{ child_name }}, sinh "
                "{{ child_birth }}, giới tính {{ child_sex }}, cư trú tại {{ child_residence }}."
            ),
            Long("Lý do", "why"),
            Words("Mục tiêu:"),
            Rows("goals", (("TT", "no", 1), ("Mục tiêu", "text", 15))),
            Words("Dịch vụ, công việc:"),
            SERVICES,
            Words("Điều 2. Quyết định này có hiệu lực từ ngày {{ effective_on }}."),
            Words(
                "Điều 3. Các cơ quan, tổ chức, cá nhân có tên trong kế hoạch và cha, mẹ, người chăm sóc trẻ em "
                "chịu trách nhiệm thi hành Quyết định này."
            ),
            Words("Quyết định do {{ decided_by }} ký ngày {{ decided_on }}. Gửi:"),
            Rows("receivers", (("TT", "no", 1), ("Người nhận quyết định", "text", 15))),
        ),
        sign="CHỦ TỊCH",
        wide=True,
    ),
    Form(
        "06",
        (
            "RÀ SOÁT, ĐÁNH GIÁ",
            "Tình trạng của trẻ em sau khi thực hiện kế hoạch hỗ trợ, can thiệp",
        ),
        (
            *CHILD,
            Line("Cán bộ thực hiện", "done_by"),
            Line("Ngày thực hiện", "done_at"),
            Heading("1. Đánh giá nguy cơ giai đoạn kết thúc"),
            Words("a) Mức độ tổn hại"),
            Rows(
                "harm",
                (
                    ("", "mark", 2),
                    ("Nội dung đánh giá", "wording", 7),
                    ("Cao", "high", 3),
                    ("Trung bình", "medium", 3),
                    ("Thấp", "low", 3),
                    ("Mức đã chọn", "chosen", 7),
                    ("Lần trước", "last_time", 5),
                    ("Chứng cứ", "evidence", 5),
                ),
                ("", "Tổng số", "{{ harm_high }}", "{{ harm_medium }}", "{{ harm_low }}", "", "", ""),
            ),
            Words("b) Khả năng tự bảo vệ, phục hồi của trẻ em"),
            Rows(
                "protection",
                (
                    ("", "mark", 2),
                    ("Nội dung đánh giá", "wording", 7),
                    ("Cao", "high", 3),
                    ("Trung bình", "medium", 3),
                    ("Thấp", "low", 3),
                    ("Mức đã chọn", "chosen", 7),
                    ("Lần trước", "last_time", 5),
                    ("Chứng cứ", "evidence", 5),
                ),
                (
                    "",
                    "Tổng số",
                    "{{ protection_high }}",
                    "{{ protection_medium }}",
                    "{{ protection_low }}",
                    "",
                    "",
                    "",
                ),
            ),
            Heading("2. Kết luận (Điều 30 khoản 1)"),
            Line("Trẻ em không còn nguy cơ bị xâm hại", "safe"),
            Long("Căn cứ", "safe_evidence"),
            Line("Thể chất, tâm lý, nhận thức, tình cảm ổn định", "stable"),
            Long("Căn cứ", "stable_evidence"),
            Long("Ý kiến của trẻ em", "child_says"),
            Line("Đề xuất", "outcome"),
            Long("Nội dung cần có trong kế hoạch tiếp theo", "next_plan"),
            Line("Nơi cư trú của trẻ em", "child_residence"),
        ),
        sign="CÁN BỘ THỰC HIỆN",
    ),
    Form(
        "07",
        ("QUYẾT ĐỊNH", "Tạm thời cách ly trẻ em"),
        (
            Words("CHỦ TỊCH ỦY BAN NHÂN DÂN {{ agency }}", bold=True, center=True),
            Words("Căn cứ Luật Trẻ em ngày 05 tháng 4 năm 2016;", italic=True),
            Words(
                "Căn cứ Điều 31, Điều 32 Nghị định số 56/2017/NĐ-CP ngày 09 tháng 5 năm 2017;", italic=True
            ),
            Words("QUYẾT ĐỊNH:", bold=True, center=True),
            Words(
                "Điều 1. Tạm thời cách ly trẻ em {{ child_name }}, sinh {{ child_birth }}, giới tính "
                "{{ child_sex }}, cư trú tại {{ child_residence }}, khỏi môi trường hoặc người gây tổn hại."
            ),
            Words("Căn cứ cách ly (Điều 32 khoản 1):"),
            Rows("grounds", (("TT", "no", 1), ("Căn cứ", "text", 15))),
            Long("Lý do", "reasons"),
            Words(
                "Điều 2. Thời hạn cách ly: {{ days }} ngày, từ {{ since }} đến hết ngày {{ until }} "
                "(tổng cộng không quá 15 ngày)."
            ),
            Words("Điều 3. Nơi tạm trú và người chăm sóc trẻ em trong thời gian cách ly:"),
            Line("Nơi tạm trú", "stay"),
            Line("Người, cơ sở chăm sóc", "care_by"),
            Words(
                "Điều 4. Người làm công tác bảo vệ trẻ em cấp xã, công an, trạm y tế và các cơ quan, cá nhân có "
                "liên quan chịu trách nhiệm thi hành Quyết định này."
            ),
            Words("Quyết định do {{ decided_by }} ký ngày {{ decided_on }}."),
        ),
        sign="CHỦ TỊCH",
    ),
    Form(
        "08",
        ("ĐƠN ĐĂNG KÝ", "Nhận chăm sóc thay thế"),
        (
            Words("Kính gửi: Ủy ban nhân dân {{ agency }}", center=True),
            Heading("1. Người đăng ký"),
            *APPLICANT,
            Heading("2. Điều kiện chăm sóc"),
            *LIVING,
            Heading("3. Đăng ký"),
            Line("Hình thức chăm sóc thay thế", "care_form"),
            Line("Quan hệ với trẻ em (nếu nhận trẻ em thân thích)", "relation"),
            Long("Trẻ em mong muốn nhận chăm sóc", "wishes"),
            Long("Lý do", "reasons"),
            Words(
                "Chúng tôi tự nguyện nhận chăm sóc trẻ em, gia đình đồng thuận, và xin chịu trách nhiệm về những "
                "điều khai trên."
            ),
            Line("Ngày đăng ký", "applied_on"),
        ),
        head="person",
        sign="NGƯỜI ĐĂNG KÝ",
    ),
    Form(
        "09",
        (
            "DANH SÁCH",
            "Cá nhân, gia đình đăng ký nhận chăm sóc thay thế",
            "(quý {{ quarter }} năm {{ list_year }}, {{ count }} người đăng ký)",
        ),
        (
            Rows(
                "carers",
                (
                    ("TT", "no", 1),
                    ("Họ và tên", "name", 4),
                    ("Ngày sinh", "birth", 3),
                    ("Nơi cư trú", "address", 5),
                    ("Điện thoại", "phone", 3),
                    ("Hình thức", "care_form", 3),
                    ("Trẻ em mong muốn nhận", "wishes", 4),
                    ("Ngày đăng ký", "applied_on", 3),
                    ("Tình trạng", "status", 3),
                ),
            ),
        ),
        wide=True,
    ),
    Form(
        "10",
        ("BÁO CÁO", "Đánh giá trẻ em cần chăm sóc thay thế"),
        (
            Heading("1. Trẻ em"),
            *CHILD_AT,
            Line("Dân tộc", "ethnic_group"),
            Line("Khuyết tật", "disability"),
            Line("Cha", "father"),
            Line("Mẹ", "mother"),
            Line("Người đang chăm sóc", "carer"),
            Heading("2. Đánh giá"),
            Line("Trường hợp cần chăm sóc thay thế", "reason"),
            Long("Sức khỏe", "health"),
            Long("Hoàn cảnh gia đình", "family"),
            Long("Nhu cầu của trẻ em", "needs"),
            Long("Người thân thích có thể chăm sóc", "relatives"),
            Long("Ý kiến, nguyện vọng của trẻ em", "wishes"),
            Rows("findings", (("TT", "no", 1), ("Nội dung", "about", 5), ("Đánh giá", "text", 10))),
            Heading("3. Đề xuất"),
            Words("{{ proposal }}"),
            Line("Người thực hiện", "done_by"),
            Line("Ngày thực hiện", "done_on"),
        ),
    ),
    Form(
        "11",
        ("BÁO CÁO", "Xác minh điều kiện của người nhận chăm sóc thay thế"),
        (
            Heading("1. Người đăng ký"),
            *APPLICANT,
            Line("Hình thức chăm sóc thay thế", "care_form"),
            Line("Quan hệ với trẻ em", "relation"),
            Long("Trẻ em mong muốn nhận chăm sóc", "wishes"),
            Long("Lý do", "reasons"),
            *LIVING,
            Heading("2. Điều kiện (Luật Trẻ em Điều 63)"),
            Rows(
                "conditions",
                (("TT", "no", 1), ("Điều kiện", "wording", 7), ("Đạt", "met", 2), ("Căn cứ", "evidence", 6)),
            ),
            Heading("3. Kết luận"),
            Words("{{ conclusion }}"),
            Line("Người xác minh", "done_by"),
            Line("Ngày xác minh", "done_on"),
        ),
    ),
    Form(
        "12",
        ("QUYẾT ĐỊNH", "Giao, nhận chăm sóc thay thế"),
        (
            Words("CHỦ TỊCH ỦY BAN NHÂN DÂN {{ agency }}", bold=True, center=True),
            Words("Căn cứ Luật Trẻ em ngày 05 tháng 4 năm 2016;", italic=True),
            Words("Căn cứ Điều 42 Nghị định số 56/2017/NĐ-CP ngày 09 tháng 5 năm 2017;", italic=True),
            Words("QUYẾT ĐỊNH:", bold=True, center=True),
            Words("Điều 1. Giao trẻ em sau đây cho người nhận chăm sóc thay thế:"),
            *CHILD_AT,
            *CARER,
            Line("Quan hệ với trẻ em", "relation"),
            Line("Hình thức chăm sóc thay thế", "care_form"),
            Line("Trường hợp cần chăm sóc thay thế", "reason"),
            Long("Lý do lựa chọn", "why"),
            Long("Ý kiến của trẻ em (từ đủ 7 tuổi)", "child_opinion"),
            Long("Sự đồng ý của cha, mẹ, người giám hộ", "consent"),
            Long("Anh, chị, em ruột", "siblings"),
            Words("Điều 2. Thời gian chăm sóc thay thế: từ ngày {{ since }} đến ngày {{ until }}."),
            Long("Điều 3. Trách nhiệm của người nhận chăm sóc", "duties"),
            Words("Quyết định do {{ decided_by }} ký ngày {{ decided_on }}."),
        ),
        sign="CHỦ TỊCH",
    ),
    Form(
        "13",
        ("BÁO CÁO", "Theo dõi, đánh giá trẻ em được chăm sóc thay thế"),
        (
            *CHILD_AT,
            *CARER,
            Line("Hình thức chăm sóc thay thế", "care_form"),
            Line("Được nhận chăm sóc từ ngày", "since"),
            Line("Lần theo dõi", "which"),
            Line("Ngày đến thăm", "visited_on"),
            Line("Người thực hiện", "done_by"),
            Line("Có gặp trẻ em", "seen"),
            Line("Có nói chuyện riêng với trẻ em", "alone"),
            Heading("Tình hình của trẻ em"),
            Rows("findings", (("TT", "no", 1), ("Nội dung", "about", 5), ("Đánh giá", "text", 10))),
            Long("Ý kiến của trẻ em", "child_says"),
            Long("Ý kiến của người chăm sóc", "carer_says"),
            Long("Kết luận", "conclusion"),
            Long("Kiến nghị", "proposal"),
        ),
    ),
    Form(
        "14",
        (
            "DANH SÁCH",
            "Trẻ em tại cơ sở trợ giúp xã hội cần chuyển sang chăm sóc thay thế",
            "(quý {{ quarter }} năm {{ list_year }}, {{ count }} trẻ em)",
        ),
        (
            Rows(
                "children",
                (
                    ("TT", "no", 1),
                    ("Họ và tên", "name", 4),
                    ("Ngày sinh", "birth", 3),
                    ("Giới tính", "sex", 2),
                    ("Cơ sở", "facility", 4),
                    ("Vào cơ sở ngày", "since", 3),
                    ("Lý do", "reason", 4),
                    ("Ghi chú", "note", 4),
                ),
            ),
        ),
        wide=True,
    ),
    Form(
        "15",
        ("ĐƠN ĐỀ NGHỊ", "Chấm dứt chăm sóc thay thế"),
        (
            Words("Kính gửi: Chủ tịch Ủy ban nhân dân {{ agency }}", center=True),
            Line("Người đề nghị", "asked_by"),
            *CHILD_AT,
            *CARER,
            Line("Hình thức chăm sóc thay thế", "care_form"),
            Line("Theo Quyết định số", "care_number"),
            Line("Ngày quyết định", "care_decided_on"),
            Line("Nhận chăm sóc từ ngày", "since"),
            Line("Lý do đề nghị chấm dứt (Luật Trẻ em Điều 69)", "end_reason"),
            Long("Nội dung cụ thể", "end_note"),
            Line("Đề nghị chấm dứt từ ngày", "ended_on"),
            Long("Nơi trẻ em sẽ ở sau khi chấm dứt", "afterwards"),
        ),
        head="person",
        sign="NGƯỜI ĐỀ NGHỊ",
    ),
    Form(
        "16",
        ("QUYẾT ĐỊNH", "Chấm dứt chăm sóc thay thế"),
        (
            Words("CHỦ TỊCH ỦY BAN NHÂN DÂN {{ agency }}", bold=True, center=True),
            Words("Căn cứ Điều 69 Luật Trẻ em ngày 05 tháng 4 năm 2016;", italic=True),
            Words("Căn cứ Điều 48 Nghị định số 56/2017/NĐ-CP ngày 09 tháng 5 năm 2017;", italic=True),
            Words("Xét đề nghị của {{ asked_by }},", italic=True),
            Words("QUYẾT ĐỊNH:", bold=True, center=True),
            Words(
                "Điều 1. Chấm dứt việc chăm sóc thay thế theo Quyết định số {{ care_number }} ngày "
                "{{ care_decided_on }} đối với:"
            ),
            *CHILD_AT,
            *CARER,
            Line("Hình thức chăm sóc thay thế", "care_form"),
            Line("Nhận chăm sóc từ ngày", "since"),
            Line("Lý do chấm dứt", "end_reason"),
            Long("Nội dung cụ thể", "end_note"),
            Words("Điều 2. Thời điểm chấm dứt: ngày {{ ended_on }}."),
            Long("Điều 3. Nơi trẻ em ở sau khi chấm dứt", "afterwards"),
            Words("Quyết định do {{ decided_by }} ký ngày {{ decided_on }}."),
        ),
        sign="CHỦ TỊCH",
    ),
    Form(
        "BB",
        ("BIÊN BẢN", "Họp xác định biện pháp hỗ trợ, can thiệp"),
        (
            *CHILD_AT,
            Line("Thời gian", "held_at"),
            Line("Địa điểm", "held_in"),
            Line("Chủ trì", "chair"),
            Line("Thư ký", "secretary"),
            Heading("1. Thành phần có mặt"),
            Rows("present", (("TT", "no", 1), ("Họ và tên", "name", 6), ("Chức vụ, đơn vị", "role", 6))),
            Heading("2. Vắng mặt"),
            Rows("absent", (("TT", "no", 1), ("Họ và tên", "name", 6), ("Lý do, đơn vị", "role", 6))),
            Heading("3. Ý kiến"),
            Long("Ý kiến của trẻ em", "child_says"),
            Long("Ý kiến của cha, mẹ, người chăm sóc", "carer_says"),
            Rows("opinions", (("TT", "no", 1), ("Người phát biểu", "about", 5), ("Ý kiến", "text", 10))),
            Heading("4. Biện pháp đã thống nhất"),
            Rows("measures", (("TT", "no", 1), ("Biện pháp", "text", 15))),
            Heading("5. Kết luận"),
            Words("{{ conclusion }}"),
        ),
        sign="CHỦ TRÌ",
        other_sign="THƯ KÝ",
    ),
)
