"""What is handed out of the log, and the change of the key that signs it, in real databases of both kinds."""

import datetime as dt
import stat

import pytest
import sqlalchemy as sa

from ai_gov.audit.checkpoint import open_note
from ai_gov.audit.excerpt import verify_excerpt
from ai_gov.errors import BadRequest
from ai_gov.model import Actor
from ai_gov.stores.keyfile import KeyFolder
from ai_gov.stores.tables import nodes
from tests.stores.steps import decided, outcome


async def some(store, count, name="x"):
    for n in range(count):
        step = decided(f"{name}{n}", tokens=["t"])
        await store.record(step)
        await store.record(outcome(step))
    store.sequence_now()


async def test_an_excerpt_proves_a_request_and_that_the_log_grew_from_earlier_checkpoints(store):
    await some(store, 3)
    before = store.audit.latest_checkpoint()
    await some(store, 4, "y")
    lines = store.audit.excerpt("x1", [before])
    report = verify_excerpt(lines, store.audit.keys, [before, store.audit.latest_checkpoint()])
    assert (report.problems, report.entries) == ((), 2)


async def test_an_excerpt_of_what_is_not_there_is_refused(store):
    with pytest.raises(BadRequest, match="1件もありません"):
        store.audit.excerpt("x1")
    await some(store, 1)
    with pytest.raises(BadRequest, match="nothing"):
        store.audit.excerpt("nothing")
    with pytest.raises(BadRequest, match="以前のチェックポイント"):
        store.audit.excerpt("", ["x"])


@pytest.mark.parametrize("count", [1, 2, 7, 40])
async def test_the_records_of_organisations_are_proven_one_by_one_and_no_other_is_among_them(store, count):
    for n in range(count):
        for town in ("town", "far"):
            step = decided(f"{town}{n}", actor=Actor("1001", town, "zei"))
            await store.record(step)
            await store.record(outcome(step))
    store.sequence_now()
    before = store.audit.latest_checkpoint()
    await some(store, 3, "z")
    lines = list(store.audit.excerpt_of(["town"], earlier=[before]))
    report = verify_excerpt(lines, store.audit.keys, [before, store.audit.latest_checkpoint()])
    assert (report.problems, report.entries) == ((), 2 * count + 6)
    assert not [line for line in lines if '"far' in line]
    assert verify_excerpt(store.audit.excerpt_of(["nowhere"]), store.audit.keys).entries == 0
    future = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    assert verify_excerpt(store.audit.excerpt_of(["town"], future), store.audit.keys).entries == 0
    assert verify_excerpt(store.audit.excerpt_of(["town"], None, future), store.audit.keys).entries == 2 * count + 6


async def test_records_whose_proof_is_gone_are_not_handed_out(store):
    await some(store, 4)
    with store.database.write() as connection:
        connection.execute(sa.delete(nodes))
    with pytest.raises(LookupError):
        list(store.audit.excerpt_of(["town"]))


async def test_the_key_changes_with_a_checkpoint_by_both_and_the_log_verifies_by_either(opener, data):
    store = opener(data)
    await some(store, 2)
    old = store.keys.signing_key.verifier
    vkey = store.change_signing_key(actor="2001")
    handover = open_note(store.audit.latest_checkpoint(), store.audit.keys)
    assert set(handover.signed_by) == {str(old), vkey}
    await some(store, 2, "y")
    assert open_note(store.audit.latest_checkpoint(), store.audit.keys).signed_by == (vkey,)
    assert store.audit.verify().ok
    store.close()
    again = opener(data)
    assert [str(key) for key in again.audit.keys] == [str(old), vkey]
    await some(again, 1, "z")
    assert again.audit.verify().ok
    changed = [entry for entry in again.audit.entries() if entry.columns["kind"] == "signing_key_changed"]
    assert changed[0].event.data == {"before": str(old), "after": vkey}
    assert not again.audit.verify(keys=[old]).ok  # who knows only the old key is told so


def test_a_change_of_keys_that_was_cut_off_leaves_keys_that_fit(tmp_path):
    keys = KeyFolder(tmp_path)
    old = keys.signing_key.verifier
    keys.prepare()  # and then the power goes
    again = KeyFolder(tmp_path)
    assert again.signing_key.verifier == old
    assert len(again.verifiers) == 2
    new = again.prepare()
    again.change(new)
    assert KeyFolder(tmp_path).signing_key.verifier == new.verifier
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
