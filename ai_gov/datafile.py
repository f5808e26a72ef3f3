"""設定ファイル: YAML that staff edit → a validated model, or every problem at once with file and line."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from ai_gov.errors import ConfigError, Problem
from ai_gov.model import Json

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Model = TypeVar("Model", bound=BaseModel)


class Strict(BaseModel):
    """The base of every file's schema: frozen, unknown keys refused, nothing coerced silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, use_attribute_docstrings=True)


_MESSAGES = {
    "missing": "必要な項目「{field}」がありません。",
    "extra_forbidden": "知らない項目「{field}」があります。綴りを確かめるか、消してください。",
    "string_type": "「{field}」は文字列で書いてください（数字は引用符で囲みます）。",
    "int_type": "「{field}」は整数で書いてください。",
    "int_parsing": "「{field}」は整数で書いてください。",
    "bool_parsing": "「{field}」は true か false で書いてください。",
    "list_type": "「{field}」は一覧（- で始まる行）で書いてください。",
    "tuple_type": "「{field}」は一覧（- で始まる行）で書いてください。",
    "date_from_datetime_parsing": "「{field}」は日付（例 2027-03-31）で書いてください。",
    "date_parsing": "「{field}」は日付（例 2027-03-31）で書いてください。",
    "literal_error": "「{field}」に書けるのは {expected} のいずれかです。",
    "enum": "「{field}」に書けるのは {expected} のいずれかです。",
    "union_tag_invalid": "「{field}」の kind が正しくありません。書けるのは {expected_tags} です。",
    "union_tag_not_found": "「{field}」に kind がありません。",
    "greater_than_equal": "「{field}」は {ge} 以上にしてください。",
    "less_than_equal": "「{field}」は {le} 以下にしてください。",
    "too_short": "「{field}」は {min_length} 件以上書いてください。",
    "string_too_short": "「{field}」が空です。",
    "value_error": "{error}",
}


def parse(text: str, model: type[Model], path: str) -> Model:
    """The model a YAML text describes.

    ``path`` is only for messages. Raises ConfigError with every problem found, each with its line.

    >>> class Colour(Strict):
    ...     name: str
    >>> parse("name: 青", Colour, "c.yaml")
    Colour(name='青')
    >>> parse("nam: 青", Colour, "c.yaml")
    Traceback (most recent call last):
    ai_gov.errors.ConfigError: c.yaml:1: 必要な項目「name」がありません。
    c.yaml:1: 知らない項目「nam」があります。綴りを確かめるか、消してください。
    """
    try:
        root = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        message = f"YAMLとして読めません（{error.problem or '書式の誤り'}）。字下げと記号を確かめてください。"
        raise ConfigError([Problem(path, line, message)]) from None
    except (yaml.YAMLError, ValueError) as error:
        message = f"読めない文字があります（{type(error).__name__}）。UTF-8で保存し直してください。"
        raise ConfigError([Problem(path, 1, message)]) from None
    if not isinstance(root, yaml.MappingNode):
        raise ConfigError([Problem(path, 1, "空か、項目名のないファイルです。")])
    problems = _duplicates(root, path)
    if problems:
        raise ConfigError(problems)
    data = yaml.load(text, Loader=Loader)  # noqa: S506 - the loader is yaml's safe one
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ConfigError([_problem(detail, root, path) for detail in error.errors(include_url=False)]) from None


def _problem(detail: ErrorDetails, root: yaml.Node, path: str) -> Problem:
    place = detail["loc"]
    field = str(place[-1]) if place else path
    template = _MESSAGES.get(detail["type"], "「{field}」が正しくありません（{type}）。")
    context: dict[str, Json] = {**detail.get("ctx", {}), "field": field, "type": detail["type"]}
    return Problem(path, line_of(root, place), template.format_map(context))


def line_of(node: yaml.Node, place: tuple[int | str, ...]) -> int:
    """The line (from 1) of the deepest node on the way to ``place`` that exists."""
    line = node.start_mark.line + 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if found is None:
                continue  # a union's tag or a missing key: the parent's line is the nearest
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def line_of_key(text: str, *place: int | str) -> int:
    r"""The line (from 1) of a key in a YAML text that has been read before.

    >>> line_of_key("a: 1\nb:\n  c: 2", "b", "c")
    3
    """
    root = yaml.compose(text, Loader=Loader)
    return line_of(root, place) if root is not None else 1


def _duplicates(node: yaml.Node, path: str) -> list[Problem]:
    problems: list[Problem] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[Hashable] = set()
        for key, value in node.value:
            if key.value in seen:
                problems.append(Problem(path, key.start_mark.line + 1, f"項目「{key.value}」が二度書かれています。"))
            seen.add(key.value)
            problems += _duplicates(value, path)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            problems += _duplicates(value, path)
    return problems
