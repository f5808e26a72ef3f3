"""The pages of incidents: the walk from an alert to the page for the mayor, who may, and what comes back."""

import html
import re

from ai_gov.people.model import Role
from tests.service import incident_world as world
from tests.service.incident_world import PARTNER, TOWN
from tests.web.conftest import Browser
from tests.web.test_audit_desk import people, uses  # noqa: F401 - fixtures

NEW = {"title": "個人番号の入力", "day": "2026-11-25", "time": "09:30"}


async def begun(browser, **more):
    made = await browser.send("/audit/incidents", {**NEW, **more})
    assert made.status_code == 303, made.text
    return made.headers["location"].partition("?")[0]


def state(made, path):
    return made.store.incidents.incident(path.rpartition("/")[2])


async def test_from_an_alert_to_its_end(people, uses, made):  # noqa: F811
    raised = world.alert(made.store, uses[1])
    made.store.sequence_now()
    caio = await people("caio")
    alerts = (await caio.get("/audit/alerts")).text
    assert f'href="/audit/records/{uses[1]}"' in alerts
    assert f'href="/audit/incidents/new?alert={raised}"' in alerts
    form = (await caio.get(f"/audit/incidents/new?alert={raised}")).text
    assert 'name="title" value="個人番号の入力"' in form
    assert uses[1] in form
    path = await begun(caio, alert=raised, records=uses[1])
    shown = (await caio.get(f"{path}?done=open")).text
    for words in (
        "記録を始めました。",
        "きっかけの警報",
        "2026-12-24 まで",
        "目安 2026-11-27〜2026-11-29",
        "確認していません",
    ):
        assert words in shown
    record = (await caio.get(f"/audit/records/{uses[0]}")).text
    assert f'<option value="{path.rpartition("/")[2]}">' in record
    linked = await caio.send("/audit/incidents/link", {"incident": path.rpartition("/")[2], "record": uses[0]})
    assert linked.headers["location"] == f"{path}?done=link"
    assert f'href="{path}"' in (await caio.get("/audit")).text
    assert "速報（委員会）" in (await caio.get("/audit")).text
    version = re.search(r'name="version" value="(\d+)"', (await caio.get(path)).text)[1]
    facts = {
        "version": version,
        "reportable": "yes",
        "category": ["number_many"],
        "persons": "120",
        "cause": "様式の誤り",
    }
    assert (await caio.send(f"{path}/facts", facts)).status_code == 303
    assert (await caio.send(f"{path}/note", {"text": "送信先に削除を求めた。"})).status_code == 303
    early = await caio.send(f"{path}/close", {"text": "終わり"})
    assert early.status_code == 409
    assert "確報（個人情報保護委員会）を記録してください。" in early.text
    for stage in ("preliminary", "final", "notice", "mayor"):
        sent = {"stage": stage, "on": "2026-11-25", "reference": "受付7"}
        assert (await caio.send(f"{path}/reported", sent)).status_code == 303
    for kind, start in (("docx", b"PK"), ("pdf", b"%PDF"), ("md", b"# ")):
        file = await caio.get(f"{path}/summary.{kind}")
        assert file.content.lstrip().startswith(start) or kind == "md"
        assert file.headers["content-disposition"].startswith("attachment;")
    assert "様式の誤り" in file.text
    assert (await caio.send(f"{path}/close", {"text": "再発防止策まで終えた。"})).status_code == 303
    page = (await caio.get(path)).text
    assert "再発防止策まで終えた。" in page
    assert 'action="' + path + '/facts"' not in page
    assert f'href="{path}"' not in (await caio.get("/audit")).text
    assert (await caio.send(f"{path}/reopen", {"text": "申し出があった。"})).status_code == 303
    assert "対応中" in (await caio.get("/audit/incidents")).text
    assert f'href="{path}"' in (await caio.get(f"/audit/records/{uses[1]}")).text


async def test_an_auditor_reads_and_has_no_form(people, uses, made):  # noqa: F811
    path = await begun(await people("caio"), records=uses[0])
    auditor = await people("auditor")
    page = (await auditor.get(path)).text
    assert f'action="{path}/' not in page
    assert (await auditor.get(f"{path}/summary.docx")).status_code == 200
    for act in ("facts", "note", "reported", "close", "reopen", "link", "unlink"):
        assert (await auditor.send(f"{path}/{act}", {"text": "書く", "version": "1"})).status_code == 403
    assert (await auditor.send("/audit/incidents", NEW)).status_code == 403
    assert (await auditor.get("/audit/incidents/new")).status_code == 403
    assert "事故の記録を始める" not in (await auditor.get("/audit/incidents")).text
    assert state(made, path).version == 1


async def test_another_town_staff_and_it_see_nothing(people, uses, made, site):  # noqa: F811
    path = await begun(await people("caio"), records=uses[0])
    partner = await people("partner")
    for address in (path, f"{path}/summary.md", "/audit/incidents/132012-2026-999"):
        assert (await partner.get(address)).status_code == 404
    assert (await partner.send(f"{path}/note", {"text": "書く"})).status_code == 404
    assert (
        await partner.send("/audit/incidents/link", {"incident": path.rpartition("/")[2], "record": uses[2]})
    ).status_code == 404
    assert path not in (await partner.get("/audit/incidents")).text
    taken = await partner.send("/audit/incidents", {**NEW, "records": uses[0]})
    assert taken.status_code == 400
    assert (await partner.send("/audit/incidents", {**NEW, "organisation": TOWN})).status_code == 403
    raised = world.alert(made.store, uses[0])
    assert uses[0] not in (await partner.get(f"/audit/incidents/new?alert={raised}")).text
    for name in ("staff", "it"):
        assert (await (await people(name)).get(path)).status_code == 403
    assert (await Browser(site).get(path)).status_code == 303
    assert state(made, path).version == 1
    assert all(item.organisation != PARTNER for item in made.store.incidents.listed((), 10))


async def test_a_form_from_elsewhere_does_nothing(people, uses, made):  # noqa: F811
    caio = await people("caio")
    path = await begun(caio, records=uses[0])
    for target in (
        "/audit/incidents",
        "/audit/incidents/link",
        *(f"{path}/{act}" for act in ("note", "close", "facts")),
    ):
        assert (await caio.send(target, {**NEW, "text": "書く"}, csrf="0" * 64)).status_code == 403
        crossed = await caio.send(target, {**NEW, "text": "書く"}, **{"Sec-Fetch-Site": "cross-site"})
        assert crossed.status_code == 403
    assert state(made, path).version == 1


async def test_scripts_stay_text_and_what_was_typed_comes_back(people, uses, made):  # noqa: F811
    caio = await people("caio")
    script = "<script>alert(1)</script>"
    path = await begun(caio, title=script)
    assert (await caio.send(f"{path}/note", {"text": f"</textarea>{script}"})).status_code == 303
    page = (await caio.get(path)).text
    assert script not in page
    assert html.escape(script) in page
    assert script not in (await caio.get("/audit/incidents")).text
    refused = await caio.send(f"{path}/note", {"text": "山田太郎さん（080-1234-5678）に電話した。"})
    assert refused.status_code == 400
    assert "書かないでください" in refused.text
    assert "山田太郎さん（080-1234-5678）に電話した。</textarea>" in refused.text
    facts = {"version": "1", "reportable": "no", "category": ["many"], "summary": "打った概要"}
    refused = await caio.send(f"{path}/facts", facts)
    assert refused.status_code == 400
    assert "打った概要" in refused.text
    for wrong in ({**NEW, "day": "きのう"}, {**NEW, "title": ""}, {**NEW, "day": "2027-11-25"}):
        answer = await caio.send("/audit/incidents", wrong)
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text


async def test_an_assistant_writes_too_and_facts_are_not_overwritten_unseen(people, uses, made, enrol, site):  # noqa: F811
    enrol("3001", Role.CAIO_ASSISTANT)
    helper = Browser(site)
    await helper.sign_in("3001")
    path = await begun(helper, records=uses[0])
    assert (await helper.send(f"{path}/facts", {"version": "1", "summary": "先"})).status_code == 303
    late = await helper.send(f"{path}/facts", {"version": "1", "summary": "後"})
    assert late.status_code == 409
    assert "後" in late.text
    assert state(made, path).facts.summary == "先"
