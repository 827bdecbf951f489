"""Invented names. Surnames by their share, middle and given names by sex, put together by chance.

The shares of surnames among Kinh are as quoted from a study of Vietnamese names; how children of today are named stands
with its source in data/children.json; the other lists are plausible samples, no statistics. No list holds a whole name,
and no name is taken from a person.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from casemgr.children.terms import Sex
from casemgr.demo.chance import Chance

_KINH: Mapping[str, float] = MappingProxyType(
    {
        "Nguyễn": 38.4, "Trần": 12.1, "Lê": 9.5, "Phạm": 7.0, "Hoàng": 5.1, "Phan": 4.5, "Vũ": 3.9, "Đặng": 2.1,
        "Bùi": 2.0, "Đỗ": 1.4, "Hồ": 1.3, "Ngô": 1.3, "Dương": 1.0, "Lý": 0.5,
    }
)  # fmt: skip
_IN_THE_SOUTH = {"Hoàng": "Huỳnh", "Vũ": "Võ"}
_SOUTH_FROM = "48"  # provinces are numbered from north to south
_CHILDREN = Path(__file__).parent / "data" / "children.json"


def _alike(words: str) -> Mapping[str, float]:
    return MappingProxyType(dict.fromkeys(words.split(), 1.0))


@cache
def _children() -> Mapping[str, Any]:
    """How children of today are named, where the people follows the fashion of the country."""
    read: Mapping[str, Any] = json.loads(_CHILDREN.read_text("utf-8"))
    return read


@dataclass(frozen=True)
class People:
    """How names of one people are made."""

    surnames: Mapping[str, float]
    middle: Mapping[Sex, Mapping[str, float]]
    given: Mapping[Sex, Sequence[str]]
    in_fashion: bool = True  # its children are named as children of the whole country are


_MIDDLE = {
    Sex.MALE: MappingProxyType(
        {
            "Văn": 30,
            "Minh": 12,
            "Đức": 10,
            "Quốc": 8,
            "Hữu": 6,
            "Gia": 8,
            "Tuấn": 6,
            "Thành": 5,
            "Đình": 5,
            "Bảo": 6,
        }
    ),
    Sex.FEMALE: MappingProxyType(
        {
            "Thị": 34,
            "Thu": 9,
            "Ngọc": 10,
            "Bảo": 8,
            "Khánh": 8,
            "Thanh": 8,
            "Kim": 5,
            "Phương": 6,
            "Diệu": 4,
            "Mai": 4,
        }
    ),
}
_GIVEN = {
    Sex.MALE: tuple(
        "An Bách Cảnh Cường Dũng Duy Đạt Đông Hải Hậu Hiếu Hoan Hưng Huy Khang Khôi Kiên Lâm Long Luân Mạnh Nam Nghĩa "
        "Phú Quân Quý Sơn Tài Thái Thịnh Tiến Toàn Trọng Tú Tùng Vinh".split()
    ),
    Sex.FEMALE: tuple(
        "An Ánh Châm Chi Diệp Dung Giang Hà Hạnh Hằng Hiên Hoa Huệ Hương Lan Lê Liên Linh Loan Ly Mai My Ngân Ngoan "
        "Nhung Oanh Quyên Quỳnh Thảo Thơm Thùy Thư Trang Trinh Tuyết Uyên Vân Yến".split()
    ),
}
_HMONG = People(
    _alike("Giàng Vàng Sùng Thào Lầu Vừ Mùa Già Hờ Lỳ"),
    {Sex.MALE: _alike("A Seo Mí"), Sex.FEMALE: _alike("Thị Mỷ")},
    {
        Sex.MALE: tuple("Chu Dê Dinh Giống Hồ Lử Páo Phứ Sình Sử Thái Tủa".split()),
        Sex.FEMALE: tuple("Chía Dở Dợ Ly Máy Nhìa Pà Sáo Sua Sung Xía".split()),
    },
    in_fashion=False,
)
_DAO = People(
    _alike("Triệu Đặng Bàn Phùng Lý Chảo Tẩn"),
    {Sex.MALE: _alike("Chằn Phụ Tòn Văn Quý"), Sex.FEMALE: _alike("Mùi Thị Mẩy")},
    {
        Sex.MALE: tuple("An Chiêm Khé Kinh Lìn Phấu Phin Sinh Toàn Vạng".split()),
        Sex.FEMALE: tuple("Chuổng Ghến Nái Nhậy Pham Phấy Say Viện".split()),
    },
    in_fashion=False,
)
_PEOPLES: Mapping[str, People] = {
    "kinh": People(_KINH, _MIDDLE, _GIVEN),
    "tay": People(_alike("Hoàng Nông Lương Vi Hứa Triệu Bế Lăng Sầm Đàm Lục Ma Lý"), _MIDDLE, _GIVEN),
    "nung": People(_alike("Hoàng Nông Lương Vi Hứa Triệu Mông Lăng Đàm Lục Lý Chu Liễu"), _MIDDLE, _GIVEN),
    "san_chay": People(_alike("Hoàng Trần Lý Ninh Tống"), _MIDDLE, _GIVEN),
    "hoa": People(_alike("Lý Trần Hứa Lâm Châu"), _MIDDLE, _GIVEN),
    "khmer": People(_alike("Danh Thạch Kim Sơn Châu Lâm Trà"), _MIDDLE, _GIVEN),
    "muong": People(_alike("Bùi Đinh Quách Hà"), _MIDDLE, _GIVEN),
    "thai": People(_alike("Lò Cà Quàng Lường Vi Hà"), _MIDDLE, _GIVEN),
    "hmong": _HMONG,
    "dao": _DAO,
}
_BORDER = {"nung": 42.9, "tay": 36.0, "kinh": 16.5, "dao": 3.4, "hmong": 0.4, "san_chay": 0.6, "hoa": 0.2}
_NORTH_WEST = {"thai": 38.0, "hmong": 30.0, "kinh": 20.0, "dao": 6.0, "muong": 6.0}
_DELTA = {"kinh": 88.0, "khmer": 11.0, "hoa": 1.0}
_MOSTLY_KINH = {"kinh": 92.0, "tay": 2.0, "muong": 2.0, "thai": 2.0, "nung": 1.0, "hmong": 0.6, "dao": 0.4}
_SHARES: Mapping[str, Mapping[str, float]] = {
    **dict.fromkeys(("04", "20"), _BORDER),  # along the northern border
    **dict.fromkeys(("11", "12", "14"), _NORTH_WEST),
    **dict.fromkeys(("86", "91", "92", "96"), _DELTA),
}


class Names:
    """Makes names of people as they may live in one province."""

    def __init__(self, chance: Chance, province_code: str) -> None:
        self._chance = chance
        self._southern = province_code >= _SOUTH_FROM
        self._shares = _SHARES.get(province_code, _MOSTLY_KINH)

    def people(self) -> str:
        """The code of a people by its share in the province."""
        return self._chance.weighted(self._shares)

    def surname(self, people: str) -> str:
        drawn = self._chance.weighted(_PEOPLES[people].surnames)
        return _IN_THE_SOUTH.get(drawn, drawn) if self._southern else drawn

    def full(self, sex: Sex, *, people: str | None = None, surname: str | None = None) -> str:
        """A whole name of somebody grown up: surname, middle name, given name, no word twice."""
        people = people or self.people()
        how = _PEOPLES[people]
        sex = sex if sex in how.given else Sex.MALE
        words = [surname or self.surname(people)]
        words.append(self._another(how.middle[sex], words))
        words.append(self._chance.one([word for word in how.given[sex] if word not in words]))
        return " ".join(words)

    def child(self, sex: Sex, *, people: str | None = None, surname: str | None = None) -> str:
        """A whole name of a child, as children are named today: often with a second word in the middle, no word twice."""
        people = people or self.people()
        if not _PEOPLES[people].in_fashion:
            return self.full(sex, people=people, surname=surname)
        sex = sex if sex is Sex.FEMALE else Sex.MALE
        how, seconds = _children()[sex], _children()["second_middle"]["south" if self._southern else "north"]
        two = self._chance.happens(seconds[sex] / 100)
        words = [surname or self.surname(people)]
        for part in ("first", "second", "given") if two else ("middle", "given"):
            words.append(self._another(how[part], words))
        return " ".join(words)

    def _another(self, shares: Mapping[str, float], words: Sequence[str]) -> str:
        """A word by its share that does not stand in the name yet."""
        return self._chance.weighted({word: share for word, share in shares.items() if word not in words})


def phone(number: int) -> str:
    """A number that nobody has."""
    return f"0900 000 0{number % 100:02d}"


def words() -> frozenset[str]:
    """Every word that a name can hold, for the test that nothing else gets in."""
    found: set[str] = set(_IN_THE_SOUTH.values())
    for how in _PEOPLES.values():
        found |= set(how.surnames)
        found |= {word for by_sex in how.middle.values() for word in by_sex}
        found |= {word for by_sex in how.given.values() for word in by_sex}
    for sex in (Sex.MALE, Sex.FEMALE):
        found |= {word for part in _children()[sex].values() for word in part}
    return frozenset(found)
