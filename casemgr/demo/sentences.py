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
AGENCIES = ("Công an xã", "Trạm y tế xã", "Ủy ban nhân dân xã", "Hội Phụ nữ xã")
