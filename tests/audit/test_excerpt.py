"""An excerpt proves what it holds and claims no more; whatever is changed in it is found."""

import json

import pytest

from ai_gov.audit.checkpoint import Checkpoint, SigningKey, sign
from ai_gov.audit.excerpt import is_excerpt, verify_excerpt, write
from ai_gov.audit.export import ExportError, Header
from ai_gov.audit.merkle import consistency_proof, inclusion_proof, nodes
from tests.audit.factories import KEY, ORIGIN, build

OTHER = SigningKey.from_seed(ORIGIN, b"\x01" * 32)


def excerpt(log, numbers=(3, 4), earlier=(0,)):
    node = nodes([row.leaf for row in log.rows])
    size = len(log.rows)
    before = [(log.checkpoints[n], consistency_proof(node, [5, 9, 13][n], size)) for n in earlier]
    rows = [(log.rows[n], inclusion_proof(node, n, size)) for n in numbers]
    return list(write(Header(ORIGIN, log.at, (KEY.verifier,)), log.checkpoints[-1], before, rows))


def change(line, **values):
    return json.dumps(json.loads(line) | values, ensure_ascii=False) + "\n"


def test_what_it_holds_is_proven_and_what_it_can_not_show_is_said_first():
    lines = excerpt(build())
    assert is_excerpt(lines[0])
    report = verify_excerpt(lines)
    assert (report.problems, report.entries) == ((), 2)
    first = report.summary_ja().splitlines()[0]
    assert "載っている 2 件が、13件のチェックポイントの木に入っている" in first
    assert "ほかの記録が抜けていないことは示せません" in first
    assert "検証鍵もこのファイルのもの" in first


def test_with_a_key_and_a_checkpoint_that_came_another_way_it_shows_more():
    log = build()
    report = verify_excerpt(excerpt(log), [KEY.verifier], [log.checkpoints[0], log.checkpoints[-1]])
    assert report.ok
    assert "検証鍵も" not in report.first_line


def test_a_checkpoint_kept_elsewhere_that_it_does_not_lead_to_is_said_with_what_to_do():
    log = build()
    report = verify_excerpt(excerpt(log), None, [log.checkpoints[1]])
    assert any("作り直してもらってください" in problem for problem in report.problems)


def test_a_fork_is_found():
    log = build()
    forked = sign(Checkpoint(ORIGIN, 13, bytes(32)), KEY)
    assert any("分岐" in problem for problem in verify_excerpt(excerpt(log), None, [forked]).problems)


def test_another_key_is_found_where_the_key_is_known():
    report = verify_excerpt(excerpt(build()), [OTHER.verifier])
    assert any("知っている鍵の署名がありません" in problem for problem in report.problems)
    assert "何も示せません" in report.first_line


@pytest.mark.parametrize(
    ("line", "values"),
    [
        (3, {"seq": 2}),
        (3, {"seq": 99}),
        (3, {"seq": None}),
        (3, {"salt": None}),
        (3, {"text": "{}"}),
        (3, {"text": None}),
        (3, {"id": "019d465e-0800-7000-8000-000000000009"}),
        (3, {"leaf": "A" * 43 + "="}),
        (3, {"proof": []}),
        (2, {"proof": []}),
        (2, {"note": "x"}),
        (1, {"note": "x"}),
    ],
)
def test_whatever_is_changed_is_found(line, values):
    lines = excerpt(build())
    lines[line] = change(lines[line], **values)
    assert not verify_excerpt(lines).ok


@pytest.mark.parametrize(
    "damage",
    [
        lambda f: f[:-1],
        lambda f: [],
        lambda f: f[1:],
        lambda f: [*f, f[-1]],
        lambda f: [*f[:3], *f[4:]],
        lambda f: [*f[:3], "[]\n", *f[4:]],
        lambda f: [*f[:3], change(f[3], proof="x"), *f[4:]],
        lambda f: [*f[:3], change(f[3], proof=["!"]), *f[4:]],
        lambda f: [*f[:3], change(f[3], type="x"), *f[4:]],
        lambda f: [*f[:2], change(f[2], note=1), *f[3:]],
    ],
)
def test_a_damaged_file_is_refused(damage):
    with pytest.raises(ExportError):
        verify_excerpt(damage(excerpt(build())))


def test_a_deleted_entry_is_still_proven_by_its_leaf():
    log = build()
    log.delete(3)
    log.checkpoint()
    node = nodes([row.leaf for row in log.rows])
    rows = [(log.rows[3], inclusion_proof(node, 3, 14))]
    assert verify_excerpt(write(Header(ORIGIN, log.at, (KEY.verifier,)), log.checkpoints[-1], [], rows)).ok
