"""ai-gov audit retention, as an officer types it."""

import datetime as dt
import re
from dataclasses import replace

import pytest

from ai_gov.model import Step
from ai_gov.stores.sqlite import open_store
from tests.cli.running import Command
from tests.stores.steps import decided, outcome

LONG_AGO = dt.datetime.now(dt.UTC) - dt.timedelta(days=5 * 366)


@pytest.fixture
def run(tmp_path):
    store = open_store(tmp_path / "data")
    for exchange in ("x1", "x2"):
        step = decided(exchange, sent="〔氏名1〕さんへ")
        for each in (step, outcome(step)):
            store.record_sync(Step(each.exchange, replace(each.event, at=LONG_AGO)))
    store.close()
    run = Command(tmp_path / "data")
    assert run("user", "organisation", "town", "見本町").code == 0
    return run


def test_nothing_is_deleted_before_it_is_said_so_twice(run):
    shown = run("audit", "retention", "delete")
    assert shown.code == 0
    assert "本文 3 年、項目 5 年" in shown.out
    assert "town\t" in shown.out
    assert "まだ何も削除していません" in shown.out
    assert "deleted" not in run("audit", "list").out
    done = run("audit", "retention", "delete", "--yes", "--actor", "2001")
    assert "4 件を削除し、削除を記録しました" in done.out
    assert "異常は見つかりませんでした" in run("audit", "verify").out
    listed = run("audit", "list", "--kind", "deleted").out
    assert "2001" in listed
    assert "削除する記録はありません" in run("audit", "retention", "delete", "--yes").out


def test_a_hold_is_set_listed_and_lifted(run):
    assert run("audit", "retention", "hold").code == 2  # no reason
    made = run("audit", "retention", "hold", "--record", "x1", "--reason", "情報公開請求第1号", "--actor", "2001")
    number = re.search(r"停止番号: (\S+)", made.out).group(1)
    assert "記録 x1\t情報公開請求第1号\t2001" in run("audit", "retention", "holds").out
    assert "停止中 2 件" in run("audit", "retention", "delete", "--yes").out
    assert "x1" in run("audit", "list").out
    assert run("audit", "retention", "release", "x", "--reason", "終了").code == 3
    assert run("audit", "retention", "release", number, "--reason", "公開の終了").code == 0
    assert "停止はありません" in run("audit", "retention", "holds").out
    assert "2 件を削除" in run("audit", "retention", "delete", "--yes").out
    assert run("audit", "verify").code == 0
