"""プロンプトのひな形: what a file in prompts/ may say, and the request that a filled form becomes.

One file a task. Only ``$variables``, nothing that runs: what somebody types is never read as part of the form.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from string import Template
from typing import Annotated, Final, Literal, Self

from pydantic import Field, field_validator, model_validator

from ai_gov import datafile
from ai_gov.datafile import Strict
from ai_gov.errors import BadRequest, ConfigError, Problem
from ai_gov.policy.schema import Id, Word

FOLDER: Final = "prompts/"
OWN: Final = "own/prompts/"
"""A municipality's own files in a set."""

LONGEST_LINE: Final = 400
"""Characters of a variable of kind ``line``."""


class Variable(Strict):
    """入力欄: one blank of a form. A line of the text whose only variable is left empty is left out."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
    label: Word
    kind: Literal["line", "text", "choice"] = "line"
    help: str = ""
    example: str = ""
    choices: tuple[Word, ...] = ()
    optional: bool = False

    @model_validator(mode="after")
    def _choices_for_a_choice(self) -> Self:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError(f"入力欄「{self.name}」の choices は、kind が choice のときだけ書きます（2つ以上）。")
        return self


class Prompt(Strict):
    """プロンプトのひな形: a task of the town hall as a form."""

    schema_version: Literal[1] = Field(alias="schema")
    id: Id
    title: Word
    group: Word
    use: Id
    """用途: one of policy.yaml."""
    external: bool
    """Whether what comes of it leaves the town hall."""
    lead: Word
    """What it is for, in one sentence."""
    allowed: Word
    """What may be put in."""
    forbidden: Word
    """What may not."""
    check: Word
    """What to look at in the answer."""
    updated: dt.date
    owner: Word
    variables: Annotated[tuple[Variable, ...], Field(min_length=1)]
    text: Word

    @field_validator("variables")
    @classmethod
    def _distinct(cls, value: tuple[Variable, ...]) -> tuple[Variable, ...]:
        names = [item.name for item in value]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"入力欄の name「{'」「'.join(twice)}」が二度書かれています。別の名前にしてください。")
        return value

    @model_validator(mode="after")
    def _variables_are_those_of_the_text(self) -> Self:
        template = Template(self.text)
        if not template.is_valid():
            raise ValueError("text の「$」の使い方が正しくありません。「$」の字そのものは「$$」と書きます。")
        used, known = set(template.get_identifiers()), {item.name for item in self.variables}
        if missing := sorted(used - known):
            raise ValueError(f"text の ${'・$'.join(missing)} が variables にありません。綴りを確かめてください。")
        if unused := sorted(known - used):
            raise ValueError(
                f"入力欄「{'」「'.join(unused)}」が text で使われていません。${unused[0]} と書いてください。"
            )
        for line in self.text.splitlines():
            names = set(Template(line).get_identifiers())
            if len(names) > 1 and any(item.optional for item in self.variables if item.name in names):
                raise ValueError("省略できる入力欄（optional）は、text の1行に1つだけ置いてください。")
        return self

    def fill(self, values: Mapping[str, str], *, strict: bool = True) -> str:
        r"""依頼文: the text with what was typed. Raises BadRequest naming the field that is missing or wrong.

        While somebody is still typing ``strict`` is false, and a blank is shown by its label.

        >>> asked = {"schema": 1, "id": "a", "title": "挨拶", "group": "文", "use": "general", "external": False}
        >>> asked |= dict.fromkeys(("lead", "allowed", "forbidden", "check", "owner"), "x") | {"updated": "2026-11-25"}
        >>> asked["variables"] = [{"name": "who", "label": "相手"}, {"name": "more", "label": "ほか", "optional": True}]
        >>> prompt = Prompt.model_validate(asked | {"text": "$who への挨拶。\n条件：$more\n以上"})
        >>> prompt.fill({"who": "$more", "more": ""})
        '$more への挨拶。\n以上'
        """
        given = {item.name: values.get(item.name, "").strip() for item in self.variables}
        for item in self.variables:
            if not strict:
                given[item.name] = given[item.name] or ("" if item.optional else f"（{item.label}）")
            elif fault := _fault(item, given[item.name]):
                raise BadRequest(fault, param=item.name, code="prompt_field")
        lines = []
        for line in self.text.splitlines():
            template = Template(line)
            names = template.get_identifiers()
            if not names or any(given[name] for name in names):
                lines.append(template.substitute(given))
        return "\n".join(lines)


def _fault(item: Variable, value: str) -> str:
    if not value:
        return "" if item.optional else f"「{item.label}」を入力してください。"
    if item.kind == "choice" and value not in item.choices:
        return f"「{item.label}」は、{'・'.join(item.choices)} から選んでください。"
    if item.kind == "line" and ("\n" in value or len(value) > LONGEST_LINE):
        return f"「{item.label}」は1行・{LONGEST_LINE}文字までで入力してください。"
    return ""


def is_prompt(path: str) -> bool:
    """Whether a file of a set is a prompt."""
    return path.startswith((FOLDER, OWN))


def read_prompts(files: Mapping[str, str], uses: Collection[str]) -> dict[str, Prompt]:
    """ひな形一式: by id, a municipality's own in the place of the shipped. Raises ConfigError with every problem.

    A shipped one whose 用途 the policy does not have is left out: the policy decides what there is.
    """
    problems: list[Problem] = []
    out: dict[str, Prompt] = {}
    for prefix in (FOLDER, OWN):
        seen: dict[str, str] = {}
        for path, text in sorted(files.items()):
            if not path.startswith(prefix):
                continue
            try:
                prompt = datafile.parse(text, Prompt, path)
            except ConfigError as error:
                problems += error.problems
                continue
            if prompt.id in seen:
                message = f"id「{prompt.id}」は {seen[prompt.id]} でも使われています。別の id にしてください。"
                problems.append(Problem(path, datafile.line_of_key(text, "id"), message))
            elif prompt.use in uses:
                out[prompt.id] = prompt
            elif prefix == OWN:
                message = f"用途「{prompt.use}」が policy.yaml の uses にありません。綴りを確かめてください。"
                problems.append(Problem(path, datafile.line_of_key(text, "use"), message))
            seen[prompt.id] = path
    if problems:
        raise ConfigError(problems)
    return dict(sorted(out.items(), key=lambda item: (item[1].group, item[1].title)))
