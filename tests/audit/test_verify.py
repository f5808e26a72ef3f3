"""Each way of tampering with the log is found and named; nothing is found where nothing was done."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_gov.audit.checkpoint import Checkpoint, SigningKey, sign
from ai_gov.audit.event import COLUMNS, canonical, columns, leaf_hash, parse, timestamp
from ai_gov.audit.merkle import root
from ai_gov.audit.verify import MAX_PROBLEMS, verify_entries
from ai_gov.model import Event
from tests.audit.factories import KEY, ORIGIN, LogBuilder, build

OTHER = SigningKey.from_seed(ORIGIN, b"\x01" * 32)


def problems(log, against=None, **options):
    return "\n".join(log.verify(against, **options).problems)


def rewritten(row, **data):
    """The row with another text and everything that follows from it: what one who holds the database can do."""
    entry_id, event = parse(row.text)
    event = replace(event, data={**event.data, **data})
    text = canonical(entry_id, event)
    return row._replace(text=text, columns=columns(event), leaf=leaf_hash(row.salt, text))


def test_nothing_is_found_where_nothing_was_done():
    log = build()
    report = log.verify(list(log.checkpoints))
    assert report.problems == ()
    assert report.ok
    assert (report.entries, report.deleted, report.waiting) == (13, 0, 0)
    assert "異常は見つかりませんでした" in report.summary_ja()


def test_an_empty_log_is_sound_and_says_that_nothing_was_signed():
    report = verify_entries([], [], [], now=dt.datetime.now(dt.UTC))
    assert report.ok
    assert "示せません" in report.first_line


@pytest.mark.parametrize("name", COLUMNS)
def test_an_edited_column_is_found_by_its_name(name):
    log = build()
    log.rows[3] = log.rows[3]._replace(columns={**log.rows[3].columns, name: "x"})
    assert f"4件目（{log.rows[3].entry_id}）: 列 {name} が本文と違います" in problems(log)


def test_a_missing_and_an_additional_column_are_found():
    log = build()
    fewer = dict(log.rows[3].columns)
    del fewer["level"]
    log.rows[3] = log.rows[3]._replace(columns=fewer)
    log.rows[4] = log.rows[4]._replace(columns={**log.rows[4].columns, "extra": ""})
    assert "列 level が" in problems(log)
    assert "列 extra が" in problems(log)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"tokens": ("a",)}, "tokens"),
        ({"tokens": ("a", "b", "c")}, "tokens"),
        ({"recorded_at": "2026-01-01T00:00:00.000000Z"}, "recorded_at"),
        ({"entry_id": "019d465e-0800-7000-8000-000000000009"}, "id"),
        ({"entry_id": "<script>"}, "id"),
        ({"recorded_at": "昨日"}, "recorded_at"),
    ],
)
def test_an_edited_token_time_or_id_is_found_by_its_name(change, name):
    log = build()
    log.rows[3] = log.rows[3]._replace(**change)
    found = problems(log)
    assert f"列 {name}" in found
    assert "<script>" not in found


@pytest.mark.parametrize(
    "change",
    [
        lambda row: {"text": row.text.replace("redact", "allowed")},
        lambda row: {"salt": bytes(32)},
        lambda row: {"leaf": bytes(32)},
    ],
)
def test_an_edited_text_salt_or_leaf_is_found_with_its_place(change):
    log = build()
    log.rows[3] = log.rows[3]._replace(**change(log.rows[3]))
    assert f"4件目（{log.rows[3].entry_id}）: 本文・ソルト・葉のハッシュが互いに合いません" in problems(log)


@pytest.mark.parametrize(
    "change", [{"salt": b"short"}, {"text": "\ud800"}, {"text": "{}"}, {"text": None}, {"salt": None}]
)
def test_a_row_that_can_not_be_read_is_found_and_the_rest_is_still_verified(change):
    log = build()
    log.rows[3] = log.rows[3]._replace(**change)
    report = log.verify()
    assert any("4件目" in problem for problem in report.problems)
    assert report.entries == 13


def test_an_edit_carried_through_to_the_leaf_is_found_against_the_checkpoints():
    log = build()
    log.rows[6] = rewritten(log.rows[6], took_ms=1)
    found = problems(log)
    assert "6〜9件目のどこかで、書き換え・入れ替え・削除・挿入がされています" in found
    assert "ほか 1 件のチェックポイントも合いません" in found


def test_a_text_that_is_not_in_the_one_form_is_found_even_where_its_leaf_is_right():
    log = build()
    row = log.rows[3]
    text = row.text.replace('"v":1', '"v": 1')
    log.rows[3] = row._replace(text=text, leaf=leaf_hash(row.salt, text))
    assert "4件目" in problems(log)
    assert "正準形ではありません" in problems(log)


def test_a_removed_entry_is_found_with_its_place():
    log = build()
    del log.rows[3:5]
    found = problems(log)
    assert "4〜5件目: 記録がありません" in found
    assert "切り捨てられています" in found


def test_a_removed_entry_with_the_rest_numbered_anew_is_found_against_the_checkpoints():
    log = build()
    del log.rows[3:5]
    log.rows = [row._replace(seq=seq) for seq, row in enumerate(log.rows)]
    assert "根に合いません" in problems(log)


def test_two_entries_that_changed_places_are_found():
    log = build()
    log.rows[3], log.rows[5] = log.rows[5], log.rows[3]
    assert "順序が戻っています" in problems(log)
    log.rows = [row._replace(seq=seq) for seq, row in enumerate(log.rows)]
    assert "根に合いません" in problems(log)


def test_an_inserted_entry_is_found():
    log = build()
    forged = LogBuilder()
    forged.at += dt.timedelta(hours=1)
    forged.event("rules_applied", version="v0")
    log.rows.insert(4, forged.rows[0]._replace(seq=3))
    assert "入れ替えまたは重複です" in problems(log)
    log.rows = [row._replace(seq=seq) for seq, row in enumerate(log.rows)]
    assert "根に合いません" in problems(log)


def test_an_entry_that_stands_there_twice_is_found():
    log = build()
    log.rows.append(log.rows[0]._replace(seq=len(log.rows)))
    assert "同じ番号の記録が2件あります" in problems(log)


def test_a_tail_cut_off_is_found_against_the_checkpoint_in_the_database():
    log = build()
    del log.rows[-2:]
    assert "末尾が切り捨てられています。保存されたチェックポイントでは 13 件ですが、11 件しかありません" in problems(
        log
    )


def test_a_tail_cut_off_with_its_checkpoints_is_found_against_the_outside_and_not_claimed_without():
    log = build()
    outside = list(log.checkpoints)
    del log.rows[9:]
    del log.checkpoints[-1]
    report = log.verify()
    assert report.ok
    assert (
        report.summary_ja()
        .splitlines()[0]
        .startswith("この検証では、末尾の切り捨て・分岐・署名のやり直しがないことを示せません")
    )
    assert "外部に控えたチェックポイントでは 13 件ですが、9 件しかありません" in problems(log, outside)


def test_a_log_rewritten_and_signed_again_is_found_against_the_outside_only():
    log = build()
    outside = log.checkpoints[:2]
    log.rows[6] = rewritten(log.rows[6], took_ms=1)
    leaves = [row.leaf for row in log.rows]
    log.checkpoints = [
        sign(Checkpoint(ORIGIN, size, root(leaves[:size])), KEY)
        for size in (Checkpoint.parse(note.partition("\n\n")[0] + "\n").size for note in log.checkpoints)
    ]
    assert log.verify().ok
    found = problems(log, outside)
    assert "ログが分岐しています" in found
    assert "署名し直されています。外部に控えたチェックポイント（9件）の根に合いません" in found


def test_two_checkpoints_of_one_size_are_a_fork():
    log = build()
    log.checkpoints.append(sign(Checkpoint(ORIGIN, 5, bytes(32)), KEY))
    assert "5件のチェックポイント: 同じ件数で根の違うものが署名されています" in problems(log)


def test_a_checkpoint_of_an_unknown_key_or_another_log_is_found():
    log = build()
    leaves = [row.leaf for row in log.rows]
    log.checkpoints.append(sign(Checkpoint(ORIGIN, 13, root(leaves)), OTHER))
    log.checkpoints.append(sign(Checkpoint("other.example/log", 13, root(leaves)), KEY))
    found = problems(log)
    assert "保存されたチェックポイントの4件目: チェックポイントに、知っている鍵の署名がありません" in found
    assert "保存されたチェックポイントの5件目: 別のログのチェックポイントです" in found


def test_a_changed_key_is_no_problem_while_both_are_known():
    log = build()
    log.event("key_changed")
    log.checkpoint(KEY, OTHER)
    log.event("rules_applied")
    log.checkpoint(OTHER)
    assert log.verify(keys=[KEY.verifier, OTHER.verifier]).ok
    assert "知っている鍵の署名がありません" in problems(log)


def test_an_outside_file_that_was_emptied_is_found():
    assert "控えのファイルが消されていないか" in problems(build(), [])


def test_an_outside_that_lies_behind_says_how_far_it_reaches():
    log = build()
    report = log.verify(log.checkpoints[:1])
    assert report.ok
    assert "（5件まで）と比べました。5件目より後" in report.first_line


def test_an_entry_unsequenced_for_more_than_60_seconds_is_found():
    log = build()
    log.append(Event("rules_applied", log.at), sequenced=False)
    assert log.verify(after=60).ok
    report = log.verify(after=61)
    assert report.waiting == 1
    assert "60秒を過ぎても木に入っていません" in report.problems[0]


def test_an_unsequenced_entry_is_compared_with_its_leaf_too():
    log = build()
    row = log.append(Event("rules_applied", log.at), sequenced=False)
    log.rows[-1] = row._replace(columns={**row.columns, "actor": "x"})
    assert "順序の確定を待つ記録" in problems(log)
    assert "列 actor が" in problems(log)


def test_a_sequenced_entry_after_a_waiting_one_is_found():
    log = build()
    log.rows.insert(3, log.rows[3]._replace(seq=None))
    assert "確定を待つ記録の後にあります" in problems(log)


def test_entries_that_no_checkpoint_covers_after_60_seconds_are_found():
    log = build()
    log.event("rules_applied")
    assert log.verify(after=60).ok
    assert "14〜14件目: 60秒を過ぎてもチェックポイントで署名されていません" in problems(log, after=61)


def test_a_log_whose_checkpoints_were_removed_is_found():
    log = build()
    log.checkpoints.clear()
    assert "1〜13件目: 60秒を過ぎても" in problems(log, after=3600)


def test_a_decision_without_outcome_is_found_once_its_time_is_over():
    log = build()
    log.event("decided", "y", outcome="decided", action="allow")
    log.checkpoint()
    assert log.verify(after=3599).ok
    assert "14件目" in problems(log, after=3600)
    assert "結果の記録がありません" in problems(log, after=3600)


def test_a_second_outcome_or_decision_or_an_outcome_of_its_own_is_found():
    log = build()
    log.event("outcome", "x1", outcome="answered")
    log.event("decided", "x2", outcome="decided", action="allow")
    log.event("outcome", "z", outcome="failed")
    log.event("decided", "b", outcome="blocked", action="block")
    log.event("outcome", "b", outcome="answered")
    log.checkpoint()
    found = problems(log)
    assert "14件目" in found
    assert "2件目の結果" in found
    assert "15件目" in found
    assert "受領証が2つ出ています" in found
    assert "16件目" in found
    assert "判定の記録がない結果" in found
    assert "18件目" in found


def test_blocked_held_and_refused_requests_need_no_outcome():
    log = build()
    log.event("decided", "b", outcome="blocked", action="block")
    log.event("decided", "h", outcome="held", action="hold")
    log.event("refused", "r", outcome="refused", status=413)
    log.event("release_requested", "x1")
    log.checkpoint()
    assert log.verify(after=90_000).ok


@pytest.mark.parametrize("keep_columns", [True, False])
def test_entries_deleted_by_an_entry_verify_by_their_leaf_alone(keep_columns):
    log = build()
    log.delete(1, 2, 5, keep_columns=keep_columns)
    log.checkpoint()
    report = log.verify(list(log.checkpoints))
    assert report.problems == ()
    assert report.deleted == 3
    assert report.unprovable == (0 if keep_columns else 1)  # the outcome whose decision was entry 6


def test_columns_may_be_removed_later_by_an_entry_of_their_own():
    log = build()
    log.delete(1, 2)
    log.checkpoint()
    log.delete(1, 2, 13, keep_columns=False)  # the first deletion entry goes too: it held the columns
    log.checkpoint()
    assert log.verify(list(log.checkpoints)).problems == ()


def test_columns_removed_later_without_an_entry_are_found():
    log = build()
    log.delete(1, 2)
    log.checkpoint()
    log.rows[2] = log.rows[2]._replace(columns=None)
    assert "3件目" in problems(log)
    assert "残した列が、削除の記録にあるものと違います" in problems(log)


def test_columns_removed_later_are_sound_while_the_first_deletion_entry_stays():
    log = build()
    log.delete(1, 2)
    log.delete(1, 2, keep_columns=False)
    log.checkpoint()
    assert log.verify().problems == ()


def test_an_entry_deleted_twice_is_found():
    log = build()
    log.delete(1)
    log.delete(1)
    log.checkpoint()
    assert "削除済みです" in problems(log)


def test_a_text_removed_without_an_entry_is_found():
    log = build()
    log.rows[3] = log.rows[3]._replace(text=None, salt=None, tokens=None, deleted=True)
    assert f"4件目（{log.rows[3].entry_id}）: 本文がありませんが、削除の記録に載っていません" in problems(log)


def test_what_stays_of_a_deleted_entry_is_compared_with_the_deletion_entry():
    log = build()
    log.delete(1, 2, 3, 4)
    log.checkpoint()
    log.rows[1] = log.rows[1]._replace(columns={**log.rows[1].columns, "actor": "x"})
    log.rows[2] = log.rows[2]._replace(leaf=bytes(32))
    log.rows[3] = log.rows[3]._replace(text="{}")
    log.rows[4] = log.rows[4]._replace(recorded_at=timestamp(log.at))
    found = problems(log)
    assert "2件目" in found
    assert "残した列が、削除の記録にあるものと違います" in found
    assert "3件目" in found
    assert "葉のハッシュが、削除の記録にあるものと違います" in found
    assert "4件目" in found
    assert "本文・ソルト・検索用の符号が残っています" in found
    assert "5件目" in found
    assert "列 recorded_at" in found


def test_a_deletion_entry_that_names_what_was_not_deleted_is_found():
    log = build()
    row = log.rows[1]
    log.delete(1)
    log.rows[1] = row
    log.checkpoint()
    assert f"削除したとある記録（{row.entry_id}）は、ないか、本文が残っているか、削除済みです" in problems(log)


def test_a_deletion_entry_of_a_broken_form_says_nothing_and_breaks_nothing():
    log = build()
    log.event("deleted", entries=[1, {"id": None}, {"leaf": "00"}])
    log.event("deleted", entries="x")
    log.checkpoint()
    assert "削除したとある記録（番号の形が違うもの）" in problems(log)


def test_a_long_list_of_problems_is_cut_and_counted():
    log = build(600, every=1000)
    log.rows = [row._replace(columns={}) for row in log.rows]
    report = log.verify()
    assert len(report.problems) == MAX_PROBLEMS + 1
    assert "このほかに 201 件" in report.problems[-1]


def test_no_value_of_an_entry_stands_in_the_report():
    log = build()
    row = log.rows[3]
    log.rows[3] = row._replace(columns={**row.columns, "use": "秘密の値"}, text=row.text.replace("議事録", "別の値"))
    shown = log.verify().summary_ja() + repr(log.rows[3])
    assert "秘密の値" not in shown
    assert "別の値" not in shown


SOUND = build(8)
changes = st.sampled_from(
    ["text", "salt", "leaf", "columns", "drop", "swap", "double", "recorded_at", "tokens", "renumbered"]
)


@settings(max_examples=150)
@given(st.integers(0, len(SOUND.rows) - 2), changes, st.booleans())
def test_whatever_is_done_to_whichever_row_is_found(at, change, outside):
    log = LogBuilder(rows=list(SOUND.rows), checkpoints=list(SOUND.checkpoints), at=SOUND.at)
    row = log.rows[at]
    match change:
        case "text":
            log.rows[at] = row._replace(text=row.text.replace("town", "city"))
        case "salt" | "leaf":
            log.rows[at] = row._replace(**{change: bytes(32)})
        case "columns":
            log.rows[at] = row._replace(columns={**row.columns, "department": "x"})
        case "drop":
            del log.rows[at]
        case "swap":
            log.rows[at], log.rows[at + 1] = log.rows[at + 1], log.rows[at]
        case "double":
            log.rows.insert(at, row)
        case "recorded_at":
            log.rows[at] = row._replace(recorded_at=row.recorded_at.replace(".000", ".001"))
        case "tokens":
            log.rows[at] = row._replace(tokens=(*row.tokens, "z"))
        case "renumbered":
            del log.rows[at]
            log.rows = [other._replace(seq=seq) for seq, other in enumerate(log.rows)]
    assert not log.verify(list(log.checkpoints) if outside else None).ok
