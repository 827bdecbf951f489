"""One set of icons, drawn for this project: 20 px, round ends, always beside a word."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from markupsafe import Markup

_DRAWN: Mapping[str, str] = MappingProxyType(
    {
        "list": "M8 5h9M8 10h9M8 15h9M3.3 5a.3.3 0 1 0 .6 0 .3.3 0 1 0-.6 0M3.3 10a.3.3 0 1 0 .6 0 .3.3 0 1 0-.6 0M3.3 15a.3.3 0 1 0 .6 0 .3.3 0 1 0-.6 0",
        "inbox": "M3 11l2.2-6.5h9.6L17 11v5.5H3zM3 11h4l1.2 2.2h3.6L13 11h4",
        "file": "M4.75 2.75h6.5l4 4v10.5H4.75zM11.25 2.75v4h4M7.5 10.25h5M7.5 13.5h5",
        "search": "M3.5 8.75a5.25 5.25 0 1 0 10.5 0 5.25 5.25 0 1 0-10.5 0M12.6 12.6L17 17",
        "swap": "M4 7h12l-3-3M16 13H4l3 3",
        "bars": "M4.5 16.5v-5M10 16.5v-13M15.5 16.5v-9",
        "help": "M2.75 10a7.25 7.25 0 1 0 14.5 0 7.25 7.25 0 1 0-14.5 0M7.9 8a2.15 2.15 0 1 1 3.2 1.9c-.8.45-1.1.9-1.1 1.7M10 14.2h.01",
        "user": "M7 6.5a3 3 0 1 0 6 0 3 3 0 1 0-6 0M4.25 17v-1a4 4 0 0 1 4-4h3.5a4 4 0 0 1 4 4v1",
        "people": "M4.5 6.75a2.75 2.75 0 1 0 5.5 0 2.75 2.75 0 1 0-5.5 0M2 16.5v-.75a3.5 3.5 0 0 1 3.5-3.5H9a3.5 3.5 0 0 1 3.5 3.5v.75M13 4.2a2.75 2.75 0 0 1 0 5.1M14.75 12.5a3.5 3.5 0 0 1 3.25 3.4v.6",
        "phone": "M4.6 3h2.7l1.4 3.5-1.8 1.3a9.2 9.2 0 0 0 5.3 5.3l1.3-1.8 3.5 1.4v2.7a1.6 1.6 0 0 1-1.7 1.6A13.4 13.4 0 0 1 3 4.7 1.6 1.6 0 0 1 4.6 3z",
        "clock": "M2.75 10a7.25 7.25 0 1 0 14.5 0 7.25 7.25 0 1 0-14.5 0M10 5.75V10l2.75 2",
        "triangle": "M10 3.25l7.4 13.25H2.6zM10 8v3.75M10 14.1h.01",
        "tick": "M4 10.5l4 4 8-9",
        "ticks": "M2 10.75l3.25 3.5 6.5-7.75M9.25 13.5l.9.75 7.1-7.75",
        "dash": "M5 10h10",
        "pause": "M7.25 5v10M12.75 5v10",
        "shield": "M10 2.75l6 2v4.5c0 4-2.5 6.6-6 8-3.5-1.4-6-4-6-8v-4.5z",
        "shield-tick": "M10 2.75l6 2v4.5c0 4-2.5 6.6-6 8-3.5-1.4-6-4-6-8v-4.5zM7.25 9.75l2 2 3.5-3.75",
        "lock": "M5.25 9h9.5c.4 0 .75.35.75.75v6c0 .4-.35.75-.75.75h-9.5a.75.75 0 0 1-.75-.75v-6c0-.4.35-.75.75-.75zM7 9V6.25a3 3 0 0 1 6 0V9",
        "eye": "M1.75 10S4.75 4.75 10 4.75 18.25 10 18.25 10s-3 5.25-8.25 5.25S1.75 10 1.75 10zM7.6 10a2.4 2.4 0 1 0 4.8 0 2.4 2.4 0 1 0-4.8 0",
        "print": "M6 7.25V3h8v4.25M6 14H4.25a1 1 0 0 1-1-1V8.25a1 1 0 0 1 1-1h11.5a1 1 0 0 1 1 1V13a1 1 0 0 1-1 1H14M6 11.75h8V17H6z",
        "plus": "M10 4v12M4 10h12",
        "chevron": "M7.75 5l5 5-5 5",
        "down": "M5 7.75l5 5 5-5",
        "arrow": "M4 10h12M11.5 5.5L16 10l-4.5 4.5",
        "book": "M10 5.25C8.4 4.1 6 3.75 3 3.75v11.5c3 0 5.4.35 7 1.5 1.6-1.15 4-1.5 7-1.5V3.75c-3 0-5.4.35-7 1.5zM10 5.25v11.5",
        "map": "M2.75 5.25L7.5 3l5 2.25L17.25 3v11.75L12.5 17l-5-2.25L2.75 17zM7.5 3v11.75M12.5 5.25V17",
        "dots": "M3.4 10a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0M9.4 10a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0M15.4 10a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0",
        "out": "M8.25 3.5H4v13h4.25M12.25 6.25L16 10l-3.75 3.75M16 10H8",
        "key": "M3.5 13.25a3.25 3.25 0 1 0 6.5 0 3.25 3.25 0 1 0-6.5 0M9 11l7.25-7.25M13 7l2.25 2.25",
        "calendar": "M3.5 5h13v11.5h-13zM3.5 8.75h13M7 3v3.5M13 3v3.5",
        "building": "M4.5 17V5.5L10 3l5.5 2.5V17M2.75 17h14.5M8 8.25h.01M12 8.25h.01M8 11.5h.01M12 11.5h.01M8.5 17v-2.5h3V17",
        "pen": "M3.5 16.5l.75-3.5 9-9 2.75 2.75-9 9zM11.5 5.75l2.75 2.75",
        "send": "M17 3L9 11M17 3l-5 14-3-6-6-3z",
        "ring": "M4.5 10a5.5 5.5 0 1 0 11 0 5.5 5.5 0 1 0-11 0",
    }
)


def path(name: str) -> str:
    """The line of a drawing, for a picture put together of several."""
    return _DRAWN[name]


@cache
def icon(name: str, small: bool = False) -> Markup:
    """The drawing of this name, hidden from readers that speak; an unknown name is an error."""
    size = " small" if small else ""
    return Markup(  # noqa: S704 - both come from this file
        f'<svg class="icon{size}" viewBox="0 0 20 20" aria-hidden="true" focusable="false">'
        f'<path d="{_DRAWN[name]}"/></svg>'
    )
