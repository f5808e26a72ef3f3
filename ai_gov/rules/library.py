"""規則の読み込み: folders of YAML → one frozen RuleSet, or every problem of every file at once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from ai_gov import datafile
from ai_gov.errors import ConfigError, Problem
from ai_gov.rules.lint import lint_rule, lint_signs
from ai_gov.rules.schema import AllowList, Rule, SharedSigns
from ai_gov.rules.signs import with_shared

ALLOW = "allow.yaml"
SIGNS = "signs.yaml"
NOT_RULES = frozenset(
    {"policy.yaml", "alerts.yaml", "answers.yaml", "answers.draft.yaml"}
)  # the policy, and what a guideline asks
_PACKED = Path(__file__).resolve().parent.parent / "_shipped"
_SOURCE_TREE = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class RuleSet:
    """規則一式: rules by id, where each came from, what is published, and the digest that goes into every event."""

    rules: Mapping[str, Rule]
    paths: Mapping[str, str]  # id → file
    texts: Mapping[str, str] = field(repr=False)  # file → what stands in it, for messages that name a line
    allow: AllowList
    digest: str


def parse_rules(*layers: Mapping[str, str]) -> RuleSet:
    """The rules of one or more layers of files (path → text), later layers replacing earlier ones by id.

    ``allow.yaml`` and ``signs.yaml`` of a later layer replace the earlier ones as a whole. Raises ConfigError with
    all problems.
    """
    problems: list[Problem] = []
    rules: dict[str, Rule] = {}
    paths: dict[str, str] = {}
    texts: dict[str, str] = {}
    allow: tuple[str, str, AllowList] | None = None
    signs: tuple[str, str, SharedSigns] | None = None
    for layer in layers:
        own: dict[str, str] = {}
        for path, text in sorted(layer.items()):
            if _name(path) in NOT_RULES or not path.endswith((".yaml", ".yml")):
                continue
            try:
                if _name(path) == ALLOW:
                    allow = path, text, datafile.parse(text, AllowList, path)
                    continue
                if _name(path) == SIGNS:
                    signs = path, text, datafile.parse(text, SharedSigns, path)
                    problems += lint_signs(signs[2], text, path)
                    continue
                rule = datafile.parse(text, Rule, path)
            except ConfigError as error:
                problems += error.problems
                continue
            problems += lint_rule(rule, text, path)
            if rule.id in own:
                message = f"規則の番号「{rule.id}」は {own[rule.id]} でも使われています。別の番号にしてください。"
                problems.append(Problem(path, datafile.line_of_key(text, "id"), message))
                continue
            own[rule.id] = path
            rules[rule.id] = rule
            paths[rule.id] = path
            texts[path] = text
    shared = {sign.name: sign for sign in signs[2].signs} if signs else {}
    for rule_id, rule in rules.items():
        rules[rule_id], missing = with_shared(rule, shared)
        problems += [Problem(paths[rule_id], 1, f"手がかり「{name}」が signs.yaml にありません。") for name in missing]
    if problems:
        raise ConfigError(problems)
    in_force = {path: texts[path] for path in paths.values()}
    digest = _digest(in_force | {path: text for path, text, _ in filter(None, (allow, signs))})
    published = allow[2] if allow else AllowList(schema=1)
    return RuleSet(MappingProxyType(rules), MappingProxyType(paths), MappingProxyType(in_force), published, digest)


def load_rules(folders: Sequence[Path]) -> RuleSet:
    """The rules of folders, later ones replacing earlier ones by id."""
    return parse_rules(*(read_folder(folder) for folder in folders))


def read_folder(folder: Path, suffixes: Collection[str] = (".yaml", ".yml")) -> dict[str, str]:
    """Every YAML file below a folder: its path (with ``/``, from the folder's name on) → its text.

    A file that is not UTF-8 is read with U+FFFD in its place, so that the parser reports it with its name.
    """
    files: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in suffixes and path.is_file():
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            files[name] = path.read_bytes().decode("utf-8-sig", errors="replace")
    return files


def shipped(name: str, suffixes: Collection[str] = (".yaml", ".yml")) -> dict[str, str]:
    """The files of a folder that comes with the package: ``redaction_rules``, ``guidelines`` or ``prompts``.

    >>> "redaction_rules/numbers/my_number.yaml" in shipped("redaction_rules")
    True
    """
    packed = _PACKED / name
    return read_folder(packed if packed.is_dir() else _SOURCE_TREE / name, suffixes)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _digest(files: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for path, text in sorted(files.items()):
        for part in (path.encode(), text.encode("utf-8", "surrogatepass")):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
