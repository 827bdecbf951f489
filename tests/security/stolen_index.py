"""What a thief can do with the index and the register of children of a stolen database, without the keys.

The thief has every row of the index in the order in which it is stored, the numbers of all children, and knows from a census
how common each name is. Three ways are tried to tie rows to children: a posting that holds the number of a child, postings
that are the same in several rows, and rows that lie together. Then lists are matched with names: by hashing every name without
a key, else by their lengths.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

Row = tuple[int, bytes]  # token, posting
Children = Mapping[int, set[int]]  # child -> tokens that the thief ties to it


def unkeyed(name: str) -> int:
    """A token as a careless house would make it."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def tie(rows: Sequence[Row], records: Sequence[int], census: Mapping[str, int]) -> dict[int, str]:
    """The name that the thief ties to each child."""
    linked = _by_number(rows, set(records)) or _by_sameness(rows, records) or _by_place(rows, records)
    name_of = _by_hash(rows, census) or _by_length(rows, census)
    ties = {}
    for record, tokens in linked.items():
        named = [name_of[token] for token in sorted(tokens) if token in name_of]
        if named:
            ties[record] = max(named, key=lambda name: census[name])
    return ties


def _by_number(rows: Iterable[Row], records: set[int]) -> Children:
    """Postings of which one half is the number of a child."""
    found: dict[int, set[int]] = defaultdict(set)
    for token, posting in rows:
        for half in (posting[:8], posting[8:]):
            if (number := int.from_bytes(half, "big")) in records:
                found[number].add(token)
    return found


def _by_sameness(rows: Iterable[Row], records: Sequence[int]) -> Children:
    """Rows with the same posting are of one child; which one is guessed by order."""
    same: dict[bytes, set[int]] = defaultdict(set)
    for token, posting in rows:
        same[posting].add(token)
    groups = [tokens for tokens in same.values() if len(tokens) > 1]
    return dict(zip(records, groups, strict=False)) if len(groups) > len(records) // 2 else {}


def _by_place(rows: Sequence[Row], records: Sequence[int]) -> Children:
    """Rows that lie together were written together: as many for each child, in the order of the children."""
    each = max(1, round(len(rows) / len(records)))
    return {
        record: {token for token, _posting in rows[place * each : (place + 1) * each]}
        for place, record in enumerate(records)
    }


def _by_hash(rows: Iterable[Row], census: Mapping[str, int]) -> Mapping[int, str]:
    present = {token for token, _posting in rows}
    return {unkeyed(name): name for name in census if unkeyed(name) in present}


def _by_length(rows: Iterable[Row], census: Mapping[str, int]) -> Mapping[int, str]:
    """The longest list is that of the commonest name, and so on."""
    lengths = Counter(token for token, _posting in rows)
    commonest = sorted(census, key=lambda name: (-census[name], name))
    ranked = sorted(lengths, key=lambda token: (-lengths[token], token))
    return dict(zip(ranked, commonest, strict=False))
