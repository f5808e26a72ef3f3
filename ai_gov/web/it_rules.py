"""規則・方針・プロンプトの画面: as they are in force, with where each comes from."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ai_gov.documents.guideline.tables import handling
from ai_gov.documents.prompts import Prompt
from ai_gov.errors import UnknownRoute
from ai_gov.model import Level
from ai_gov.rules.schema import Rule
from ai_gov.service import provenance
from ai_gov.service.accounts import Visitor
from ai_gov.web.guard import Guard
from ai_gov.web.it_page import ROLES, ItPages, folded, home, shown

POLICY = "redaction_rules/policy.yaml"


def routes(guard: Guard, pages: ItPages) -> list[Route]:
    """/it/rules, /it/policy, /it/prompts."""

    async def rules(request: Request, _: Visitor) -> Response:
        asked = request.query_params.get("q", "")[:100]
        return shown(request, "it_rules.html", "/it/rules", q=asked, **await asyncio.to_thread(_rules, pages, asked))

    async def rule(request: Request, _: Visitor) -> Response:
        values = await asyncio.to_thread(_rule, pages, request.path_params["id"][:100])
        return shown(request, "it_rule.html", "/it/rules", **values)

    async def policy(request: Request, visitor: Visitor) -> Response:
        values = await asyncio.to_thread(_policy, pages, home(visitor))
        return shown(request, "it_policy.html", "/it/policy", **values)

    async def prompts(request: Request, _: Visitor) -> Response:
        asked = request.query_params.get("q", "")[:100]
        values = await asyncio.to_thread(_prompts, pages, asked)
        return shown(request, "it_prompts.html", "/it/prompts", q=asked, **values)

    async def prompt(request: Request, _: Visitor) -> Response:
        values = await asyncio.to_thread(_prompt, pages, request.path_params["id"][:100])
        return shown(request, "it_prompt.html", "/it/prompts", **values)

    return [
        guard.page("/it/rules", rules, ROLES),
        guard.page("/it/rules/{id}", rule, ROLES),
        guard.page("/it/policy", policy, ROLES),
        guard.page("/it/prompts", prompts, ROLES),
        guard.page("/it/prompts/{id}", prompt, ROLES),
    ]


def _rules(pages: ItPages, asked: str) -> dict[str, Any]:
    rules = pages.config.current().rules
    of = provenance.of_rules(pages.desk.current().files, pages.desk.shipped())
    found = [rule for rule in rules.values() if _fits(asked, _said(rule))]
    levels = {rule.id: Level.parse(rule.level) for rule in found}
    found.sort(key=lambda rule: (-levels[rule.id], rule.title))
    return {"found": found, "levels": levels, "count": len(rules), "origins": of}


def _said(rule: Rule) -> Iterator[str]:
    yield from (rule.id, rule.title, rule.entity, rule.label, rule.level, rule.owner, rule.advice, rule.notes)
    yield from rule.basis
    yield from (example.text for example in rule.examples.match)
    yield from rule.examples.no_match


def _fits(asked: str, said: Iterable[str]) -> bool:
    """Whether every word that is asked for stands somewhere."""
    text = folded("\n".join(said))
    return all(word in text for word in folded(asked).split())


def _rule(pages: ItPages, id_: str) -> dict[str, Any]:
    governance, applied, shipped = pages.config.current(), pages.desk.current(), pages.desk.shipped()
    rule = governance.rules.get(id_)
    origin = provenance.of_rules(applied.files, shipped).get(id_)
    if rule is None or origin is None:
        raise UnknownRoute("その規則は適用中の設定にありません。一覧から選び直してください。")
    combinations = [
        item for item in governance.policy.combinations if rule.entity in {*item.all_of, *item.any_of, *item.cut}
    ]
    return {
        "rule": rule,
        "level": Level.parse(rule.level),
        "origin": origin,
        "source": applied.files[origin.path],
        "policy": governance.policy,
        "combinations": combinations,
        "handled": [
            (item, handling(governance.policy, item, Level.parse(rule.level)))
            for item in governance.policy.destinations
        ],
    }


def _policy(pages: ItPages, organisation: str) -> dict[str, Any]:
    """As it holds in an organisation: its register of uses may add to the file."""
    governance, applied, shipped = pages.config.current(organisation), pages.desk.current(), pages.desk.shipped()
    policy = governance.policy
    labels: dict[str, dict[str, None]] = {}
    for rule in governance.rules.values():
        labels.setdefault(rule.entity, {})[rule.label] = None
    return {
        "policy": policy,
        "levels": sorted(Level, reverse=True),
        "table": {
            level: [handling(policy, destination, level) for destination in policy.destinations] for level in Level
        },
        "titles": {entity: "／".join(names) for entity, names in labels.items()},
        "path": POLICY,
        "origin": provenance.origin_of(POLICY, applied.files, shipped),
        "source": applied.files[POLICY],
        "today": pages.personnel.today(),
    }


def _prompts(pages: ItPages, asked: str) -> dict[str, Any]:
    governance = pages.config.current()
    of = provenance.of_prompts(pages.desk.current().files, pages.desk.shipped())
    found = [prompt for prompt in governance.prompts.values() if _fits(asked, _prompted(prompt))]
    uses = {use.id: use.title for use in governance.policy.uses}
    return {"found": found, "count": len(governance.prompts), "origins": of, "uses": uses}


def _prompted(prompt: Prompt) -> Iterator[str]:
    yield from (prompt.id, prompt.title, prompt.group, prompt.use, prompt.lead, prompt.text, prompt.owner)
    yield from (item.label for item in prompt.variables)


def _prompt(pages: ItPages, id_: str) -> dict[str, Any]:
    governance, applied, shipped = pages.config.current(), pages.desk.current(), pages.desk.shipped()
    prompt = governance.prompts.get(id_)
    origin = provenance.of_prompts(applied.files, shipped).get(id_)
    if prompt is None or origin is None:
        raise UnknownRoute("そのプロンプトは適用中の設定にありません。一覧から選び直してください。")
    use = governance.policy.use(prompt.use)
    return {"prompt": prompt, "origin": origin, "use": use.title if use else prompt.use}
