"""統制の状態: files of rules and policy → what is in force, checked against each other."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

import structlog

from ai_gov import datafile
from ai_gov.detect.detector import Detector
from ai_gov.documents.prompts import Prompt, is_prompt, read_prompts
from ai_gov.errors import ConfigError, FailClosed, Problem
from ai_gov.model import japan_date
from ai_gov.policy.alerts import FILE, Alerts, FindingAlert
from ai_gov.policy.schema import Policy
from ai_gov.redact.placeholder import Grammar
from ai_gov.register.joined import joined
from ai_gov.register.record import Application
from ai_gov.rules.library import RuleSet, parse_rules
from ai_gov.service.ports import Clock, Governance

POLICY = "redaction_rules/policy.yaml"
SINGLE = ("policy.yaml", "allow.yaml", "signs.yaml", "alerts.yaml")
"""Files of which there is one: a municipality's own replaces the shipped one as a whole."""
Held = Callable[[str], tuple[Application, ...]]
"""台帳の記載 of an organisation; the same object as long as nothing changed."""
KEPT = 2
"""Sets that stay compiled: the one in force and one that is proposed."""
_built: dict[tuple[str, dt.date], Governance] = {}
_lock = threading.Lock()
log = structlog.get_logger(__name__)


def overlay(*layers: Mapping[str, str]) -> dict[str, str]:
    """One set of files: later layers replace earlier ones by path (rules are replaced by id when they are read)."""
    merged: dict[str, str] = {}
    for number, layer in enumerate(layers):
        for path, text in layer.items():
            name = path.rsplit("/", 1)[-1]
            own = f"redaction_rules/{name}" if name in SINGLE else f"own/{path}"
            merged[path if number == 0 else own] = text
    return merged


def build(files: Mapping[str, str], today: dt.date) -> Governance:
    """The rules, policy and prompts of a set of files. Raises ConfigError with every problem found.

    A set is compiled once: who proposes it, who applies it and who serves it get the same.
    """
    name = (digest(files), today)
    made = _built.get(name)
    if made is None:
        made = _build(files, today)
        with _lock:
            _built[name] = made
            for old in list(_built)[:-KEPT]:
                del _built[old]
    return made


def _build(files: Mapping[str, str], today: dt.date) -> Governance:
    problems: list[Problem] = []
    policy = rules = detector = None
    if POLICY not in files:
        problems.append(Problem(POLICY, 1, "方針のファイル policy.yaml がありません。"))
    else:
        try:
            policy = datafile.parse(files[POLICY], Policy, POLICY)
        except ConfigError as error:
            problems += error.problems
    try:
        rules = rules_of(files)
        detector = Detector(rules, rules.allow, today)
    except ConfigError as error:
        problems += error.problems
    try:
        watched = alerts_of(files)
    except ConfigError as error:
        problems += error.problems
    prompts: dict[str, Prompt] = {}
    try:
        prompts = read_prompts(files, {use.id for use in policy.uses} if policy else ())
    except ConfigError as error:
        problems += error.problems if policy else ()
    if policy is None or rules is None or detector is None or problems:
        raise ConfigError(problems)
    known = {rule.entity for rule in rules.rules.values()}
    asked = {rule.entity for rule in watched.alerts if isinstance(rule, FindingAlert)}
    if missing := sorted(asked - known):
        message = f"{'・'.join(missing)} を見つける検知規則がありません。綴りを確かめてください。"
        raise ConfigError([Problem(FILE, 1, message)])
    unknown = sorted(policy.entities() - known)
    if unknown:
        message = "{} を見つける検知規則がありません。綴りを確かめてください。"
        raise ConfigError([Problem(POLICY, _line(files[POLICY], name), message.format(name)) for name in unknown])
    grammar = Grammar(rule.label for rule in rules.rules.values())
    return Governance(policy, rules.rules, detector, grammar, digest(files), prompts)


def _line(text: str, word: str) -> int:
    """The first line (from 1) in which a word stands."""
    return next((at for at, line in enumerate(text.splitlines(), 1) if word in line), 1)


def alerts_of(files: Mapping[str, str]) -> Alerts:
    """The alerts of a set of files; none where it has no such file. Raises ConfigError."""
    return datafile.parse(files[FILE], Alerts, FILE) if FILE in files else Alerts(schema=1)


def rules_of(files: Mapping[str, str]) -> RuleSet:
    """The rules of a set of files, a municipality's own in the place of the shipped. Raises ConfigError."""
    files = {path: text for path, text in files.items() if not is_prompt(path)}
    own = {path: text for path, text in files.items() if path.startswith("own/")}
    return parse_rules({path: text for path, text in files.items() if path not in own}, own)


def digest(files: Mapping[str, str]) -> str:
    """SHA-256 over paths and texts, in order of paths: what every record names as the set it was decided by."""
    state = hashlib.sha256()
    for path, text in sorted(files.items()):
        for part in (path, text):
            data = part.encode("utf-8", "surrogatepass")
            state.update(len(data).to_bytes(8, "big") + data)
    return state.hexdigest()


class LiveConfig:
    """適用中の設定: follows the set in the database; a set that can't be read leaves the last good one in force."""

    def __init__(
        self,
        current: Callable[[], tuple[str, Mapping[str, str]]],
        clock: Clock,
        *,
        register: Held | None = None,
        pages: str = "",
    ) -> None:
        """``current`` gives digest and files of the set in force, ``register`` what an organisation's register holds.

        Both cheaply enough for every request. ``pages`` is where staff open the pages.
        """
        self._source = current
        self._clock = clock
        self._register = register
        self._pages = pages.rstrip("/")
        self._joined: dict[str, tuple[Governance, tuple[Application, ...], Governance]] = {}
        self._made: tuple[str, dt.date, Governance] | None = None
        self._broken = ""

    def current(self, organisation: str = "") -> Governance:
        """The set in force. Raises FailClosed where there never was a good one, StoreFailed."""
        base = self._base()
        if self._register is None or not organisation:
            return base
        held = self._register(organisation)
        known = self._joined.get(organisation)
        if known is not None and known[0] is base and known[1] is held:
            return known[2]
        made = replace(base, policy=joined(base.policy, held))
        self._joined[organisation] = (base, held, made)
        return made

    def _base(self) -> Governance:
        name, files = self._source()
        today = japan_date(self._clock.now())
        if self._made is not None and (name in (self._made[0], self._broken) and today == self._made[1]):
            return self._made[2]
        try:
            made = replace(build(files, today), pages=self._pages)
        except ConfigError as error:
            told = [str(problem) for problem in error.problems[:20]]
            log.error("rules in the database can't be read", digest=name, problems=told)  # noqa: TRY400
            if self._made is None:
                raise FailClosed(
                    "検知規則と方針を読み込めないため、何も送信できません。"
                    "情報担当が「ai-gov rules check」で確かめてください。"
                ) from None
            self._broken = name
            return self._made[2]
        self._made, self._broken = (name, today, made), ""
        return made


class FixedConfig:
    """固定の設定: one set for the life of the process (library, command line)."""

    def __init__(self, governance: Governance) -> None:
        self._governance = governance

    def current(self, organisation: str = "") -> Governance:  # noqa: ARG002 - it has no register
        """The set."""
        return self._governance
