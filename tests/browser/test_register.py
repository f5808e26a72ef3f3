"""The register of uses and the training as people use them, each page looked at by axe, wide and narrow."""

import re

import pytest

from tests.browser.conftest import accessible, picture

PURPOSE = "公開した審議会の録音を起こした文章を要約し、職員が確かめてから議事録の下書きに使う"
ANSWERED = {
    "affected": "申請した世帯。誤った案内で期限を逃すおそれ",
    "mitigation": "職員が全件を確かめ、窓口で聞き直せるようにする",
    "notice": "通知文に利用を書き、窓口で説明する",
    "stop": "誤りが月に3件を超えたら止め、手作業に戻す",
    "measure": "誤りの件数を毎月数え、年度末に見直す",
}


def fits(page, name="", *, full=True):
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if name:
        picture(page, name, full=full)


def filled(page, work="internal"):
    page.fill("#title", "審議会の議事録の要約")
    page.fill("#purpose", PURPOSE)
    page.check("#destination-1")
    for name in ("personal-no", "evaluates-no", "users-staff", f"work-{work}", "learning-none", "judged-always"):
        page.check(f"#{name}")


@pytest.mark.parametrize("width", [1366, 390])
def test_from_an_application_to_a_decision(open_as, width):
    size = {"width": width, "height": 768 if width > 400 else 844}
    wide = width > 400
    staff = open_as("1001", "/uses/new", **size)
    filled(staff, "benefit")
    for name, text in ANSWERED.items():
        staff.fill(f"#{name}", text)
    staff.click("button[value=look]")
    staff.wait_for_selector("#looked")
    assert "CAIOの判定が必要" in staff.inner_text("section[role=status]")
    fits(staff, "use-new" if wide else "")
    staff.click("button[value=apply]")
    staff.wait_for_url(re.compile(r"/uses/[0-9a-f-]{36}\?done=apply"))
    fits(staff)
    path = staff.url.split("//")[1].partition("/")[2].partition("?")[0]

    caio = open_as("1003", "/uses", **size)
    fits(caio, "uses" if wide else "")
    caio.click(f"a[href='/{path}']")
    fits(caio, "use-decide" if wide else "")
    caio.fill("#conditions", "公表の前に担当課が確かめる")
    caio.click("button.primary")
    caio.wait_for_url("**?done=approve")
    fits(caio)
    staff.goto("/uses")
    fits(staff)
    assert "審議会の議事録の要約" in staff.inner_text("#register ~ .scroll")
    with caio.expect_download() as waiting:
        caio.evaluate("location.href = '/uses/export/xlsx'")
    assert waiting.value.suggested_filename.endswith(".xlsx")
    assert staff.errors == []
    assert caio.errors == []


@pytest.mark.parametrize(("width", "person"), [(1366, "1001"), (390, "1002")])
def test_the_training_from_the_lessons_to_the_result(open_as, width, person):
    size = {"width": width, "height": 768 if width > 400 else 844}
    wide = width > 400
    page = open_as(person, "/training", **size)
    fits(page, "training" if wide else "")
    page.click("form[action='/training/start'] button")
    page.wait_for_url("**/training/quiz")
    assert page.locator("fieldset").count() == 10
    fits(page, "training-quiz" if wide else "", full=False)
    for number in range(1, 11):
        page.check(f"#q{number}-1")
    page.click("form.quiz button")
    page.wait_for_selector("[role=status]")
    fits(page, "training-result" if wide else "", full=False)
    page.goto("/training")
    fits(page)
    caio = open_as("1003", "/training/results", **size)
    fits(caio, "training-results" if wide else "")
    assert "架空" not in caio.inner_text("main")
    assert page.errors == []
    assert caio.errors == []
