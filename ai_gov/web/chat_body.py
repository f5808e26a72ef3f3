"""チャット画面の送信内容: what the page's scripts send, read strictly; what is wrong is never repeated."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ai_gov.errors import BadRequest
from ai_gov.model import Level
from ai_gov.service.chat import Attachment, Turn, Typed, Unmarked
from ai_gov.service.marking import Mark
from ai_gov.service.preview import Preview

MAX_BYTES: Final = 4_000_000
_Name = Annotated[str, Field(max_length=300)]
_Short = Annotated[str, Field(max_length=100)]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Attachment(_Sent):
    name: _Name
    text: str


class _Turn(_Sent):
    role: Literal["user", "assistant"]
    text: str


class _Unmarked(_Sent):
    type: _Short
    text: Annotated[str, Field(min_length=1, max_length=400)]
    reason: Literal["not_secret", "published", "fictional", "official"]


class _Marked(_Sent):
    type: _Short
    text: Annotated[str, Field(min_length=1, max_length=100)]


class TypedBody(_Sent):
    """入力: everything that stands in the page."""

    prompt: _Short = ""
    values: dict[_Short, str] = Field(default_factory=dict, max_length=50)
    text: str = ""
    attachments: list[_Attachment] = Field(default_factory=list, max_length=10)
    turns: list[_Turn] = Field(default_factory=list, max_length=200)
    use: _Short = ""
    destination: _Short = ""
    declared: Literal["", "1", "2", "3C", "3B", "3A"] = ""
    unmarked: list[_Unmarked] = Field(default_factory=list, max_length=50)
    marked: list[_Marked] = Field(default_factory=list, max_length=50)

    def typed(self) -> Typed:
        """In the service's words."""
        return Typed(
            self.prompt,
            self.values,
            self.text,
            tuple(Attachment(item.name, item.text) for item in self.attachments),
            tuple(Turn(item.role, item.text) for item in self.turns),
            self.use,
            self.destination,
            Level.parse(self.declared) if self.declared else None,
            tuple(Unmarked(item.type, item.text, item.reason) for item in self.unmarked),
            tuple(Mark(item.type, item.text) for item in self.marked),
        )


class ReportBody(_Sent):
    """申し出: a missed word, or the number of a finding that is none."""

    typed: TypedBody
    word: Annotated[str, Field(max_length=400)] = ""
    type: _Short = ""
    number: Annotated[int, Field(ge=0, le=100_000)] = 0


Body = TypeVar("Body", bound=_Sent)


def read(body: bytes, model: type[Body]) -> Body:
    """What was sent. Raises BadRequest."""
    try:
        return model.model_validate_json(body)
    except ValidationError:
        raise BadRequest("画面から送られた内容を読めません。画面を開き直してください。") from None


def shown(preview: Preview) -> dict[str, Any]:
    """入力中の検査の結果, as the page's script reads it."""
    return {
        "pieces": [[piece.text, piece.number] if piece.number else [piece.text] for piece in preview.pieces],
        "findings": [
            {
                "number": found.number,
                "title": found.title,
                "type": found.type,
                "rule": found.rule,
                "level": found.level.code,
                "fate": found.fate.value,
                "placeholder": found.placeholder,
                "why": found.why,
                "unmark": found.unmark,
                "marked": found.marked,
            }
            for found in preview.findings
        ],
        "action": preview.action.value,
        "action_ja": preview.action.ja,
        "level": str(preview.level),
        "reasons": list(preview.reasons),
        "redacted": preview.redacted,
        "earlier": preview.earlier,
    }
