"""What people write in Vietnamese, in the tone of the forms. Every event is invented."""

from collections.abc import Mapping, Sequence

WHO: Mapping[str, str] = {
    "father": "cha",
    "mother": "mẹ",
    "step_parent": "cha dượng",
    "grandparent": "ông",
    "sibling": "anh trai",
    "other_relative": "người bác họ",
    "teacher_or_school_staff": "một nhân viên nhà trường",
    "care_facility_staff": "một nhân viên cơ sở",
    "neighbour_or_acquaintance": "một người hàng xóm",
    "friend_or_peer": "các bạn lớn hơn",
    "partner": "người yêu",
    "employer": "chủ quán nơi em làm",
    "online_contact": "một người quen qua mạng",
    "stranger": "một người lạ",
    "unknown": "một người chưa rõ là ai",
}

WHAT_HAPPENED: Mapping[str, Sequence[str]] = {
    "violence": (
        "Trẻ bị %(who)s đánh bằng roi, có vết bầm ở cẳng tay và bắp chân.",
        "Người báo nghe trẻ khóc nhiều đêm liền, hôm nay thấy trẻ bị %(who)s tát và đuổi ra khỏi nhà.",
        "Trẻ đến lớp với vết thương trên trán, kể bị %(who)s ném đồ vật vào người.",
        "Trẻ bị %(who)s mắng chửi, dọa đánh nhiều lần, nay sợ không dám về nhà.",
        "Trẻ bị %(who)s đánh hội đồng sau giờ học, có người quay lại bằng điện thoại.",
    ),
    "sexual_abuse": (
        "Trẻ kể với cô giáo rằng bị %(who)s sờ vào người nhiều lần, dặn không được nói với ai.",
        "Gia đình phát hiện tin nhắn của %(who)s rủ trẻ gặp riêng và xin ảnh.",
        "Người nhà nghi trẻ bị %(who)s xâm hại, trẻ bỏ ăn và không chịu đi học.",
        "Trẻ có thai, nói rằng đã sống cùng %(who)s từ vài tháng nay.",
    ),
    "abandonment_neglect": (
        "Hai ngày nay trẻ ở nhà một mình, không ai nấu ăn; %(who)s đi làm xa chưa liên lạc được.",
        "Trẻ thường xuyên bị %(who)s bỏ đói, quần áo mỏng giữa mùa lạnh, nghỉ học đã lâu.",
        "Trẻ được tìm thấy ở bến xe, nói rằng %(who)s để em lại rồi đi.",
    ),
    "exploitation": (
        "Trẻ nghỉ học để rửa bát thuê đến khuya, tiền công do %(who)s giữ.",
        "Trẻ phải đi bán vé số từ sáng đến tối, bị %(who)s mắng khi bán không hết.",
        "Trẻ theo %(who)s vác hàng thuê ở gần cửa khẩu, có hôm ngất vì mệt.",
    ),
    "trafficking": (
        "Trẻ được %(who)s hứa tìm việc ở thành phố, gia đình mất liên lạc từ ba ngày nay.",
        "Trẻ được tìm thấy trên xe khách cùng %(who)s, không có giấy tờ, không biết đang đi đâu.",
    ),
    "other": (
        "Gia đình định cho trẻ nghỉ học để lấy chồng, trẻ không muốn.",
        "Trẻ bị đe dọa đưa ảnh riêng lên mạng, rất hoảng sợ.",
    ),
}
NOT_CLEAR = (
    "Người báo chỉ nói có một em nhỏ đang khóc và kêu cứu, sau đó mất liên lạc.",
    "Tin ngắn, chưa rõ chuyện gì đã xảy ra với trẻ.",
)
ASKS_ADVICE = (
    "Người gọi hỏi cách nói chuyện với con hay cáu giận, không có dấu hiệu trẻ bị tổn hại.",
    "Phụ huynh hỏi thủ tục trợ giúp cho trẻ mồ côi do ông bà nuôi.",
    "Người gọi hỏi quyền thăm con sau ly hôn.",
)
CONDITION: Mapping[str, Sequence[str]] = {
    "violence": (
        "Vết bầm ở cẳng tay phải, kêu đau đầu.",
        "Xây xát nhẹ ở đầu gối, hoảng sợ.",
        "Tỉnh táo, ít nói.",
    ),
    "sexual_abuse": ("Hoảng sợ, không muốn nói chuyện với người lạ.", "Mất ngủ, bỏ ăn.", "Chưa đi khám."),
    "abandonment_neglect": ("Gầy yếu, ho kéo dài.", "Đói, quần áo bẩn, vẫn chơi được.", "Sốt nhẹ."),
    "exploitation": ("Mệt mỏi, tay chai sần.", "Sức khỏe bình thường, buồn vì phải nghỉ học."),
    "trafficking": ("Hoảng sợ, không nhớ đường về.", "Sức khỏe bình thường."),
    "other": ("Lo lắng, khóc nhiều.", "Sức khỏe bình thường."),
}
FEARED = (
    "Có thể tiếp tục bị đánh khi về nhà.",
    "Có thể bị đưa đi nơi khác.",
    "Có thể nghỉ học, sức khỏe xấu đi.",
    "Có thể bị đe dọa để không nói ra.",
)
WHEREABOUTS = (
    "Ở nhà bà ngoại, cách nhà vài trăm mét",
    "Ở nhà cùng mẹ",
    "Ở trạm y tế xã",
    "Ở nhà cô giáo chủ nhiệm",
    "Ở nhà người báo tin",
    "Ở nhà một mình",
)
DONE_ALREADY = (
    "Đã gọi trưởng thôn đến xem tình hình.",
    "Đã báo công an xã.",
    "Cô giáo đã giữ trẻ lại lớp, chờ người đến.",
    "Đã đưa trẻ đến trạm y tế.",
)
HAMLETS = (
    "thôn 1", "thôn 2", "thôn 3", "thôn 4", "khu 1", "khu 2", "khu 5", "thôn Trên", "thôn Giữa", "thôn Dưới",
    "thôn Đầu Cầu", "thôn Gần Chợ",
)  # fmt: skip
TRADES = ("làm ruộng", "làm rừng", "đi làm xa", "công nhân", "buôn bán nhỏ", "lái xe", "thợ xây", "ở nhà")
FAMILY = (
    "Cha mẹ sống cùng nhà, kinh tế khó khăn, cha hay uống rượu.",
    "Cha mẹ ly hôn, trẻ ở với mẹ và em.",
    "Cha mẹ đi làm xa, trẻ ở với ông bà.",
    "Gia đình có ba con, trẻ là con thứ hai.",
    "Mẹ mất sớm, cha đã lấy vợ mới.",
)
SECRECY = ("Xin không cho gia đình biết ai đã báo.", "Không gọi lại số này sau 21 giờ.")

NOT_VERIFIED = (
    "Cán bộ đã đến nhà cùng trưởng thôn trong ngày, gặp trẻ và mẹ; không thấy dấu hiệu như tin báo.",
    "Đã xác minh với nhà trường và hàng xóm, tin báo nhầm người.",
)
NO_PLAN = (
    "Gia đình đã tự giải quyết, trẻ an toàn; đã hướng dẫn và để lại số điện thoại.",
    "Chỉ cần tư vấn; đã tư vấn qua điện thoại và giới thiệu dịch vụ.",
)
ELSEWHERE = ("Nơi xảy ra thuộc xã bên cạnh, đã gọi báo cho cán bộ xã đó.",)
ROUTED = ("Đã gọi lại người báo để hỏi thôn, xác định được xã.",)

EVIDENCE: Mapping[str, Sequence[str]] = {
    "high": (
        "Trạm y tế xác nhận, có ảnh chụp.",
        "Trẻ tự kể, lời kể thống nhất.",
        "Hàng xóm và cô giáo cùng xác nhận.",
    ),
    "medium": ("Cô giáo nhận xét.", "Quan sát khi đến nhà.", "Lời kể của mẹ."),
    "low": ("Quan sát khi đến nhà.", "Trẻ tự trả lời được.", "Theo lời bà ngoại."),
}
SHELTER = (
    "Tạm ở nhà bà ngoại, bà đồng ý.",
    "Ở nhà cùng mẹ; người bị cho là gây tổn hại tạm thời không ở chung.",
)
CARE = ("Trạm y tế khám và theo dõi; cán bộ xã gọi điện mỗi ngày.", "Mẹ chăm sóc, cô giáo theo dõi ở lớp.")
IN_CHARGE = ("Bà ngoại", "Trạm y tế xã", "Cán bộ bảo vệ trẻ em xã", "Hội Phụ nữ xã")

CONTENTS: Mapping[str, Sequence[str]] = {
    "M03.a": (
        "Sức khỏe ổn định, còn sợ tiếng động lớn, ngủ không yên.",
        "Đã lành vết thương, đi lại bình thường, ít nói.",
    ),
    "M03.b": (
        "Gia đình khó khăn; bà ngoại có khả năng và sẵn sàng bảo vệ trẻ.",
        "Mẹ thương con nhưng còn phụ thuộc vào chồng.",
    ),
    "M03.c": ("Cha uống rượu; nhà xa trung tâm, ít người qua lại.", "Trẻ thường ở nhà một mình buổi chiều."),
    "M03.d": (
        "Học lực trung bình, nghỉ học hai tuần; biết gọi cô giáo khi cần.",
        "Thích đi học, chưa biết cách từ chối người lớn.",
    ),
    "M03.đ": ("Hàng xóm quan tâm, trưởng thôn ở gần.", "Thôn có tổ bảo vệ trẻ em, đường đi khó."),
    "M03.e": (
        "Cần khám sức khỏe, tư vấn tâm lý và hỗ trợ sách vở.",
        "Cần theo dõi an toàn và tư vấn cho cha mẹ.",
    ),
    "M03.g": ("“Cháu muốn ở với bà và vẫn được đi học.”", "“Cháu muốn mọi người đừng cãi nhau nữa.”"),
    "M03.h": ("Mẹ muốn được tư vấn, đồng ý cho cán bộ đến nhà hằng tuần.", "Ông bà sẵn sàng chăm sóc trẻ."),
}
PROBLEMS = (
    "Trẻ chưa an toàn khi ở nhà một mình với người bị cho là gây tổn hại; gia đình thiếu kỹ năng nuôi dạy.",
    "Trẻ sợ hãi kéo dài, có nguy cơ bỏ học; kinh tế gia đình khó khăn.",
)
REASONS = (
    "Đã hỏi thêm nhà trường và hàng xóm, tình hình rõ hơn so với bảng chấm.",
    "Đã thống nhất với Chủ tịch qua điện thoại, sẽ bổ sung sau.",
    "Trẻ còn nhỏ, chưa thể hỏi riêng.",
)
LATE = (
    "Đường bị sạt lở, sáng hôm sau mới đến được nhà trẻ.",
    "Tin đến trong đêm, không liên lạc được với gia đình.",
)

GOALS = (
    "Trẻ được an toàn tại nơi ở, không còn bị đánh mắng.",
    "Trẻ đi học trở lại đều đặn trước cuối học kỳ.",
    "Sức khỏe thể chất và tinh thần của trẻ ổn định.",
    "Cha mẹ biết cách nuôi dạy con không dùng bạo lực.",
)
SERVICES: Mapping[str, tuple[str, str, int]] = {
    "health": ("Khám và theo dõi sức khỏe", "Trạm y tế xã", 300_000),
    "education": ("Vận động trẻ đến lớp, hỗ trợ sách vở", "Trường học của trẻ", 800_000),
    "psychology": ("Tư vấn tâm lý cho trẻ hai tuần một lần", "Trung tâm Công tác xã hội tỉnh", 1_800_000),
    "social_assistance": ("Xét trợ giúp xã hội cho gia đình", "Cán bộ lao động xã hội xã", 0),
    "legal_aid": ("Trợ giúp pháp lý cho trẻ", "Trung tâm Trợ giúp pháp lý tỉnh", 0),
    "carer_counselling": ("Tư vấn cho cha mẹ về nuôi dạy con", "Hội Phụ nữ xã", 400_000),
    "safety_follow_up": ("Đến nhà theo dõi an toàn hằng tuần", "Cán bộ bảo vệ trẻ em xã", 0),
}
MONEY_FROM = ("Ngân sách xã", "Quỹ Bảo trợ trẻ em tỉnh", "Không tốn chi phí")
WHY_A_PLAN = ("Theo kết quả đánh giá ở Mẫu 03, trẻ cần được hỗ trợ trong thời gian tới.",)
CHANGED = (
    "Trẻ vui hơn, đã kể chuyện ở lớp.",
    "Nhà cửa gọn gàng hơn, mẹ có mặt ở nhà.",
    "Không có gì thay đổi so với lần trước.",
    "Trẻ ngủ ngon hơn, còn ngại nói về cha.",
    "Cha đã đi làm ở xa, trẻ ở với mẹ và bà.",
)
PROMISES = (
    "Đưa trẻ đi mua sách vở.",
    "Gọi điện cho cô giáo xin học bù.",
    "Lần sau mang ảnh lớp đến cho trẻ.",
)
RETURNED = (
    "Bổ sung dự toán và người chịu trách nhiệm cho dịch vụ tư vấn.",
    "Cần có dịch vụ học tập cho trẻ.",
)
NOTES = (
    "Đã gọi điện cho mẹ của trẻ, hẹn đến nhà chiều mai.",
    "Công an xã báo đã làm việc với người bị cho là gây tổn hại.",
    "Nhà trường gửi bảng điểm, trẻ đi học đều.",
    "Bà ngoại báo trẻ đã đỡ sốt.",
)
SAFE_NOW = ("Ba lần đến nhà gần đây đều thấy trẻ an toàn; người bị cho là gây tổn hại không còn ở chung.",)
STABLE_NOW = ("Khám sức khỏe bình thường, trẻ đi học đều, ăn ngủ tốt.",)
CHILD_SAYS = ("“Cháu thấy yên tâm hơn rồi.”", "“Cháu vẫn muốn cô đến chơi.”")
NEXT_PLAN = ("Kéo dài tư vấn tâm lý, thêm hỗ trợ học tập.", "Thêm theo dõi an toàn vào cuối tuần.")
REFUSED = ("Chưa đủ căn cứ là trẻ đã ổn định, theo dõi thêm một tháng.",)
REOPENED = ("Cô giáo báo trẻ lại có vết bầm.", "Người bị cho là gây tổn hại đã quay về nhà.")
# ---- beside the way of every case ---------------------------------------------------------------------------------

RETURN_EXPLAINED = "Đã đối chiếu với hồ sơ của xã, số liệu đúng; sẽ theo dõi tiếp kỳ sau."
RETURN_AMENDED = "Có hồ sơ ghi muộn và quyết định được sửa sau khi công bố."
EXPLAINED: Mapping[str, str] = {  # by the code of what asks for a word
    "late-12h": "Đường sạt lở, đã báo Chủ tịch qua điện thoại trong thời hạn.",
    "signed-after-start": "Trẻ đã được đưa ra khỏi nơi nguy hiểm ngay khi tiếp nhận.",
    "no-form-03": "Đã đánh giá tại chỗ, Mẫu 03 sẽ hoàn thành trong tuần.",
    "form-03-older": "Tình hình không thay đổi từ khi đánh giá.",
    "form-03-high": "Người bị cho là gây tổn hại đã rời khỏi nhà.",
    "early-court": "Gia đình không hợp tác, không thể chờ.",
    "not-alleged": "Trẻ nói sợ người này.",
    "no-family": "Cha mẹ đi làm xa, chưa về kịp; có bà ngoại dự họp.",
    "no-opinion": "Chưa liên lạc được với cha mẹ, sẽ hỏi khi về.",
    "no-chair": "Phó Chủ tịch chủ trì theo phân công.",
    "alleged-there": "Người này được mời riêng, không gặp trẻ.",
    "order-form": "Đã hỏi ông bà và cô chú, không ai đủ điều kiện nhận trẻ.",
    "order-person": "Đã tìm trong xã, chưa có gia đình phù hợp.",
    "not-competent": "Theo ý kiến của cơ quan cấp trên.",
    "age-unknown": "Đã xem giấy tờ, đủ điều kiện về tuổi.",
    "namesake": "Đã hỏi công an xã, là người trùng tên.",
    "photo": "Sẽ chụp ảnh trong tuần.",
    "late": "Gia đình xin lùi ngày đón trẻ.",
    "health": "Giấy khám sức khỏe đang chờ kết quả.",
    "opinion-missing": "Trẻ chưa sẵn sàng nói.",
    "sixteen": "Trẻ vẫn cần người chăm sóc.",
    "bounds": "Có tình tiết giảm nhẹ.",
    "not-in-force": "Áp dụng văn bản có hiệu lực tại thời điểm vi phạm.",
    "before-estimate": "Ngày xảy ra chỉ là ước đoán.",
    "order": "Quyết định gửi đến sau.",
    "shared-number": "Một quyết định cho hai người.",
    "perhaps-sixteen": "Theo lời gia đình trẻ chưa đủ 16 tuổi.",
    "same-child": "Đã kiểm tra, là trẻ khác trùng tên.",
    "does-not-fit": "Đã gọi điện, cơ sở đồng ý nhận.",
    "emergency-runs": "Cán bộ xã trực cùng trẻ cho đến khi bàn giao xong.",
    "not-assessed": "Nơi trẻ ở sẽ đánh giá tiếp.",
    "lives-elsewhere": "Trẻ vừa chuyển đến ở với bà ngoại.",
    "alleged-parent": "Không gửi cho người bị cho là gây tổn hại.",
}
SEPARATED_BECAUSE = (
    "Trẻ bị đánh nhiều lần trong tháng; người gây tổn hại ở cùng nhà, còn dọa đánh tiếp.",
    "Trẻ có nhiều vết bầm mới; mẹ không ngăn được, người gây tổn hại không hợp tác.",
)
STAYS_AT = ("Nhà bà ngoại, thôn Giữa", "Nhà dì ruột, khu 2", "Nhà bà ngoại, thôn 3")
KEPT_OUT = (
    "Trẻ sợ hãi khi gặp; nếu biết nội dung cuộc họp có thể đe dọa trẻ và người báo tin.",
    "Đã dọa đánh nếu trẻ kể với cán bộ.",
)
MEETING_PLACE = "Trụ sở Ủy ban nhân dân xã"
OPINIONS = (
    "Đồng ý để cán bộ xã giúp con, hứa không đánh con nữa.",
    "Mong con được ở nhà và đi học lại.",
    "Đồng ý với các biện pháp được nêu.",
)
MEASURES = (
    "intervention.family_advice",
    "intervention.follow_up",
    "intervention.treatment",
    "intervention.family_support",
)
MINUTES = (
    "Cán bộ báo cáo kết quả đánh giá; trưởng thôn và y tế nêu tình hình của trẻ; gia đình nêu ý kiến; các bên thống nhất biện pháp.",
    "Chủ tọa nêu vụ việc; nhà trường cho biết trẻ nghỉ học nhiều; gia đình đề nghị được tư vấn; các bên phân công theo dõi.",
)
CONCLUSIONS = (
    "Thống nhất các biện pháp; cán bộ bảo vệ trẻ em lập kế hoạch trình Chủ tịch.",
    "Nhất trí hỗ trợ trẻ và tư vấn cho gia đình; trưởng thôn báo ngay khi có dấu hiệu bất thường.",
)
CHECKED_WITH = ("Trưởng thôn", "Trạm y tế xã", "Giáo viên chủ nhiệm")
COMMUNE_POLICE = "Công an xã"
COMMUNE_COMMITTEE = "Ủy ban nhân dân xã"
INVESTIGATORS = "Cơ quan Cảnh sát điều tra Công an tỉnh"
SCOPE = "Chỉ người nhận có tên, không sao chụp"

CARER_STOPS = "Gia đình chuyển đi nơi khác sinh sống."
CHECKED = "Đã đến nhà xem, có xác nhận của trưởng thôn."
PRESENT = "Người nhận chăm sóc, trưởng thôn, cán bộ bảo vệ trẻ em"
COMES_WITH = "Giấy khai sinh, thẻ bảo hiểm y tế, quần áo, sách vở"
WANTS = ("“Cháu muốn ở với bà.”", "“Cháu thích ở đây, được đi học với bạn.”", "“Bà thương cháu lắm.”")
WHY_IN_CARE = "Mẹ đi làm xa lâu ngày, không có người chăm sóc trẻ tại nhà."
FAMILY_OF_CARE = "Họ hàng bên ngoại ở trong xã; đã hỏi từng người, có người sẵn sàng nhận."
CONTACT = "Mẹ gọi điện mỗi tối, về thăm mỗi tháng một lần, có cán bộ biết trước."
WHY_THEM = "Trẻ quen biết người nhận chăm sóc, gần trường, gia đình hòa thuận."
COURT_DECIDED = "Theo quyết định của Tòa án về hạn chế quyền của cha đối với con."
SEEN_IN_CARE = ("Trẻ khỏe, tăng cân, đi học đều.", "Nhà cửa sạch sẽ, trẻ có góc học tập riêng.")

NEEDS = ("Trẻ mất ngủ, sợ tiếng động lớn; cần gặp chuyên viên tâm lý.", "Trẻ ít nói, không muốn đi học.")
CONTACT_BY = "Gọi cán bộ xã trước khi gặp trẻ; không để lại lời nhắn ở nhà."
CALL_BACK = "Cán bộ bảo vệ trẻ em xã, 0900 000 012"
NO_PLACE_FREE = "Chuyên viên nghỉ thai sản, tháng sau mới có thể nhận trẻ."
SERVICE_DONE = ("Đã gặp trẻ bốn buổi; trẻ ngủ được, chịu nói chuyện, nên theo dõi thêm một tháng.",)

MOVED = (
    "Trẻ đã chuyển đến ở với bà ngoại tại xã này, sẽ học tại trường của xã.",
    "Mẹ đưa trẻ về quê ngoại sinh sống lâu dài.",
)
KNOWN_TO = "Giáo viên chủ nhiệm mới và trưởng thôn nơi đến"
OPEN_MATTERS = ("Còn hai buổi tư vấn tâm lý.", "Đang chờ trường mới nhận học bạ.")
HANDOVER_RETURNED = "Trẻ chưa đăng ký cư trú tại xã; đề nghị xác minh lại nơi ở."

PROVIDERS: Sequence[tuple[str, str, tuple[str, ...], int, int, bool]] = (
    # name, kind, services, ages from and to, of the whole province
    ("Trung tâm Công tác xã hội tỉnh", "social_work", ("psychology", "child_protection", "reintegration"), 0, 17, True),
    ("Trung tâm Trợ giúp pháp lý tỉnh", "legal_aid", ("legal_aid",), 0, 17, True),
    ("Bệnh viện tỉnh, khoa Nhi", "health", ("health", "psychology"), 0, 15, True),
    ("Nhà tạm lánh Bình Yên", "social_assistance", ("safe_shelter",), 4, 17, True),
    ("Quỹ Bảo trợ trẻ em tỉnh", "organisation", ("social_assistance", "education"), 0, 15, True),
    ("Trạm y tế xã", "health", ("health",), 0, 17, False),
    ("Hội Phụ nữ xã", "association", ("carer_counselling", "safety_follow_up"), 0, 17, False),
    ("Nhóm tình nguyện Ánh Sao", "community", ("education", "reintegration"), 6, 17, False),
)  # fmt: skip
ASK_FOR = "Người trực"
KNOWN_FROM = "Danh sách của tỉnh, dữ liệu minh họa"
KNOWN_BY = ("Rà soát hộ gia đình", "Trưởng thôn báo", "Nhà trường báo", "Trạm y tế báo")
SUPPORT_FROM = "Ngân sách xã"
COUNTED_BY = "Số liệu bịa để dùng thử, không phải của cơ quan nào"
SPELL_BASIS = ("Biên bản rà soát của thôn.", "Giấy xác nhận của trạm y tế.", "Đơn của người chăm sóc.")
