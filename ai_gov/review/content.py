"""確認する本文: what rests encrypted while it is looked at, and is destroyed at the end."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field, replace

from ai_gov.review.record import Who
from ai_gov.review.states import Act


@dataclass(frozen=True, slots=True)
class Comment:
    """コメント: what somebody said with an act."""

    by: Who
    at: dt.datetime
    act: Act
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Content:
    """本文. ``ai_draft`` is what the AI gave, ``text`` what is to go out, ``label`` the sentence put under it.

    ``suggestion``: a reviewer's own wording, handed back with a return. ``unmade``: kinds of files that could not be
    made at the approval, with the reason.
    """

    title: str = field(repr=False)
    ai_draft: str = field(repr=False)
    text: str = field(repr=False)
    label: str = field(default="", repr=False)
    suggestion: str = field(default="", repr=False)
    comments: tuple[Comment, ...] = field(default=(), repr=False)
    unmade: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def released(self) -> str:
        r"""公開する文章: the text with its label; exactly this is approved and released.

        >>> Content("", "", "本文", "表示").released
        '本文\n\n表示\n'
        """
        text = self.text.rstrip("\n")
        return f"{text}\n\n{self.label}\n" if self.label else f"{text}\n"

    def said(self, comment: Comment) -> Content:
        """With one more comment, where it says something."""
        return replace(self, comments=(*self.comments, comment)) if comment.text.strip() else self


def plain(text: str) -> str:
    r"""改行をそろえた文章: as browsers send it and files hold it differently.

    >>> plain("一\r\n二\r三")
    '一\n二\n三'
    """
    return text.replace("\r\n", "\n").replace("\r", "\n")


def encode(content: Content) -> bytes:
    """The content as the store seals it: JSON in UTF-8 (a lone surrogate becomes U+FFFD)."""
    value = {
        "title": content.title,
        "ai_draft": content.ai_draft,
        "text": content.text,
        "label": content.label,
        "suggestion": content.suggestion,
        "unmade": content.unmade,
        "comments": [
            [item.by.organisation, item.by.person, item.at.isoformat(), item.act.value, item.text]
            for item in content.comments
        ],
    }
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def decode(data: bytes) -> Content:
    """The inverse of ``encode``.

    >>> decode(encode(Content("題", "案", "文"))).text
    '文'
    """
    value = json.loads(data)
    comments = tuple(
        Comment(Who(organisation, person), dt.datetime.fromisoformat(at), Act(act), text)
        for organisation, person, at, act, text in value.pop("comments")
    )
    unmade = tuple((kind, why) for kind, why in value.pop("unmade"))
    return Content(**value, comments=comments, unmade=unmade)
