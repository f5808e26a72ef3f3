"""The page on the proof of the log: begun from it, done by a process of its own, and honest afterwards."""

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa

from ai_gov import wiring
from ai_gov.audit.checkpoint import read_notes
from ai_gov.audit.verification import Verified, from_plain, plain
from ai_gov.notify.verification import Apart, Verifier
from ai_gov.settings import Settings
from tests.web.audit_town import kinds, people, uses

__all__ = ["people"]
PATH = "/audit/verification"
LONG_S = 60


@pytest.fixture
def verifier(made, tmp_path):
    return wiring.verifier(made.store, Settings(data_dir=tmp_path / "data"))


@pytest.fixture
def site(made, tmp_path, verifier):
    return wiring.site(Settings(data_dir=tmp_path / "data"), made, None, verifying=verifier)


@pytest.fixture
def in_here(made, verifier):
    """The same verification without a process of its own, which takes seconds to start."""

    def run(against, progress):
        report = made.store.audit.verify(list(read_notes(against.splitlines(keepends=True))) or None)
        return dataclasses.replace(from_plain(plain(report), made.store.clock.now()), compared=bool(against))

    verifier._run = run
    return verifier


async def begun(people, made, verifier, **more):
    answer = await people["caio"].send(PATH, more)
    assert (answer.status_code, answer.headers["location"]) == (303, PATH)
    assert verifier.wait(LONG_S)
    made.store.sequence_now()
    return (await people["auditor"].get(PATH)).text


async def test_it_is_begun_from_the_page_and_says_when_how_far_and_what_it_could_not_show(people, made, verifier):
    uses(made, 4)
    assert "この記録は、まだ検証していません" in (await people["caio"].get(PATH)).text
    text = await begun(people, made, verifier)
    assert "異常は見つかりませんでした" in text
    assert "サーバーを管理できる人による末尾の切り捨て" in text
    assert "職員番号 9001" in text
    assert "データベースを書き換えられる人は、この表示も書き換えられます" in text
    ((who, data),) = kinds(made, "verified")
    assert (who, data["ran"], data["problem_count"], data["compared"]) == ("9001", True, 0, False)
    assert data["root"] in text
    assert f"{data['entries']:,}件" in text
    assert "異常なし" in (await people["caio"].get("/audit")).text
    report = await people["caio"].send("/audit/reports", {"format": "md", "kind": "report"})
    assert "件を検証し、異常は見つかりませんでした（" in report.text
    assert made.store.audit.verify().ok


async def test_what_was_altered_is_named_on_the_page_with_what_to_do(people, made, in_here):
    uses(made, 4)
    with made.store.database.write() as connection:
        connection.execute(sa.text("UPDATE entries SET actor = '1002' WHERE kind = 'decided'"))
    text = await begun(people, made, in_here)
    assert "列だけが書き換えられています" in text
    assert "サーバーを止めず、記録も消さずに" in text
    assert "異常 " in (await people["caio"].get("/audit")).text


async def test_a_checkpoint_kept_elsewhere_is_compared_with_and_something_else_is_refused(people, made, in_here):
    uses(made, 4)
    kept = (await people["caio"].get("/audit/checkpoint.txt")).text
    ((who, data),) = [item for item in kinds(made, "log_read") if item[1]["how"] == "checkpoint"]
    assert who == "9001"
    assert str(data["size"]) in kept.splitlines()
    uses(made, 2)
    text = await begun(people, made, in_here, against=kept)
    assert "外部に控えたチェックポイント" in text
    assert "（手元の控えと比べた）" in text or "異常は見つかりませんでした" in text
    newest, *_ = kinds(made, "verified")
    assert (newest[1]["compared"], newest[1]["problem_count"]) == (True, 0)
    for wrong in ("控えではない文章", kept.replace("\n", "x\n", 1), kept[:40]):
        answer = await people["caio"].send(PATH, {"against": wrong})
        assert answer.status_code == 400
        assert "控えたチェックポイントを読めません" in answer.text
    assert len(kinds(made, "verified")) == 1


async def test_a_tail_that_was_cut_off_is_found_against_the_checkpoint_that_was_kept(people, made, in_here):
    uses(made, 4)
    kept = (await people["caio"].get("/audit/checkpoint.txt")).text
    with made.store.database.write() as connection:
        last = connection.execute(sa.text("SELECT max(seq) FROM entries")).scalar_one()
        connection.execute(sa.text("UPDATE entries SET leaf = zeroblob(32) WHERE seq = :last"), {"last": last - 2})
    text = await begun(people, made, in_here, against=kept)
    assert "異常が" in text
    assert "根に合いません" in text


async def test_one_that_can_not_be_carried_out_is_not_taken_for_a_good_one(made, people, in_here, tmp_path):
    uses(made, 2)
    await begun(people, made, in_here)
    in_here._run = Apart({"AI_GOV_DATA_DIR": str(tmp_path / "nowhere")}, made.store.clock.now)
    text = await begun(people, made, in_here)
    assert "の検証はできませんでした" in text
    assert "データベースがありません" in text
    assert "異常は見つかりませんでした" in text  # of the one before, with its time
    newest, before = kinds(made, "verified")
    assert (newest[1]["ran"], before[1]["ran"]) == (False, True)
    assert "の検証はできませんでした" in (await people["caio"].get("/audit")).text


def test_one_is_enough_at_a_time_and_how_far_it_is_can_be_seen():
    at = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    seen, notes = [], []

    def run(against, progress):
        progress(20_000)
        seen.append((verifier.start(), verifier.running.done))
        return Verified(at, entries=30_000)

    verifier = Verifier(run, note=notes.append, now=lambda: at)
    assert verifier.start(actor="9001")
    assert verifier.wait(20)
    assert seen == [(False, 20_000)]
    assert (notes[0].actor, notes[0].ok, verifier.running) == ("9001", True, None)
