"""方針の書式: what policy.yaml may say — destinations, uses, combinations, and what is stopped or held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from ai_gov.datafile import Strict
from ai_gov.model import Level
from ai_gov.policy.approval import Approval
from ai_gov.policy.guideline import GuidelinePolicy
from ai_gov.policy.records import Records
from ai_gov.policy.release import STRICTEST, ReleasePolicy, ReviewRule
from ai_gov.policy.training import TrainingPolicy

Word = Annotated[str, Field(min_length=1)]
Entity = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Amount = Annotated[float, Field(ge=0)]

MAX_PROMPT_CHARS = 200_000
"""文字数の上限: characters of all strings of a request, where nobody says less."""

DEFAULT_UPSTREAM = "default"
"""The upstream to which models that no line names are sent, where it is configured."""


class Prices(Strict):
    """料金: yen for a million tokens, so that the report can say what a use costs."""

    input: Amount
    output: Amount


class Destination(Strict):
    """送信先: one name that clients may write as ``model``, and the highest class approved for it."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@+-]*$")]
    title: Word
    upstream: Word
    upstream_model: str = ""
    """The model asked of the upstream; empty for the name itself."""
    service: Literal["terms_only", "contracted", "internal"]
    """約款型・個別契約・庁内."""
    trains_on_input: bool
    region: Word
    max_level: str
    approved_until: dt.date
    """The last day on which it may be used."""
    prices: Prices | None = None

    @field_validator("max_level")
    @classmethod
    def _level(cls, value: str) -> str:
        return Level.parse(value).code

    @model_validator(mode="after")
    def _open_services_take_level_1_only(self) -> Self:
        if self.maximum > Level.L1 and self.service == "terms_only":
            raise ValueError(
                f'送信先「{self.name}」は約款型（terms_only）なので、max_level は "1" にしてください。'
                "約款型のサービスでは、原則として自治体機密性2以上の情報を扱えません。"
            )
        if self.maximum > Level.L1 and self.trains_on_input:
            raise ValueError(
                f"送信先「{self.name}」は入力を学習に使う（trains_on_input: true）ので、"
                'max_level は "1" にしてください。'
            )
        if self.maximum is Level.L3A:
            raise ValueError(
                f'送信先「{self.name}」の max_level に "3A" は書けません。'
                '秘密文書はどこへも送りません。"3B" までにしてください。'
            )
        return self

    @property
    def maximum(self) -> Level:
        """承認済みの上限."""
        return Level.parse(self.max_level)

    @property
    def model(self) -> str:
        """The model to ask the upstream for."""
        return self.upstream_model or self.name


class Use(Strict):
    """用途: what the work is for; ``destinations`` where it may only go to some."""

    id: Id
    title: Word
    destinations: tuple[Word, ...] = ()
    approval: Approval | None = None
    """台帳の記載: its entry in the register of uses."""
    review: ReviewRule | None = None
    """公開・決裁の前の確認; none for that of ``release.default``."""

    @property
    def needs_approval(self) -> bool:
        """Whether it is stopped without an approval in force, whatever ``uses_need_approval`` says."""
        return False


class Combination(Strict):
    """組み合わせ: types that make a text more confidential together than each is alone.

    It is there where every type of ``all_of`` and, if given, one of ``any_of`` is found, ``within`` that many
    characters, or anywhere in the text without it. To undo it, findings of ``cut`` are taken out.
    """

    id: Id
    title: Word
    all_of: Annotated[tuple[Entity, ...], Field(min_length=1)]
    any_of: tuple[Entity, ...] = ()
    within: Annotated[int, Field(ge=1, le=10_000)] | None = None
    level: str
    cut: tuple[Entity, ...] = ()
    """Empty for those of ``all_of``."""
    basis: Word
    advice: str = ""

    @field_validator("level")
    @classmethod
    def _level(cls, value: str) -> str:
        return Level.parse(value).code

    @model_validator(mode="after")
    def _two_types_at_least(self) -> Self:
        if len({*self.all_of, *self.any_of}) < 2:
            raise ValueError(f"組み合わせ「{self.id}」には、all_of と any_of を合わせて2種類以上を書いてください。")
        strangers = set(self.cut) - {*self.all_of, *self.any_of}
        if strangers:
            raise ValueError(
                f"組み合わせ「{self.id}」の cut にある {'・'.join(sorted(strangers))} は、"
                "all_of にも any_of にもありません。"
            )
        return self

    @property
    def raises_to(self) -> Level:
        """The level of a text that holds it."""
        return Level.parse(self.level)

    @property
    def removes(self) -> tuple[str, ...]:
        """The types that are taken out to undo it."""
        return self.cut or self.all_of


class Hold(Strict):
    """保留: what a superior may let pass. Both lists empty: nothing is held, all is stopped."""

    levels: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()

    @field_validator("levels")
    @classmethod
    def _levels(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(Level.parse(code).code for code in value)


class AnswerLabel(Strict):
    """下書きの表示."""

    text: Word = "生成AIによる下書き・職員の確認前"
    append_to_text: bool = False
    """Also at the end of the answer's text, for clients that show nothing else."""


class Limits(Strict):
    """上限."""

    max_prompt_chars: Annotated[int, Field(ge=1, le=10_000_000)] = MAX_PROMPT_CHARS
    requests_per_minute: Annotated[int, Field(ge=1)] | None = None
    """For each person in each process of the gateway; none for no limit."""


class Retention(Strict):
    """保存年数: whole fiscal years after the one in which something was recorded. Nothing is deleted by itself.

    But for raw texts: where ``raw_days`` keeps any (sealed; 0 keeps none), they are destroyed when those are over.
    """

    text_years: Annotated[int, Field(ge=1, le=100)] = 3
    metadata_years: Annotated[int, Field(ge=1, le=100)] = 5
    raw_days: Annotated[int, Field(ge=0, le=366)] = 0

    @model_validator(mode="after")
    def _columns_outlive_the_text(self) -> Self:
        if self.metadata_years < self.text_years:
            raise ValueError("retention の metadata_years は text_years 以上にしてください。")
        return self


def _twice(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return sorted({name for name in names if name in seen or seen.add(name)})  # type: ignore[func-returns-value]


class Policy(Strict):
    """方針: what policy.yaml says. Everything that it does not allow is stopped."""

    schema_version: Literal[1] = Field(alias="schema")
    title: Word
    owner: Word
    updated: dt.date
    destinations: Annotated[tuple[Destination, ...], Field(min_length=1)]
    unlisted_models: Literal["terms_only", "refuse"] = "refuse"
    uses: Annotated[tuple[Use, ...], Field(min_length=1)]
    uses_need_approval: bool = False
    """Whether a use without an approval in force is stopped."""
    default_use: Id
    """For requests that name none and whose key has none."""
    stop_entities: tuple[Entity, ...] = ()
    stop_levels: tuple[str, ...] = ("3A",)
    hold: Hold = Hold()
    combinations: tuple[Combination, ...] = ()
    list_min_records: Annotated[int, Field(ge=2, le=1000)] = 10
    """Records of a name with any other attribute of a person that make a list (名簿)."""
    register_min_records: Annotated[int, Field(ge=2, le=1000)] = 5
    """Records with two of 生年月日, 住所 and 要配慮個人情報等 that make an extract of a register (台帳の抜き出し)."""
    min_score: Annotated[float, Field(ge=0, le=1)] = 0.5
    answers: Literal["mark"] = "mark"
    label: AnswerLabel = AnswerLabel()
    limits: Limits = Limits()
    release: ReleasePolicy = ReleasePolicy()
    retention: Retention = Retention()
    training: TrainingPolicy = TrainingPolicy()
    guideline: GuidelinePolicy = GuidelinePolicy()

    @field_validator("destinations")
    @classmethod
    def _distinct_destinations(cls, value: tuple[Destination, ...]) -> tuple[Destination, ...]:
        if twice := _twice(item.name for item in value):
            raise ValueError(f"送信先の name「{'」「'.join(twice)}」が二度書かれています。別の名前にしてください。")
        return value

    @field_validator("uses")
    @classmethod
    def _uses_name_destinations(cls, value: tuple[Use, ...], info: ValidationInfo) -> tuple[Use, ...]:
        if twice := _twice(item.id for item in value):
            raise ValueError(f"用途の id「{'」「'.join(twice)}」が二度書かれています。別の id にしてください。")
        if "destinations" in info.data:
            known = {item.name for item in info.data["destinations"]}
            for use in value:
                if missing := [name for name in use.destinations if name not in known]:
                    raise ValueError(
                        f"用途「{use.id}」の送信先「{'」「'.join(missing)}」が destinations にありません。"
                        "綴りを確かめるか、destinations に書いてください。"
                    )
        return value

    @field_validator("default_use")
    @classmethod
    def _default_use_is_a_use(cls, value: str, info: ValidationInfo) -> str:
        if "uses" in info.data and value not in {use.id for use in info.data["uses"]}:
            raise ValueError(f"default_use「{value}」が uses にありません。uses にある id を書いてください。")
        return value

    @field_validator("stop_levels")
    @classmethod
    def _stop_3a(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        codes = tuple(Level.parse(code).code for code in value)
        if "3A" not in codes:
            raise ValueError('stop_levels から "3A" は外せません。秘密文書はどこへも送りません。')
        if "1" in codes:
            raise ValueError('stop_levels に "1" を書くと、何も送れなくなります。')
        return codes

    @field_validator("hold")
    @classmethod
    def _hold_nothing_that_is_stopped(cls, value: Hold, info: ValidationInfo) -> Hold:
        if "1" in value.levels:
            raise ValueError('hold.levels に "1" は書けません。自治体機密性1は許可が要りません。')
        both = [name for name in value.entities if name in info.data.get("stop_entities", ())]
        both += [f"自治体機密性{code}" for code in value.levels if code in info.data.get("stop_levels", ())]
        if both:
            raise ValueError(
                f"hold にある {'・'.join(both)} は、stop_entities か stop_levels で必ず停止することになっています。"
                "どちらか一方にしてください。"
            )
        return value

    @field_validator("answers", mode="before")
    @classmethod
    def _ways_of_answering(cls, value: object) -> object:
        if value in ("check_first", "hold"):
            raise ValueError(
                f"answers: {value}（検査や確認を終えてから渡す方法）は、この版では使えません。mark を書いてください。"
            )
        return value

    @field_validator("combinations")
    @classmethod
    def _distinct_combinations(cls, value: tuple[Combination, ...]) -> tuple[Combination, ...]:
        if twice := _twice(item.id for item in value):
            raise ValueError(f"組み合わせの id「{'」「'.join(twice)}」が二度書かれています。別の id にしてください。")
        return value

    def use(self, use_id: str) -> Use | None:
        """The use of an id; that of ``default_use`` for an empty one, none for one that is not listed."""
        wanted = use_id or self.default_use
        return next((use for use in self.uses if use.id == wanted), None)

    def unapproved(self, use: Use, on: dt.date) -> bool:
        """Whether a use is stopped on a day for want of an approval in force."""
        if not (self.uses_need_approval or use.needs_approval):
            return False
        return use.approval is None or on > use.approval.approved_until

    def review_rule(self, use_id: str) -> ReviewRule:
        """確認の決まり of a use: stricter where its approval says that it is of high risk or judges people."""
        use = self.use(use_id)
        if use is None:
            return STRICTEST
        rule = use.review or self.release.default
        if use.approval is None or not (use.approval.evaluates or use.approval.risk.high):
            return rule
        return rule.model_copy(update={"reviewers": 2, "notice": rule.notice or use.approval.evaluates})

    def destination(self, model: str, upstreams: Collection[str]) -> Destination | None:
        """The destination a client means by ``model``, or none.

        ``upstreams`` are the names of those configured: a destination whose upstream is not there is none. A model
        that no line names goes to the upstream ``default`` as a 約款型 service with level 1, where the policy says
        so and that upstream is there.
        """
        for item in self.destinations:
            if item.name == model:
                return item if item.upstream in upstreams else None
        if self.unlisted_models == "refuse" or DEFAULT_UPSTREAM not in upstreams:
            return None
        try:
            return Destination(
                name=model,
                title="方針に書かれていないモデル",
                upstream=DEFAULT_UPSTREAM,
                service="terms_only",
                trains_on_input=True,
                region="不明",
                max_level="1",
                approved_until=dt.date.max,
            )
        except ValueError:  # not a name a model can have
            return None

    def strictest(self, upstreams: Collection[str] | None = None) -> Destination:
        """The destination with the lowest class approved: what is inspected for where nobody names one."""
        there = [item for item in self.destinations if upstreams is None or item.upstream in upstreams]
        return min(there or self.destinations, key=lambda item: item.maximum)

    def is_list(self, records: Records) -> bool:
        """Whether so many records are a list of residents."""
        return records.all >= self.list_min_records or records.detailed >= self.register_min_records

    def entities(self) -> frozenset[str]:
        """Every type the policy names, to be compared with those the rules find."""
        named = {*self.stop_entities, *self.hold.entities}
        for item in self.combinations:
            named.update(item.all_of, item.any_of)
        return frozenset(named)
