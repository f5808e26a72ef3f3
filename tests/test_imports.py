"""What the core loads when it works: none of the modules that its contract in pyproject.toml forbids.

import-linter reads the imports that stand in our files. Here a fresh interpreter says what it really loaded, also
through the libraries that the core stands on.
"""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

import pytest

CONTRACTS = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
    "contracts"
]
(CORE,) = [contract for contract in CONTRACTS if contract["type"] == "forbidden"]
FORBIDDEN = frozenset(CORE["forbidden_modules"])
BY_ASYNCIO = frozenset({"socket"})
"""Loaded by asyncio of the standard library, which the core's protocols and structlog need; none of ours imports it."""

TEXT = "山田太郎さん（080-1234-5678）への案内文を作ってください。"

EVERY_MODULE = f"""
    import importlib, pkgutil
    for name in {CORE["source_modules"]!r}:
        module = importlib.import_module(name)
        for found in pkgutil.walk_packages(getattr(module, "__path__", []), name + "."):
            importlib.import_module(found.name)
"""

WITHOUT_WORDS = f"""
    import datetime as dt
    import ai_gov
    from ai_gov.detect.reading import Reading
    from ai_gov.rules.library import shipped
    from ai_gov.service.governance import build
    from ai_gov.service.inspector import Inspector
    from ai_gov.text import digit_view, normalize

    class Reader:
        def read(self, text):
            source = normalize(text)
            return Reading(source, (), digit_view(source.text))

    inspector = Inspector(build(shipped("redaction_rules"), dt.date(2026, 11, 25)), Reader())
    seen = inspector.inspect({TEXT!r})
    assert seen.action is ai_gov.Action.REDACT, seen.action
    assert "080-1234-5678" not in seen.redacted
    assert inspector.restore(seen.redacted, seen) == {TEXT!r}
"""

THE_SERVICE = """
    import ai_gov.service.ask, ai_gov.service.answering, ai_gov.service.governance, ai_gov.service.inspector
    import ai_gov.service.messages, ai_gov.service.ports
"""

THE_LIBRARY = f"""
    import ai_gov
    inspector = ai_gov.inspector()
    seen = inspector.inspect({TEXT!r})
    assert seen.redacted == "〔氏名1〕さん（〔電話番号1〕）への案内文を作ってください。", seen.action
    assert inspector.restore(seen.redacted, seen) == {TEXT!r}
"""


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh interpreter holds after running some code."""
    program = textwrap.dedent(code) + "\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("code", [EVERY_MODULE, WITHOUT_WORDS, THE_SERVICE], ids=["every module", "use", "service"])
def test_the_core_loads_nothing_that_its_contract_forbids(code):
    loaded = loaded_by(code)
    assert "ai_gov.service.ports" in loaded
    assert loaded & FORBIDDEN <= BY_ASYNCIO


def test_the_library_with_its_default_reader_loads_sudachi_and_nothing_else_of_it():
    loaded = loaded_by(THE_LIBRARY)
    assert loaded & FORBIDDEN - BY_ASYNCIO == {"sudachipy"}
    assert not loaded & {"ai_gov.gateway", "ai_gov.stores", "ai_gov.upstream", "ai_gov.integrations", "ai_gov.cli"}


def test_no_init_loads_more_than_its_own_package():
    """``import ai_gov`` alone is what a caller pays who only wants a level or an error."""
    loaded = loaded_by("import ai_gov")
    assert {name for name in loaded if name.startswith("ai_gov")} == {"ai_gov", "ai_gov.model"}


def test_the_list_names_what_the_card_of_the_project_knows():
    """A module that falls out of the list by mistake is missed here."""
    named = {"starlette", "uvicorn", "httpx", "openai", "sqlalchemy", "sqlite3", "psycopg", "spacy", "ginza"}
    assert named | {"presidio_analyzer", "langchain_core", "sudachipy"} <= FORBIDDEN
