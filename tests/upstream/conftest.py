from collections.abc import Iterator

import pytest

from tests.gateway.upstream_app import Recorder, running


@pytest.fixture(scope="session")
def _service() -> Iterator[Recorder]:
    with running() as recorder:
        yield recorder


@pytest.fixture
def service(_service: Recorder) -> Recorder:
    _service.reset()
    return _service
