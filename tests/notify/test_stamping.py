"""A server whose settings name an authority has a checkpoint stamped by itself."""

import shutil
import time

import pytest
from pydantic import SecretStr

from ai_gov import wiring
from ai_gov.settings import Settings
from ai_gov.wiring.stamping import stamping
from tests.authority import TimeStampAuthority

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")


def test_a_server_with_an_authority_has_its_newest_checkpoint_stamped(tmp_path):
    authority = TimeStampAuthority(tmp_path / "authority")
    authority.start()
    settings = Settings(
        data_dir=tmp_path / "data", timestamp_url=SecretStr(authority.url), timestamp_root=authority.root
    )
    opened = wiring.store(settings)
    rounds = stamping(opened, settings)
    assert rounds is not None
    opened.sequence_now()
    rounds.start(0.05)
    try:
        deadline = time.monotonic() + 20
        while not opened.audit.stamps.stamps()[0]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        rounds.stop()
        opened.close()
        authority.stop()


def test_a_server_without_one_asks_nobody(tmp_path):
    settings = Settings(data_dir=tmp_path / "data")
    opened = wiring.store(settings)
    assert stamping(opened, settings) is None
    opened.close()
