"""The documents say what the code does."""

import importlib.util
import re
import urllib.parse
from pathlib import Path

import pytest

from ai_gov import settings

ROOT = Path(__file__).parents[2]
_OURS = (
    "",
    "docs",
    "docs/adr",
    "guidelines",
    "prompts",
    "redaction_rules",
    "requirements",
    "benchmarks",
    "ai_gov/detect/data",
)
PAGES = sorted(page for folder in _OURS for page in (ROOT / folder).glob("*.md"))
READMES = ("README.md", "README.en.md")


def names(pages):
    return [str(page.relative_to(ROOT)) for page in pages]


def text_of(page):
    return page.read_text(encoding="utf-8")


def anchors(page):
    """The anchors GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def test_every_setting_stands_in_the_readme_and_no_other():
    rows = re.findall(r"^\| `(AI_GOV_[A-Z_]+)` \|", text_of(ROOT / "README.md"), re.MULTILINE)
    known = {f"{settings.PREFIX}{name}" for name in (*settings._ENVIRONMENT, "SETTINGS")}
    assert len(rows) == len(set(rows))
    assert set(rows) == known


def test_the_defaults_in_the_readme_are_those_of_the_code():
    rows = dict(re.findall(r"^\| `(AI_GOV_[A-Z_]+)` \| `([^`]+)` \|", text_of(ROOT / "README.md"), re.MULTILINE))
    rows.pop("AI_GOV_SETTINGS", None)
    shown = {name: settings._ENVIRONMENT[name.removeprefix(settings.PREFIX)] for name in rows}
    for name, place in shown.items():
        nested = {
            "upstreams": settings.UpstreamSettings,
            "oidc": settings.ProviderSettings,
            "smtp": settings.SmtpSettings,
        }
        model = nested.get(place[0], settings.Settings)
        assert rows[name] == str(model.model_fields[place[-1]].default), name


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_no_page_names_a_setting_that_does_not_exist(page):
    known = {f"{settings.PREFIX}{name}" for name in (*settings._ENVIRONMENT, "SETTINGS")}
    assert set(re.findall(r"AI_GOV_[A-Z_]*[A-Z]", text_of(page))) <= known


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_every_relative_link_leads_somewhere(page):
    broken = []
    for target in re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)", text_of(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = urllib.parse.unquote(target).partition("#")
        to = (page.parent / path).resolve() if path else page
        if not to.exists() or (anchor and to.suffix == ".md" and anchor not in anchors(to)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("name", READMES)
def test_the_python_examples_run_as_they_stand(name):
    blocks = re.findall(r"^```python\n(.*?)^```", text_of(ROOT / name), re.MULTILINE | re.DOTALL)
    ours = [block for block in blocks if block.startswith("import ai_gov")]
    assert ours
    for block in ours:
        exec(compile(block, name, "exec"), {})


def flags(command):
    return {flag for param in command.params for flag in param.opts} | {"--help", "-h"}


def command_names():
    import typer.main

    from ai_gov.cli import app

    group = typer.main.get_command(app)
    top = {name: set(getattr(command, "commands", {})) for name, command in group.commands.items()}
    options = {}
    for name, command in group.commands.items():
        for sub, inner in getattr(command, "commands", {"": command}).items():
            options[f"{name} {sub}".strip()] = flags(inner)
            for deeper, innermost in getattr(inner, "commands", {}).items():
                options[f"{name} {sub} {deeper}"] = flags(innermost)
    return top, options


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_every_command_that_is_mentioned_exists_with_its_options(page):
    top, options = command_names()
    for line in re.findall(r"ai-gov ([a-z][^`\n「」|／]*)", text_of(page)):
        words = line.split("#")[0].split()
        name = words[0]
        assert name in top, line
        if top[name]:
            assert len(words) > 1, line
            if words[1] in ("…", "--help", "-h"):
                continue
            subs = words[1].split("/")
            assert set(subs) <= top[name], line
            name = f"{name} {subs[0]}"
            if len(words) > 2 and f"{name} {words[2]}" in options:
                name = f"{name} {words[2]}"
        assert {word.split("=")[0] for word in words if word.startswith("-")} <= options[name], line


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_every_make_target_that_is_mentioned_exists(page):
    targets = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    mentioned = re.findall(r"(?:^|[`「])make (?:PYTHON=\S+ )?([a-z-]+)", text_of(page), re.MULTILINE)
    assert set(mentioned) <= targets


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_every_file_of_the_project_that_is_named_exists(page):
    named = re.findall(r"`((?:ai_gov|tests|scripts|redaction_rules|docs)/[A-Za-z0-9_./-]+)(?:::(\w+))?`", text_of(page))
    for path, function in named:
        target = ROOT / path
        assert target.exists(), path
        if function:
            assert re.search(rf"def {function}\b", text_of(target)), function


def generator():
    path = ROOT / "scripts" / "generate_docs.py"
    spec = importlib.util.spec_from_file_location("generate_docs", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["fields.md", "rules.md", "errors.md"])
def test_the_generated_tables_are_current(name):
    assert text_of(ROOT / "docs" / name) == generator().MADE[name](), "make docs"
