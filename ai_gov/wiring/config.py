"""設定の読み込み: rules, policy, prompts and templates, as shipped and as a municipality has them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ai_gov.errors import ConfigError, Problem
from ai_gov.rules.library import read_folder, shipped
from ai_gov.service.governance import overlay

RULES = "redaction_rules"
GUIDELINES = "guidelines"
PROMPTS = "prompts"
TEMPLATE_FILES = frozenset({".md", ".yaml"})


def files(config_dir: Path | None) -> dict[str, str]:
    """設定ファイル一式: the shipped ones, and a municipality's own in their place."""
    layers: list[Mapping[str, str]] = [shipped(RULES) | shipped(PROMPTS)]
    if config_dir is not None:
        if not config_dir.is_dir():
            message = "フォルダーがありません。--config または AI_GOV_CONFIG_DIR の場所を確かめてください。"
            raise ConfigError([Problem(str(config_dir), 1, message)])
        own = config_dir / RULES
        if own.is_dir():
            layers.append(read_folder(own))
        else:
            others = tuple(f"{config_dir.name}/{name}/" for name in (GUIDELINES, PROMPTS))
            found = read_folder(config_dir)
            layers.append({path: text for path, text in found.items() if not path.startswith(others)})
        if (config_dir / PROMPTS).is_dir():
            layers.append(read_folder(config_dir / PROMPTS))
    return overlay(*layers)


def guideline_files(*folders: Path) -> dict[str, str]:
    """ガイドラインのひな形: the shipped files, and a municipality's own ``guidelines/`` in their place, by path."""
    out = shipped(GUIDELINES, TEMPLATE_FILES)
    for folder in folders:
        if (folder / GUIDELINES).is_dir():
            out |= read_folder(folder / GUIDELINES, TEMPLATE_FILES)
    return out
