from collections.abc import Iterator

import openai
import pytest

from tests.gateway import running, upstream_app


@pytest.fixture(scope="session")
def _service() -> Iterator[upstream_app.Recorder]:
    with upstream_app.running() as recorder:
        yield recorder


@pytest.fixture
def service(_service: upstream_app.Recorder) -> upstream_app.Recorder:
    _service.reset()
    return _service


@pytest.fixture(scope="session")
def gateway(_service: upstream_app.Recorder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[running.Gateway]:
    with running.running(tmp_path_factory.mktemp("gateway"), _service.url) as made:
        yield made


@pytest.fixture
def client(gateway: running.Gateway, service: upstream_app.Recorder) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=gateway.url, api_key=gateway.keys["taro"]) as made:
        yield made
