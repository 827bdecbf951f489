"""Passwords: what was stored fits, and nothing that only begins like it."""

import pytest

from casemgr.security.passwords import LONGEST, SHORTEST, Effort, Passwords, generate

CHEAP = Passwords(Effort(time=1, memory=8, lanes=1))


@pytest.mark.parametrize("length", [SHORTEST, 64, LONGEST])
def test_a_password_counts_to_its_last_sign(length: int) -> None:
    password = "ă" * (length - 1) + "Z"
    stored = CHEAP.hash(password)
    assert CHEAP.check(stored, password)
    for other in (password + "Z", password[:-1], password[:-1] + "z", password.lower(), password + " "):
        assert not CHEAP.check(stored, other), "longer, shorter, other capitals: another password"


def test_only_a_slow_hash_is_stored() -> None:
    stored = CHEAP.hash("trâu trắng ăn cỏ non")
    assert stored.startswith("$argon2id$") and "trâu" not in stored
    assert stored != CHEAP.hash("trâu trắng ăn cỏ non"), "each hash has a salt of its own"
    effort = Effort()
    assert (effort.time, effort.memory, effort.lanes) == (1, 46 * 1024, 1)


def test_a_generated_password_is_long_and_never_the_same() -> None:
    made = {generate() for _ in range(50)}
    assert len(made) == 50 and all(SHORTEST <= len(each) <= LONGEST for each in made)
