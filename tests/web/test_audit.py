"""The CAIO's pages: who sees what of whom, figures with their tables, files that are right, proofs that hold."""

import csv
import io
import re
import typing

import pytest
import sqlalchemy as sa
import zstandard

from ai_gov.audit.alerts import Alert
from ai_gov.audit.checkpoint import open_note
from ai_gov.audit.excerpt import verify_excerpt
from ai_gov.model import Event, Step
from ai_gov.people.model import Department, Grant, Organisation, Role
from ai_gov.policy.alerts import AlertRule
from ai_gov.web.catalogue import LANGUAGES, words
from tests.stores.steps import refused
from tests.web.audit_town import HERE, THERE, kinds, people, this_month, uses

__all__ = ["people"]
PAGES = ("", "/alerts", "/reports", "/verification", "/changes", "/guideline", "/export", "/checkpoint.txt")
FORMS = ("/reports", "/verification", "/export")
EVIL = '<script>alert("x")</script>'


async def test_only_who_has_a_role_for_the_log_opens_a_page(people, made):
    uses(made, 2)
    for page in PAGES:
        for name in ("caio", "assistant", "auditor"):
            assert (await people[name].get(f"/audit{page}")).status_code == 200, name
        for name in ("staff", "it"):
            answer = await people[name].get(f"/audit{page}")
            assert answer.status_code == 403
            assert "役割（CAIO・CAIO補佐官・監査）が必要です" in answer.text
    assert '"/audit"' in (await people["caio"].get("/help")).text
    assert '"/audit"' not in (await people["staff"].get("/help")).text


async def test_who_is_not_signed_in_is_led_to_sign_in(browser):
    for page in PAGES:
        assert (await browser.get(f"/audit{page}")).headers["location"].startswith("/signin")


async def test_a_form_without_its_token_or_from_elsewhere_does_nothing(people, made):
    uses(made, 2)
    data = {"period": this_month(made), "format": "csv", "kind": "report"}
    for form in FORMS:
        assert (await people["caio"].send(f"/audit{form}", data, csrf="")).status_code == 403
        assert (await people["caio"].send(f"/audit{form}", data, csrf="0" * 64)).status_code == 403
        elsewhere = {"Sec-Fetch-Site": "cross-site"}
        assert (await people["caio"].send(f"/audit{form}", data, **elsewhere)).status_code == 403
        assert (await people["staff"].send(f"/audit{form}", data)).status_code == 403
    assert kinds(made, "report_made") == kinds(made, "verified") == []


async def test_the_overview_shows_figures_with_a_picture_in_words_and_a_table_and_leaves_an_entry(people, made):
    uses(made, 12)
    text = (await people["caio"].get("/audit")).text
    assert re.search(r"<dt>利用件数</dt><dd><strong>12</strong>", text)
    assert re.search(r"<dt>停止・保留</dt><dd><strong>3 \(25\.0%\)</strong>", text)
    images = re.findall(r'<img src="data:image/svg\+xml;base64,[A-Za-z0-9+/=]+" alt="([^"]+)">', text)
    assert len(images) >= 5
    assert all("グラフ" in alt or "濃淡" in alt for alt in images)
    assert re.search(r'<th scope="row">総務課</th><td class="number">12</td>', text)
    assert "まだ検証していません" in text
    ((who, data),) = kinds(made, "log_read")
    assert (who, data["how"], data["organisations"]) == ("9001", "overview", [HERE])


async def test_a_period_is_chosen_and_a_wrong_one_is_explained(people, made):
    uses(made, 4)
    for period in (this_month(made), "2020-Q4", "FY2019"):
        answer = await people["caio"].get(f"/audit?period={period}")
        assert answer.status_code == 200
        assert f'<option value="{period}" selected>' in answer.text
    assert "この期間に、利用の記録はありません。" in answer.text
    assert (await people["caio"].get("/audit?period=いつか")).status_code == 400


async def test_nobody_sees_the_town_next_door(people, made):
    uses(made, 4)
    uses(made, 7, THERE, "900", "7001")
    made.store.alerting.claim(
        [
            Alert("my-number", "a", "個人番号", "隣町の出来事", made.store.clock.now(), "", THERE, "900", "7001"),
            Alert("my-number", "b", "個人番号", "見本市の出来事", made.store.clock.now(), "", HERE, "110", "1001"),
            Alert("disk", "c", "空き", "空きが少ない", made.store.clock.now()),
        ],
        made.store.clock.now(),
    )
    made.store.sequence_now()
    for page in PAGES:
        text = (await people["caio"].get(f"/audit{page}")).text
        assert "隣町" not in text, page
        assert "7001" not in text, page
    alerts = (await people["caio"].get("/audit/alerts")).text
    assert "見本市の出来事" in alerts
    assert "空きが少ない" in alerts
    theirs = (await people["neighbour"].get("/audit")).text
    assert re.search(r"<dt>利用件数</dt><dd><strong>7</strong>", theirs)
    for page in ("", "/reports", "/export"):
        assert (await people["caio"].get(f"/audit{page}?organisation={THERE}")).status_code == 403
    data = {"period": this_month(made), "organisation": THERE, "format": "csv", "kind": "report"}
    for form in ("/reports", "/export"):
        assert (await people["caio"].send(f"/audit{form}", data)).status_code == 403


async def test_who_has_the_role_in_two_towns_sees_both_or_one_of_them(people, made):
    made.store.register.grant(Grant("", HERE, "9002", Role.CAIO_ASSISTANT, THERE), actor="cli")
    uses(made, 4)
    uses(made, 7, THERE, "900", "7001")
    for asked, count, whose in (("", 11, "見本市・隣町"), (HERE, 4, "見本市"), (THERE, 7, "隣町")):
        text = (await people["assistant"].get(f"/audit?organisation={asked}")).text
        assert f"<dt>利用件数</dt><dd><strong>{count}</strong>" in text
        assert f"対象の団体: {whose}" in text
    assert '<select id="organisation"' in text
    assert '<select id="organisation"' not in (await people["caio"].get("/audit")).text
    data = {"period": this_month(made), "format": "md", "kind": "report", "organisation": THERE}
    assert "隣町の秘密課" in (await people["assistant"].send("/audit/reports", data)).text
    assert kinds(made, "report_made")[0][1]["organisations"] == [THERE]


async def test_what_comes_from_elsewhere_stays_text(people, made):
    made.store.register.set_organisation(Organisation(HERE, EVIL), actor=EVIL)
    made.store.register.set_department(Department(HERE, "110", EVIL), actor="cli")
    uses(made, 4)
    made.store.alerting.claim(
        [Alert(EVIL, "b", EVIL, EVIL, made.store.clock.now(), "", HERE, EVIL, EVIL, records=(EVIL,))],
        made.store.clock.now(),
    )
    made.store.sequence_now()
    for page in ("", "/alerts", "/changes", "/reports", "/export", "/guideline"):
        answer = await people["caio"].get(f"/audit{page}")
        assert answer.status_code == 200
        assert "<script" not in answer.text, page
    assert "&lt;script&gt;" in (await people["caio"].get("/audit/alerts")).text
    asked = await people["caio"].get("/audit/changes", **{"X-Nothing": "x"})
    assert asked.status_code == 200
    for address in (f"/audit/changes?kind={EVIL}", f"/audit/changes?since={EVIL}", f"/audit?period={EVIL}"):
        answer = await people["caio"].get(address)
        assert answer.status_code == 400
        assert "<script>" not in answer.text


BEGINS = {"pdf": b"%PDF", "docx": b"PK", "xlsx": b"PK", "csv": b"\xef\xbb\xbf", "html": b"<!", "md": b""}


@pytest.mark.parametrize("kind", ["report", "public", "sheet"])
async def test_a_report_is_made_in_every_format_and_leaves_its_digest(people, made, kind):
    uses(made, 12)
    for form, begins in BEGINS.items():
        answer = await people["auditor"].send(
            "/audit/reports", {"period": this_month(made), "organisation": "", "format": form, "kind": kind}
        )
        if (kind, form) == ("sheet", "csv"):
            assert answer.status_code == 400
            continue
        assert answer.status_code == 200, answer.text
        assert answer.content.startswith(begins)
        assert answer.headers["content-disposition"].endswith(f'.{form}"')
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["cache-control"] == "no-store"
    made_ones = kinds(made, "report_made")
    assert len(made_ones) == (5 if kind == "sheet" else 6)
    assert all(who == "9003" and data["public"] is (kind == "public") for who, data in made_ones)


async def test_a_report_counts_the_own_town_alone(people, made):
    uses(made, 12)
    uses(made, 30, THERE, "900", "7001")
    data = {"period": this_month(made), "format": "csv", "kind": "report"}
    text = (await people["caio"].send("/audit/reports", data)).content.decode("utf-8-sig")
    of = {(line["表"], line["行"]): line["値"] for line in csv.DictReader(io.StringIO(text)) if line["列"] == "件数"}
    assert of["所属別の利用", "総務課"] == "12"
    assert "900" not in {row for _, row in of}
    ((_, told),) = kinds(made, "report_made")
    assert told["organisations"] == [HERE]
    for wrong in ({"format": "exe"}, {"kind": "other"}, {"period": "いつか"}):
        assert (await people["caio"].send("/audit/reports", {**data, **wrong})).status_code == 400


def unpacked(answer):
    """The lines of an export."""
    data = zstandard.ZstdDecompressor().decompressobj().decompress(answer.content)
    return data.decode().splitlines(keepends=True)


async def test_an_export_holds_the_own_records_with_proofs_and_verifies_without_the_database(people, made):
    uses(made, 6)
    uses(made, 5, THERE, "900", "7001")
    made.store.record_sync(refused())
    uses(made, 6)
    before = await people["caio"].get("/audit/checkpoint.txt")
    answer = await people["caio"].send("/audit/export", {"period": this_month(made), "organisation": ""})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="audit-log-{this_month(made)}.jsonl.zst"'
    lines = unpacked(answer)
    said = "".join(lines).replace("\\", "")
    assert '"1001"' in said
    assert f'"{THERE}"' not in said
    assert '"7001"' not in said
    report = verify_excerpt(lines, made.store.audit.keys)
    assert report.ok, report.problems
    (taken,) = [data for _, data in kinds(made, "log_read") if data["how"] == "export"]
    assert taken["organisations"] == [HERE]
    assert taken["count"] == report.entries >= 12
    assert open_note(before.text, made.store.audit.keys).size > 0
    kept = before.text.replace("\n", "\r\n")
    data = {"period": this_month(made), "against": kept}
    led = unpacked(await people["caio"].send("/audit/export", data))
    assert verify_excerpt(led, made.store.audit.keys, [before.text]).ok
    assert not verify_excerpt(lines, made.store.audit.keys, [before.text]).ok
    assert (await people["caio"].send("/audit/export", {**data, "against": "x"})).status_code == 400
    altered = [line.replace("1001", "1002") for line in lines]
    assert not verify_excerpt(altered, made.store.audit.keys).ok


async def test_what_was_changed_is_shown_with_its_difference(people, made):
    files = dict(made.store.config.current().files)
    path = "redaction_rules/alerts.yaml"
    changed = files[path].replace("at_least: 30", "at_least: 25")
    made.store.config.apply(
        {**files, path: changed},
        digest="f" * 64,
        actor="9004",
        diff=["--- a", "+++ b", "-    at_least: 30", "+    at_least: 25"],
    )
    made.store.sequence_now()
    text = (await people["caio"].get("/audit/changes?kind=config_applied")).text
    assert "規則・方針などの適用" in text
    assert "職員番号 9004" in text
    assert "<del>-    at_least: 30</del><ins>+    at_least: 25</ins>" in text
    assert "役割の付与" not in re.sub("<option.*?</option>", "", text)
    assert "役割の付与" in (await people["caio"].get("/audit/changes")).text
    assert "変更の記録はありません" in (await people["caio"].get("/audit/changes?since=2099-01-01")).text


async def test_alerts_say_what_they_mean_and_what_to_do_and_nothing_is_sent(people, made):
    now = made.store.clock.now()
    alert = Alert("my-number", "a", "個人番号が検知されました", "1件", now, "", HERE, "110", "1001", 1, ("rec-1",))
    made.store.alerting.claim([alert], now)
    made.store.sequence_now()
    text = (await people["caio"].get("/audit/alerts")).text
    for said in (
        "番号法の事務での取扱い",
        "決められた種類の情報が",
        "記録番号で経過を開き",
        "rec-1",
        "総務課",
        "職員番号 1001",
    ):
        assert said in text
    assert "知らせる先（webhook・syslog）が設定されていません" in text
    assert "夜間に大量の利用があります" in text
    assert "個人番号が検知されました" in (await people["caio"].get("/audit")).text
    assert len(kinds(made, "alert")) == 1
    assert [data["how"] for _, data in kinds(made, "log_read")] == ["overview", "alerts"]


async def test_the_guideline_page_says_how_to_make_one_where_there_is_none(people):
    text = (await people["caio"].get("/audit/guideline")).text
    assert "施行中のガイドラインは登録されていません" in text
    assert "作り方" in text


async def test_every_page_speaks_english_too(people, made):
    uses(made, 4)
    people["caio"].http.cookies.set("ai_gov_language", "en")
    for page in PAGES[:-1]:
        assert (await people["caio"].get(f"/audit{page}")).status_code == 200


def test_every_kind_of_alert_has_its_words():
    rules, *_ = typing.get_args(AlertRule)
    for rule in typing.get_args(rules):
        (kind,) = typing.get_args(rule.model_fields["kind"].annotation)
        for language in LANGUAGES:
            for part in ("kinds", "steps", "rules"):
                assert f"audit.alerts.{part}.{kind}" in words(language).sentences


async def test_what_waits_is_counted_with_what_is_overdue_and_without_any_title(people, made):
    made.store.register.grant(Grant("", HERE, "9004", Role.REVIEWER, HERE), actor="cli")
    draft = {"from": "chat", "ai_draft": "水道の工事をします。", "title": "断水のお知らせ", "use": ""}
    for number in range(2):
        path = (await people["staff"].send("/reviews", draft)).headers["location"]
        edit = {
            "title": "断水のお知らせ",
            "text": "工事をします。",
            "audience": "external",
            "degree": "",
            "revision": "1",
        }
        asked = await people["staff"].send(f"{path}/edit", {**edit, "then": "request"})
        assert asked.status_code == 303, asked.text
        if number == 0:
            with made.store.database.write() as connection:
                connection.execute(sa.text("UPDATE reviews SET due_at = '2026-11-01T00:00:00.000000Z'"))
    told = Event("suggestion", made.store.clock.now(), "", HERE, "110", "1001", {"about": "missed", "type": "PERSON"})
    made.store.record_sync(Step(None, told))
    made.store.sequence_now()
    text = (await people["caio"].get("/audit")).text
    for said in (
        "確認待ちの文書 2件",
        "期限を過ぎたもの 1件",
        "総務課 1件（最も古い期限 2026-11-01 09:00）",
        "申し出（30日） 1件",
    ):
        assert said in text
    assert "断水" not in text
    assert "確認待ちの文書 0件" in (await people["neighbour"].get("/audit")).text


async def test_a_published_guideline_is_checked_against_what_is_in_force(people, made):
    sent = await people["it"].send("/guideline/publish", {"source": "draft", "effective": "2026-04-01"})
    assert sent.status_code == 303, sent.text
    text = (await people["caio"].get("/audit/guideline")).text
    assert "第1版（2026-04-01 施行）" in text
    assert re.search("違いが [0-9]+件あります", text)
    assert "policy.yaml の destinations.default.title" in text
    page = (await people["it"].get("/guideline/apply")).text
    form = dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"', page))
    assert (await people["it"].send("/guideline/apply", form)).status_code == 303
    assert "違いはありません" in (await people["caio"].get("/audit/guideline")).text
    files = dict(made.store.config.current().files)
    policy = "redaction_rules/policy.yaml"
    assert "list_min_records: 10" in files[policy]
    files[policy] = files[policy].replace("list_min_records: 10", "list_min_records: 20")
    made.store.config.apply(files, digest="e" * 64, actor="9004", diff=[])
    text = (await people["caio"].get("/audit/guideline")).text
    assert re.search("違いが [0-9]+件あります", text)
    assert "list_min_records" in text
    assert "施行中のガイドラインは登録されていません" in (await people["neighbour"].get("/audit/guideline")).text
