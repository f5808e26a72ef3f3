"""チャットの窓口: what the chat page offers, what it shows while somebody types, and the request that it sends.

Nothing here is kept: an inspection while typing stores nothing, and the conversation lives in the page.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ai_gov.documents.prompts import Prompt
from ai_gov.errors import BadRequest, DetectorFailed, TooLarge
from ai_gov.model import Actor, Level, japan_date
from ai_gov.payload import Leaf, Payload
from ai_gov.policy.schema import MAX_PROMPT_CHARS, Destination, Use
from ai_gov.policy.unmark import Unmark
from ai_gov.service.inspect import Inspected, inspect
from ai_gov.service.lanes import Lanes
from ai_gov.service.marking import Mark
from ai_gov.service.messages import AskRequest
from ai_gov.service.ports import Clock, Config, Governance, Reader
from ai_gov.service.preview import Preview, preview

CLIENT: Final = "web"
FREE: Final = ""
"""No prompt: the request in one's own words."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """添付: a file as text; the file itself is nowhere."""

    name: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Turn:
    """発言: of the conversation so far, as the page shows it."""

    role: str  # user, assistant
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unmarked:
    """検知の取消し: wherever this text of this type is found in what is typed, for this request only."""

    type: str
    text: str = field(repr=False)
    reason: str


@dataclass(frozen=True, slots=True)
class Typed:
    """入力: everything that stands in the page."""

    prompt: str = FREE
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    text: str = field(default="", repr=False)
    attachments: tuple[Attachment, ...] = ()
    turns: tuple[Turn, ...] = ()
    use: str = ""
    destination: str = ""
    declared: Level | None = None
    unmarked: tuple[Unmarked, ...] = ()
    marked: tuple[Mark, ...] = ()
    """見落としの指定: words that are hidden wherever they stand in the conversation."""


@dataclass(frozen=True, slots=True)
class Offered:
    """選べるもの: tasks, uses and destinations that are in force today."""

    prompts: tuple[Prompt, ...]
    uses: tuple[Use, ...]
    destinations: tuple[Destination, ...]
    default_use: str
    label: str
    longest: int


@dataclass(frozen=True, slots=True)
class Looked:
    """検査したもの: ``text`` is what is being typed, as it would be sent."""

    seen: Inspected = field(repr=False)
    governance: Governance
    destination: Destination | None
    text: str = field(repr=False)


class Chat:
    """チャットの窓口. One for each process; holds no state of any request."""

    def __init__(
        self,
        *,
        config: Config,
        reader: Reader,
        clock: Clock,
        upstreams: Collection[str],
        pseudonym: Callable[[Actor], str],
        deadline: float = 10.0,
        max_prompt_chars: int = MAX_PROMPT_CHARS,
    ) -> None:
        self._config = config
        self._reader = reader
        self._clock = clock
        self._upstreams = upstreams
        self._pseudonym = pseudonym
        self._lanes = Lanes(deadline)  # its own: who types never waits for what is being sent, nor the other way round
        self._max_chars = max_prompt_chars

    def offered(self, organisation: str = "") -> Offered:
        """What somebody of an organisation can choose today. Raises FailClosed."""
        governance = self._config.current(organisation)
        policy, today = governance.policy, self._today()
        there = tuple(
            item for item in policy.destinations if item.upstream in self._upstreams and today <= item.approved_until
        )
        uses = tuple(use for use in policy.uses if not policy.unapproved(use, today))
        known = {use.id for use in uses}
        prompts = tuple(prompt for prompt in governance.prompts.values() if prompt.use in known)
        return Offered(prompts, uses, there, policy.default_use, policy.label.text, self._longest(governance))

    async def preview(self, typed: Typed, organisation: str = "") -> Preview:
        """入力中の検査: what would be hidden of it, and why. Raises BadRequest, TooLarge, DetectorFailed."""
        looked = await self.look(typed, organisation)
        return preview(looked.seen, looked.governance, looked.destination, looked.text)

    async def look(self, typed: Typed, organisation: str = "") -> Looked:
        """The inspection behind ``preview``."""
        governance = self._config.current(organisation)
        payload, last = self._payload(typed, governance, strict=False)
        destination = governance.policy.destination(typed.destination, self._upstreams)
        today = self._today()

        def look() -> Inspected:
            return inspect(
                payload,
                governance,
                self._reader,
                destination=destination,
                today=today,
                declared=typed.declared,
                use=typed.use,
                unmarked=_unmarks(typed, payload),
                marked=typed.marked,
            )

        try:
            seen = await self._lanes.run(look, characters=sum(len(leaf.text) for leaf in payload.leaves))
        except TimeoutError:
            raise DetectorFailed("検査に時間がかかっています。文章を分けるか、少し待ってください。") from None
        return Looked(seen, governance, destination, last)

    def request(self, actor: Actor, typed: Typed) -> AskRequest:
        """依頼: to be handed to ``Ask``. Raises BadRequest for a form that is not filled, TooLarge."""
        governance = self._config.current(actor.organisation)
        payload, _ = self._payload(typed, governance, strict=True)
        if not payload.leaves[-1].text.strip():
            raise BadRequest("依頼する内容を入力してください。", param="text")
        body = {**payload.body, "user": self._pseudonym(actor)}
        return AskRequest(
            Payload(body, payload.leaves),
            typed.destination,
            stream=True,
            actor=actor,
            client=CLIENT,
            use=typed.use,
            declared=typed.declared,
            unmarked=_unmarks(typed, payload),
            marked=typed.marked,
        )

    def _payload(self, typed: Typed, governance: Governance, *, strict: bool) -> tuple[Payload, str]:
        text = compose(typed, governance.prompts, strict=strict)
        turns = [*typed.turns, Turn("user", text)]
        length, limit = sum(len(turn.text) for turn in turns), self._longest(governance)
        if length > limit:
            raise TooLarge(
                f"文章が長すぎます（会話と添付を合わせて{length:,}文字。上限は{limit:,}文字）。"
                "添付を減らすか、「新しい会話」から始めてください。"
            )
        messages = [{"role": turn.role, "content": turn.text} for turn in turns]
        body = {"messages": messages, "stream": True, "stream_options": {"include_usage": True}, "store": False}
        leaves = tuple(Leaf(("messages", at, "content"), turn.text) for at, turn in enumerate(turns))
        return Payload(body, leaves), text

    def _longest(self, governance: Governance) -> int:
        return min(governance.policy.limits.max_prompt_chars, self._max_chars)

    def _today(self) -> dt.date:
        return japan_date(self._clock.now())


def compose(typed: Typed, prompts: Mapping[str, Prompt], *, strict: bool = True) -> str:
    r"""依頼文: the filled form, what was written besides, and the attachments. Raises BadRequest.

    ``strict`` is false while somebody is still typing: a blank is then shown by its name.

    >>> compose(Typed(text="要約して", attachments=(Attachment("a.txt", "本文"),)), {})
    '要約して\n\n添付ファイル「a.txt」の内容：\n本文'
    """
    parts: list[str] = []
    if typed.prompt != FREE:
        prompt = prompts.get(typed.prompt)
        if prompt is None:
            raise BadRequest("選んだ仕事のひな形がありません。画面を開き直してください。", param="prompt")
        parts.append(prompt.fill(typed.values, strict=strict))
    parts.append(typed.text)
    parts += [f"添付ファイル「{_one_line(item.name)}」の内容：\n{item.text}" for item in typed.attachments]
    return "\n\n".join(part for part in _clean(parts) if part.strip())


def _unmarks(typed: Typed, payload: Payload) -> tuple[Unmark, ...]:
    """Every place where an un-marked text stands; those at which it is not found are passed over by the inspection."""
    return tuple(
        Unmark(leaf.json_path, found.start(), found.end(), item.type, item.reason)
        for item in typed.unmarked
        for leaf in payload.leaves
        for found in re.finditer(re.escape(item.text), leaf.text)
    )


def _one_line(name: str) -> str:
    return " ".join(name.split())[:200]


def _clean(parts: Sequence[str]) -> list[str]:
    """Half of a surrogate pair can't be sent: it becomes U+FFFD. Line ends become one."""
    whole = (part.replace("\r\n", "\n").replace("\r", "\n") for part in parts)
    return [part.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for part in whole]
