"""Words: English in the code, Vietnamese beside it, said when they are shown."""

import threading

from markupsafe import escape

from casemgr.core import words
from casemgr.core.words import _, _l, both, speaking

SENTENCE = "Not known"  # has its Vietnamese


def test_the_language_is_vietnamese_unless_said_otherwise() -> None:
    assert words.language() == "vi"
    with speaking("en"):
        assert words.language() == "en"
        with speaking("vi"):
            assert words.language() == "vi"
        assert words.language() == "en"
    assert words.language() == "vi"


def test_a_language_we_do_not_speak_is_vietnamese() -> None:
    for code in ("fr", "", "EN", "vi-VN"):
        with speaking(code):
            assert words.language() == "vi"


def test_the_language_comes_back_after_a_fault() -> None:
    try:
        with speaking("en"):
            raise ValueError
    except ValueError:
        pass
    assert words.language() == "vi"


def test_a_sentence_in_both_languages() -> None:
    with speaking("en"):
        assert _(SENTENCE) == SENTENCE
    with speaking("vi"):
        assert _(SENTENCE) != SENTENCE
    assert _("Nobody ever translated this") == "Nobody ever translated this"


def test_values_are_put_in_and_a_percent_sign_alone_stays() -> None:
    with speaking("en"):
        assert _("%(age)s years", age=9) == "9 years"
        assert _("100%") == "100%"


def test_a_lazy_sentence_is_said_in_the_reader_s_language() -> None:
    lazy = _l(SENTENCE)
    with speaking("en"):
        assert str(lazy) == SENTENCE
    with speaking("vi"):
        assert str(lazy) != SENTENCE
    assert lazy.original == SENTENCE
    assert hash(lazy) == hash(_l(SENTENCE))


def test_a_lazy_sentence_takes_values_late() -> None:
    with speaking("en"):
        assert str(_l("%(age)s years") % {"age": 9}) == "9 years"
        assert str(_l("%(first)s to %(last)s", first=1) % {"last": 3}) == "1 to 3"
        assert _l("%(age)s years", age=9) == "9 years"
        assert _l("a") != _l("b")


def test_a_lazy_sentence_is_escaped_in_a_page() -> None:
    with speaking("en"):
        assert str(escape(_l('<b>%(who)s"</b>', who="&"))) == "&lt;b&gt;&amp;&#34;&lt;/b&gt;"


def test_each_thread_speaks_its_own_language() -> None:
    heard: list[str] = []
    with speaking("en"):
        thread = threading.Thread(target=lambda: heard.append(words.language()))
        thread.start()
        thread.join()
    assert heard == ["vi"]


def test_labels_that_data_carries_in_both_languages() -> None:
    assert both("Trẻ em", "Child") == "Trẻ em"
    with speaking("en"):
        assert both("Trẻ em", "Child") == "Child"
        assert both("Trẻ em", "") == "Trẻ em"


def test_the_catalogue_has_no_two_meanings_for_one_sentence() -> None:
    seen: dict[str, tuple[str, str]] = {}
    from babel.messages.pofile import read_po

    wrong = []
    for fragment in sorted((words._FRAGMENTS / "vi").glob("*.po")):
        with fragment.open("rb") as file:
            for message in read_po(file, locale="vi"):
                if not message.id:
                    continue
                before = seen.setdefault(str(message.id), (fragment.name, str(message.string)))
                if before[1] != str(message.string):
                    wrong.append(
                        f"{message.id!r}: {before[0]} says {before[1]!r}, {fragment.name} {message.string!r}"
                    )
    assert not wrong, "\n".join(wrong)
