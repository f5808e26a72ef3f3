"""The search index on both kinds of database."""

import datetime as dt
import importlib
import time
from collections import Counter

import pytest
import sqlalchemy as sa

from ai_gov import flow
from ai_gov.audit.figures import add_up
from ai_gov.audit.period import parse
from ai_gov.audit.search import Query, levels
from ai_gov.audit.usage import DAY, MONTH
from ai_gov.errors import BadRequest
from ai_gov.model import JST, Action, Actor, Decision, Event, Finding, Level, State, Step
from ai_gov.stores.searchindex import forget_people, forget_rows, forget_text
from ai_gov.stores.searchtables import search_spans
from ai_gov.stores.tables import entries

NOW = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)


def use(
    exchange,
    *,
    sent="予定の確認",
    answer="承知しました",
    at=NOW,
    department="zei",
    person="1001",
    action=Action.ALLOW,
    level=Level.L1,
    types=("PERSON",),
    use_id="general",
):
    """Decision and outcome of one exchange."""
    received = flow.receive(
        exchange, at=at, client="gateway", actor=Actor(person, "town", department), destination="default", use=use_id
    )
    findings = [Finding(kind, 0, 4, Level.L3C, "r") for kind in types]
    decision = Decision(action, level, Level.L1, "default", ())
    goes = action in (Action.ALLOW, Action.REDACT)
    decided = flow.decide(
        received, decision, findings, at=at, config_digest="d", sent=[["messages[0]", sent]] if goes else None
    )
    data = {"answer": [["content", answer]], "usage": {"prompt_tokens": 10, "completion_tokens": 5}}
    steps = [decided]
    if goes:
        steps.append(flow.finish(decided.exchange, State.ANSWERED, at=at + dt.timedelta(seconds=2), data=data))
    return steps


def write(store, *uses):
    for steps in uses:
        for step in steps:
            store.record_sync(step)
    store.sequence_now()
    return store.index.catch_up()


def found(store, **conditions):
    page = store.search.find(Query(**conditions), now=NOW)
    return [hit.entries[0].columns["exchange"] for hit in page.hits]


class TestSearch:
    def test_a_word_of_two_characters_is_found_inside_a_longer_one(self, store):
        write(store, use("x1", sent="令和８年度の補正予算（案）を要約して"), use("x2", sent="予備の算定"))
        assert found(store, text="予算") == ["x1"]
        assert found(store, text="補正予算　8年度") == ["x1"]
        assert found(store, text="正予算案") == []

    def test_width_kana_and_case_do_not_matter(self, store):
        write(store, use("x1", sent="ＥＸＣＥＬのﾏｸﾛを直して"))
        assert found(store, text="excel") == found(store, text="マクロ") == ["x1"]

    def test_answers_are_searched_too_and_each_use_is_found_once(self, store):
        write(store, use("x1", sent="祭りの案内", answer="秋祭りのご案内"), use("x2", answer="盆踊りのご案内"))
        assert found(store, text="案内") == ["x2", "x1"]
        assert found(store, text="盆踊り") == ["x2"]

    def test_every_condition_narrows(self, store):
        write(
            store,
            use("x1", department="zei", person="1001", level=Level.L3B, action=Action.BLOCK, types=("JP_MY_NUMBER",)),
            use("x2", department="fuku", person="1002", level=Level.L3C, action=Action.REDACT, use_id="minutes"),
            use("x3", department="fuku", person="1003", types=()),
        )
        assert found(store, department="fuku") == ["x3", "x2"]
        assert found(store, person="1002") == ["x2"]
        assert found(store, levels=levels("3C以上")) == ["x2", "x1"]
        assert found(store, levels=levels("3C")) == ["x2"]
        assert found(store, action="block") == ["x1"]
        assert found(store, finding="JP_MY_NUMBER") == ["x1"]
        assert found(store, use="minutes", outcome="answered") == ["x2"]
        assert found(store, organisations=("town",), destination="default") == ["x3", "x2", "x1"]
        assert found(store, organisations=("other",)) == []
        assert found(store, department="fuku", action="block") == []
        assert found(store, record="x2") == ["x2"]
        assert found(store, record="x2", organisations=("other",)) == []
        assert found(store, text="予定", department="zei") == []

    def test_times_are_exact_to_the_moment(self, store):
        moments = [dt.datetime(2026, month, 28, 15, tzinfo=dt.UTC) for month in range(1, 11)]
        write(store, *(use(f"x{at.month}", at=at) for at in moments))
        assert found(store, since=moments[3], until=moments[5]) == ["x5", "x4"]
        assert found(store, until=moments[1]) == ["x1"]
        assert found(store, since=moments[8] + dt.timedelta(microseconds=1)) == ["x10"]
        assert found(store, since=moments[5], until=moments[3]) == []
        whole = dt.datetime(2026, 3, 1, tzinfo=JST), dt.datetime(2026, 6, 1, tzinfo=JST)
        assert found(store, since=whole[0], until=whole[1]) == ["x5", "x4", "x3", "x2"]

    def test_pages_go_back_without_gap_or_repetition(self, store):
        write(store, *(use(f"x{n}", sent=f"予算の{n}") for n in range(11)))
        for conditions in ({}, {"text": "予算"}, {"since": NOW - dt.timedelta(days=1)}):
            seen, before = [], None
            while True:
                page = store.search.find(Query(**conditions), now=NOW, before=before, limit=4)
                seen += [hit.entries[0].columns["exchange"] for hit in page.hits]
                if (before := page.before) is None:
                    break
            assert seen == [f"x{n}" for n in range(10, -1, -1)]

    def test_the_index_goes_on_where_it_stopped_and_says_what_waits(self, store):
        assert write(store, use("x1")) == 2
        for step in use("x2"):
            store.record_sync(step)
        store.sequence_now()
        assert store.index.waiting() == 2
        assert store.index.catch_up() == 2
        assert store.index.catch_up() == store.index.waiting() == 0
        assert found(store) == ["x2", "x1"]

    def test_other_entries_do_not_break_it(self, store):
        store.record_sync(Step(None, Event("config_applied", NOW, data={"digest": "d"})))
        assert write(store, use("x1")) == 3
        assert found(store) == ["x1"]

    def test_figures_add_up_by_hour_and_day(self, store):
        write(store, use("x1"), use("x2", types=("PERSON", "PERSON", "AGE")), use("x3", at=NOW + dt.timedelta(hours=1)))
        kept = list(store.search.figures("2026-11", "2026-12", ["town"]))
        rows = {(place.hour, place.dimension, place.value): amount for place, amount in kept}
        assert rows["2026-11-20T12", "uses", ""] == 2
        assert rows["2026-11-20T13", "uses", ""] == 1
        assert rows["2026-11-20", "finding", "PERSON"] == 4
        assert rows["2026-11-20", "tokens_in", "default"] == 30
        assert rows["2026-11", "person", "1001"] == 3
        assert list(store.search.figures("2026-12", "2027-01")) == []
        again = Counter()
        for place, amount in store.search.recount(NOW - dt.timedelta(days=1), NOW + dt.timedelta(days=1), ["town"]):
            again[place] += amount
        assert again == dict(kept), (again, kept)

    @pytest.mark.parametrize(("period", "over"), [("2026-11", DAY), ("2026-Q3", MONTH)])
    def test_what_is_added_up_by_the_database_gives_the_same_figures(self, store, period, over):
        at = [NOW - dt.timedelta(days=25), NOW, NOW + dt.timedelta(hours=1), NOW + dt.timedelta(days=3)]
        write(
            store,
            *(use(f"x{n}", at=when, person=f"{1001 + n % 2}") for n, when in enumerate(at)),
            use("y", action=Action.BLOCK, at=at[1], types=("AGE",)),
            use("z", at=at[2], department="soumu", types=("PERSON", "AGE")),
        )
        about = parse(period)
        months = f"{about.first:%Y-%m}", f"{about.end:%Y-%m}"
        for organisations in ((), ("town",), ("nowhere",)):
            kept = add_up(about, store.search.figures(*months, organisations))
            assert add_up(about, store.search.summed(*months, organisations, over=over)) == kept
        assert kept.uses == 0

    def test_forgotten_texts_are_not_found_but_what_stays_is(self, store):
        write(store, use("x1", sent="秘密の予算"), use("x2", sent="公開の予算"))
        with store.database.write() as connection:
            positions = list(connection.scalars(sa.select(entries.c.position).where(entries.c.exchange == "x1")))
            forget_text(connection, store.database, positions)
            connection.execute(
                sa.update(entries).where(entries.c.position.in_(positions)).values(text=None, salt=None, deleted=True)
            )
        store.index.compact()
        assert found(store, text="予算") == ["x2"]
        assert found(store, text="秘密") == []
        assert found(store, department="zei") == ["x2", "x1"]
        with store.database.write() as connection:
            forget_rows(connection, store.database, positions)
            assert forget_people(connection, "2026-12") == 1
        assert found(store, department="zei") == ["x2"]

    def test_a_text_that_was_deleted_before_its_turn_is_never_indexed(self, store):
        for step in use("x1", sent="秘密の予算"):
            store.record_sync(step)
        store.sequence_now()
        with store.database.write() as connection:
            forget_text(connection, store.database, [1])
            connection.execute(sa.update(entries).where(entries.c.position == 1).values(text=None, deleted=True))
        assert store.index.catch_up() == 2
        assert found(store, text="予算") == []
        assert found(store, department="zei") == ["x1"]


def test_an_index_made_anew_is_the_same_and_an_export_goes_on_where_it_stopped(store):
    write(store, use("x1", sent="補正予算"), use("x2", department="fuku"))
    before = list(store.search.figures("2026-11", "2026-12"))
    with store.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM usage_counts")
    assert store.index.rebuild() == 4
    assert list(store.search.figures("2026-11", "2026-12")) == before
    assert found(store, text="補正予算") == ["x1"]
    assert found(store) == ["x2", "x1"]
    assert [entry.seq for entry in store.search.after(-1, limit=3)] == [0, 1, 2]
    assert [entry.seq for entry in store.search.after(2)] == [3]


def test_after_compacting_no_pair_of_characters_is_left_in_the_files(sqlite, data):
    write(sqlite, *(use(f"x{n}", sent="霞ヶ浦丁稚羊羹" if n % 5 == 0 else "ふつうの文") for n in range(300)))
    with sqlite.database.write() as connection:
        positions = [row.position for row in connection.execute(sa.select(entries)) if "羊羹" in (row.text or "")]
        assert len(positions) == 60
        forget_text(connection, sqlite.database, positions)
        connection.execute(
            sa.update(entries).where(entries.c.position.in_(positions)).values(text=None, salt=None, deleted=True)
        )
    sqlite.index.compact()
    with sqlite.database.write() as connection:
        connection.exec_driver_sql("SELECT 1")
    sqlite.close()
    for file in data.glob("ai-gov.db*"):
        content = file.read_bytes()
        for pair in ("丁稚", "稚羊", "羊羹"):
            assert pair.encode() not in content, (file.name, pair)


@pytest.mark.parametrize("text", ["税", "予算 税", "。、"])
def test_words_too_short_to_be_looked_for_are_refused(text):
    with pytest.raises(BadRequest, match="2文字以上"):
        Query(text=text)


def test_a_server_follows_the_tree_by_itself(store):
    store.sequencer.start(0.01)
    store.index.start(0.01)
    for number in range(60):
        for step in use(f"x{number}"):
            store.record_sync(step)
    deadline = time.monotonic() + 20
    while len(found(store)) < 50 or store.index.waiting():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    store.index.stop()
    store.sequencer.stop()


class TestFacets:
    def test_what_was_found_divides_by_every_condition_that_could_narrow_it(self, store):
        write(
            store,
            use("x1", department="zei", person="1001", types=("PERSON",)),
            use("x2", department="kou", person="1002", action=Action.BLOCK, level=Level.L3A, types=("JP_MY_NUMBER",)),
            use("x3", department="kou", person="1001", types=("PERSON", "JP_ADDRESS")),
        )
        found = store.search.facets(Query(), now=NOW, most=100)
        assert (found.counted, found.complete) == (3, True)
        assert found.of["department"] == (("town/kou", 2), ("town/zei", 1))
        assert found.of["finding"] == (("PERSON", 2), ("JP_ADDRESS", 1), ("JP_MY_NUMBER", 1))
        assert dict(found.of["action"]) == {"allow": 2, "block": 1}
        assert store.search.facets(Query(department="kou"), now=NOW, most=100).counted == 2

    def test_an_answer_that_was_found_counts_by_what_its_decision_says(self, store):
        write(store, use("x1", answer="盆踊りのご案内", level=Level.L2))
        found = store.search.facets(Query(text="盆踊り"), now=NOW, most=100)
        assert (found.of["level"], found.of["finding"]) == ((("2", 1),), (("PERSON", 1),))

    def test_it_says_where_there_are_more_than_it_counted(self, store):
        write(store, *(use(f"x{number}") for number in range(5)))
        found = store.search.facets(Query(), now=NOW, most=3)
        assert (found.counted, found.complete) == (3, False)
        assert store.search.facets(Query(), now=NOW, most=5).complete


def spans(store):
    with store.database.read() as connection:
        return {row.term: (row.first, row.last) for row in connection.execute(sa.select(search_spans))}


def test_a_day_is_found_whatever_the_order_in_which_it_was_written(store):
    days = [NOW - dt.timedelta(days=number) for number in (3, 40, 0, 3, 400, 1, 40)]
    for number, at in enumerate(days):
        write(store, use(f"x{number}", at=at))

    def found(since, until):
        page = store.search.find(Query(since=since, until=until), now=NOW)
        return {hit.entries[0].columns["exchange"] for hit in page.hits}

    day = dt.timedelta(days=1)
    for number, at in enumerate(days):
        midnight = at.astimezone(JST).replace(hour=0, minute=0, second=0, microsecond=0)
        same = {f"x{other}" for other, moment in enumerate(days) if moment == at}
        assert found(midnight, midnight + day) == same, number
    assert found(NOW - 30 * day, NOW - 20 * day) == set()
    assert found(NOW - 401 * day, None) == {f"x{number}" for number in range(7)}


def test_words_and_times_together_are_looked_for_in_as_many_goes_as_it_takes(store, monkeypatch):
    monkeypatch.setattr("ai_gov.stores.searching.CHUNK", 2)
    for number in range(12):
        sent = "補正予算の確認" if number % 5 == 0 else "予算と補正、正予の確認"  # the same pairs of characters
        write(store, use(f"x{number}", sent=sent, at=NOW - dt.timedelta(hours=number)))
    query = Query(text="補正予算", since=NOW - dt.timedelta(days=2), until=NOW + dt.timedelta(days=1))
    page = store.search.find(query, now=NOW, limit=1)
    seen = [hit.entries[0].columns["exchange"] for hit in page.hits]
    while page.before is not None:
        page = store.search.find(query, now=NOW, before=page.before, limit=1)
        seen += [hit.entries[0].columns["exchange"] for hit in page.hits]
    assert seen == ["x10", "x5", "x0"]  # written last, found first


def test_the_spans_of_the_index_are_those_that_the_migration_makes_of_what_is_there(store):
    for number in range(6):
        write(store, use(f"x{number}", at=NOW - dt.timedelta(days=17 * number, hours=number)))
    kept = spans(store)
    assert len(kept) > 6
    with store.database.write() as connection:
        connection.execute(sa.delete(search_spans))
        versions = importlib.import_module("ai_gov.stores.migrations.versions.0015_search_spans")
        connection.exec_driver_sql(versions.statement(connection.dialect.name))
    assert spans(store) == kept
    store.index.rebuild()
    assert spans(store) == kept
