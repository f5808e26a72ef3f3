"""設定の出どころ: whether a file in force is the shipped one, the municipality's own, or the shipped one changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ai_gov.documents.prompts import is_prompt
from ai_gov.errors import ConfigError
from ai_gov.service.governance import rules_of
from ai_gov.service.ruleset import OWN

Origin = Literal["shipped", "own", "changed"]


@dataclass(frozen=True, slots=True)
class Provenance:
    """出どころ. ``replaces`` is the shipped file in whose place it stands, if any."""

    path: str
    origin: Origin
    replaces: str = ""


def origin_of(path: str, files: Mapping[str, str], shipped: Mapping[str, str]) -> Origin:
    """Where a file of a set comes from."""
    if path.startswith(OWN):
        return "own"
    return "shipped" if files.get(path) == shipped.get(path) else "changed"


def of_rules(files: Mapping[str, str], shipped: Mapping[str, str]) -> dict[str, Provenance]:
    """Of every rule in force, by its id."""
    there = _paths(shipped)
    return {
        key: Provenance(path, origin_of(path, files, shipped), there.get(key, "") if path.startswith(OWN) else "")
        for key, path in rules_of(files).paths.items()
    }


def of_prompts(files: Mapping[str, str], shipped: Mapping[str, str]) -> dict[str, Provenance]:
    """Of every prompt in force, by its id: the file's last line of that name wins, a municipality's own first."""
    out: dict[str, Provenance] = {}
    for path in sorted(files, key=lambda name: (name.startswith(OWN), name)):
        if is_prompt(path) and (key := _id_of(files[path])):
            before = out.get(key)
            replaces = before.path if before is not None and path.startswith(OWN) else ""
            out[key] = Provenance(path, origin_of(path, files, shipped), replaces)
    return out


def _paths(files: Mapping[str, str]) -> Mapping[str, str]:
    try:
        return rules_of(files).paths
    except ConfigError:  # an older server's files: nothing can be said
        return {}


def _id_of(text: str) -> str:
    """The id that a file names at its beginning of a line."""
    found = (line for line in text.splitlines() if line.startswith("id:"))
    return next((line.removeprefix("id:").split("#")[0].strip().strip("'\"") for line in found), "")
