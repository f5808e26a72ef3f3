"""What an OpenAI client gets where a use is not approved, where its approval has ended, or where a pass is wanted."""

from __future__ import annotations

import datetime as dt

import openai
import pytest

from ai_gov import wiring
from ai_gov.model import japan_date
from ai_gov.people.model import Grant, Person, Role
from ai_gov.people.plan import added
from ai_gov.register.training import Attempt, AttemptState
from ai_gov.review.record import Who
from ai_gov.service.governance import POLICY, digest
from ai_gov.service.training import _event
from ai_gov.settings import Settings
from tests.gateway.running import running
from tests.register.samples import asked
from tests.registering import DEPARTMENT, TOWN

APPLICANT, CAIO = Who(TOWN, "1001"), Who(TOWN, "9001")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory, _service):
    """A gateway whose policy wants an approval for every use and a pass of everybody."""
    data = tmp_path_factory.mktemp("conditions")
    settings = Settings(data_dir=data, public_url="https://ai.example.lg.jp")
    store = wiring.store(settings)
    files = dict(wiring.files(None))
    for old, new in (("uses_need_approval: false", "uses_need_approval: true"), ("required: false", "required: true")):
        files[POLICY] = files[POLICY].replace(old, new, 1)
    store.config.apply(files, digest=digest(files), actor="test", diff=[])
    store.close()
    with running(data, _service.url, AI_GOV_PUBLIC_URL="https://ai.example.lg.jp") as made:
        yield made


@pytest.fixture(scope="module")
def store(gateway):
    """The same database, as another process opens it."""
    opened = wiring.store(Settings(data_dir=gateway.data_dir, public_url="https://ai.example.lg.jp"))
    person = Person(TOWN, CAIO.person, DEPARTMENT, "架空 九")
    opened.register.change(added(person, frozenset({Role.STAFF})), actor="test")
    opened.register.grant(Grant("", TOWN, CAIO.person, Role.CAIO, TOWN), actor="test")
    yield opened
    opened.close()


def ask(gateway, use):
    headers = {"X-AI-Gov-Use": use} if use else {}
    message = {"role": "user", "content": "会議の進め方を教えてください。"}
    with openai.OpenAI(base_url=gateway.url, api_key=gateway.keys["taro"], max_retries=2) as client:
        return client.chat.completions.create(model="default", messages=[message], extra_headers=headers)


def refused(gateway, use=""):
    with pytest.raises(openai.PermissionDeniedError) as told:
        ask(gateway, use)
    return told.value


def passed(store):
    """A pass of the applicant's, as the training leaves it."""
    now = store.clock.now()
    attempt = Attempt(
        "019d4657-0000-7000-8000-0000000000aa", TOWN, DEPARTMENT, "1001", AttemptState.OPEN, now, ("a",), "d", 80
    )
    store.trainings.start(attempt, _event("training_started", attempt, now), lambda item: (item, None))
    until = japan_date(now) + dt.timedelta(days=300)
    after = Attempt(attempt.id, TOWN, DEPARTMENT, "1001", AttemptState.PASSED, now, ("a",), "d", 80, now, 1, until)
    store.trainings.close(attempt, after, _event("training_taken", after, now))


def test_a_client_is_told_where_to_pass_and_where_to_apply_and_then_it_goes(gateway, store):
    error = refused(gateway)
    assert (error.code, error.body["type"], error.status_code) == ("training_required", "permission_error", 403)
    assert "受ける場所: https://ai.example.lg.jp/training" in error.body["message"]
    assert error.response.json()["ai_gov"]["page"] == "/training"
    assert error.response.headers["x-should-retry"] == "false"
    assert gateway.outcomes(error.response.headers["x-ai-gov-record"]) == ["refused"]
    passed(store)
    error = refused(gateway)
    assert error.code == "blocked"
    assert "（申請の画面: https://ai.example.lg.jp/uses/new）" in error.body["message"]
    desk = wiring.use_service(store, Settings(data_dir=gateway.data_dir))
    made = desk.apply(APPLICANT, asked())
    assert "方針にも利用台帳にもない" in refused(gateway, "use-minutes2").body["message"]
    until = japan_date(store.clock.now()) + dt.timedelta(days=90)
    desk.approve(CAIO, made.id, version=1, until=until)
    answer = within_seconds(lambda: ask(gateway, "use-minutes2"))
    record = answer.model_extra["ai_gov"]["record"]
    decided = store.audit.of_exchange(record)[0].event
    assert decided.data["use_application"] == made.id
    assert "利用台帳に載っていない" in refused(gateway, "minutes").body["message"]
    desk.end(CAIO, made.id, version=2)
    within_seconds(lambda: refused(gateway, "use-minutes2"))


def within_seconds(act):
    """What another process decided is in force within two seconds."""
    import time

    for _ in range(20):
        try:
            return act()
        except (openai.PermissionDeniedError, pytest.fail.Exception):
            time.sleep(0.2)
    return act()
