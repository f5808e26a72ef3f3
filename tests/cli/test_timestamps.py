"""ai-gov audit checkpoint --timestamp and verify --tsa-root, with a real authority."""

import json
import shutil

import pytest

from tests.authority import TimeStampAuthority
from tests.cli.running import Command

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    made = TimeStampAuthority(tmp_path_factory.mktemp("tsa") / "authority")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def town(tmp_path):
    run = Command(tmp_path / "data")
    assert run("user", "organisation", "999999", "見本町").code == 0
    return run


def test_a_checkpoint_is_stamped_kept_and_verified(town, authority, tmp_path):
    note, token = tmp_path / "note.txt", tmp_path / "token.tsr"
    made = town("audit", "checkpoint", "--timestamp", authority.url, "--token", token, "--actor", "9001")
    assert made.code == 0
    assert "時刻印: " in made.err
    assert "発行者は確かめていません" in made.err
    note.write_text(made.out, encoding="utf-8")
    assert authority.verify(token, note)
    assert (town.data_dir / "timestamps.jsonl").exists()

    verified = town("audit", "verify", "--tsa-root", authority.root)
    assert verified.code == 0
    assert "時刻認証局の署名が示します" in verified.out.splitlines()[1]
    assert "確かめていません" in town("audit", "verify").out.splitlines()[1]
    said = json.loads(town("audit", "verify", "--json").out.splitlines()[-1])
    assert "時刻印" in said["first_line"]

    other = town("audit", "checkpoint", "--timestamp", authority.url, "--token", token)
    assert (other.code, "別の名前" in other.err) == (3, True)


def test_the_root_of_the_settings_is_used_by_every_verification(town, authority):
    town.environ["AI_GOV_TIMESTAMP_ROOT"] = str(authority.root)
    assert "発行者は確かめていません" not in town("audit", "checkpoint", "--timestamp", authority.url).err
    assert "署名が示します" in town("audit", "verify").out.splitlines()[1]
    town.environ["AI_GOV_TIMESTAMP_ROOT"] = str(town.data_dir / "nowhere.pem")
    assert town("audit", "verify").code == 2


def test_an_authority_that_is_not_there_is_said_so_and_the_checkpoint_can_be_had(town):
    made = town("audit", "checkpoint", "--timestamp", "http://127.0.0.1:9/tsa")
    assert made.code == 1
    assert "時刻認証局 http://127.0.0.1:9/tsa から時刻印を得られません" in made.err
    assert town("audit", "checkpoint").code == 0
    assert town("audit", "checkpoint", "--timestamp", "ftp://tsa").code == 3
