"""メニュー: which pages a person's roles lead to, in the order of the menu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ai_gov.people.model import Role


@dataclass(frozen=True, slots=True)
class Item:
    """メニューの1項目. ``word`` and ``word`` + ``_hint`` stand in the catalogue."""

    path: str
    word: str
    roles: frozenset[Role]
    but: str = ""
    """A page under it that is another item's."""

    def current(self, path: str) -> bool:
        """Whether a page lies under it."""
        if self.but and path == self.but:
            return False
        return path == self.path or (self.path != "/" and path.startswith(f"{self.path}/"))


_STAFF: Final = frozenset({Role.STAFF})
ITEMS: Final = (
    Item("/", "menu.chat", _STAFF),
    Item("/", "menu.start", frozenset(Role) - _STAFF),
    Item("/history", "menu.history", _STAFF),
    Item("/reviews", "menu.reviews", frozenset({Role.STAFF, Role.REVIEWER})),
    Item("/audit", "menu.audit", frozenset({Role.CAIO, Role.CAIO_ASSISTANT, Role.AUDITOR})),
    Item("/uses", "menu.uses", frozenset({Role.STAFF, Role.CAIO, Role.CAIO_ASSISTANT, Role.AUDITOR})),
    Item("/training", "menu.training", frozenset({Role.STAFF, Role.CAIO, Role.CAIO_ASSISTANT, Role.AUDITOR})),
    Item("/guideline/read", "menu.guideline_read", _STAFF),
    Item(
        "/guideline",
        "menu.guideline",
        frozenset({Role.IT, Role.CAIO, Role.CAIO_ASSISTANT, Role.AUDITOR}),
        but="/guideline/read",
    ),
    Item("/it", "menu.it", frozenset({Role.IT})),
    Item("/help", "menu.help", frozenset(Role)),
)


def navigation(roles: frozenset[Role]) -> list[Item]:
    """What these roles may open; each page once, as the first of its items names it."""
    found: dict[str, Item] = {}
    for item in ITEMS:
        if item.roles & roles:
            found.setdefault(item.path, item)
    return list(found.values())
