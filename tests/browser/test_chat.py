"""The chat page in a browser: a name is hidden before anything is sent, and the answer comes back with name and label."""

import re

import pytest

from tests.browser.conftest import accessible, picture

TEXT = "早乙女千尋さん（090-1234-5678）に、説明会の日程が変わったことを伝える手紙を書いてください。"


def ready(page):
    page.wait_for_selector("html[data-ready=chat]")


def inspected(page, text):
    page.fill("#text", text)
    page.wait_for_function("text => document.querySelector('#mirror').textContent.includes(text)", arg=text[-12:])


def test_a_resident_is_hidden_before_sending_and_back_in_the_answer(open_as):
    page = open_as()
    ready(page)
    inspected(page, TEXT)
    assert page.locator("#mirror mark").all_inner_texts() == ["早乙女千尋 〔氏名1〕", "090-1234-5678 〔電話番号1〕"]
    assert "2か所を伏せて送ります" in page.inner_text("#verdict")
    assert "氏名（自治体機密性3C、根拠：個人情報の保護に関する法律" in page.inner_text("#found")
    accessible(page)
    picture(page, "chat-typing")
    page.click("#redacted-box summary")
    assert "早乙女" not in page.inner_text("#redacted")
    assert "〔氏名1〕さん（〔電話番号1〕）" in page.inner_text("#redacted")

    page.click("#send")
    page.wait_for_selector(".answer .foot")
    page.wait_for_selector("#stop", state="hidden")
    answer = page.locator(".answer")
    assert "早乙女千尋" in answer.locator(".body").inner_text()
    assert answer.locator(".label").inner_text() == "生成AIによる下書き・職員の確認前"
    accessible(page)
    picture(page, "chat-answer")

    copied = page.evaluate("""() => {
        const range = document.createRange();
        range.selectNodeContents(document.querySelector('.answer .body'));
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        const event = new ClipboardEvent('copy', { clipboardData: new DataTransfer(), bubbles: true, cancelable: true });
        document.querySelector('.answer .body').dispatchEvent(event);
        return event.clipboardData.getData('text/plain');
    }""")
    assert copied.rstrip().endswith("〔生成AIによる下書き・職員の確認前〕")

    page.click("text=実際に送られた文章を見る >> visible=true")
    page.wait_for_url("**/history/*")
    sent = page.inner_text("main")
    assert "早乙女" not in sent
    assert "〔氏名1〕さん" in sent
    accessible(page)
    picture(page, "history-record")
    assert page.errors == []

    page.goto("/history")
    while page.locator("tbody tr").count() == 0:  # within two seconds of the answer
        page.wait_for_timeout(300)
        page.reload()
    assert "〔氏名1〕さん" in page.inner_text("tbody")
    accessible(page)
    picture(page, "history")


def test_what_may_not_go_says_why_and_what_to_do(open_as):
    page = open_as()
    ready(page)
    inspected(page, "個人番号 123456789018 の人への通知を書いてください。")
    assert "送れません" in page.inner_text("#verdict")
    picture(page, "chat-stopped")
    page.click("#send")
    page.wait_for_selector(".answer .notice.error")
    assert page.locator(".answer .label").count() == 0
    assert "個人番号" in page.inner_text(".answer .notice")
    accessible(page)


def test_a_task_is_a_form_that_points_at_what_is_missing(open_as):
    page = open_as()
    ready(page)
    page.select_option("#prompt", "notice")
    assert page.locator("#use").input_value() == "public-notice"
    page.fill("#v-subject", "水道管の工事に伴う断水")
    page.click("#send")
    page.wait_for_function("() => document.activeElement.id === 'v-facts'")
    assert "「伝えること」を入力してください" in page.inner_text("#said")
    page.fill("#v-facts", "11月30日の夜10時から朝5時まで、緑町で断水する。")
    page.fill("#v-contact", "上下水道課")
    page.wait_for_function("() => document.querySelector('#mirror').textContent.includes('上下水道課')")
    accessible(page)
    picture(page, "chat-task")
    page.click("#send")
    page.wait_for_selector(".answer .foot")
    page.fill("#text", "もっと短くしてください。")
    page.click("#send")
    page.wait_for_function("() => document.querySelectorAll('.answer .foot').length === 2")
    page.click("#fresh")
    assert page.locator(".answer").count() == 0
    assert page.errors == []


def test_an_attachment_is_read_inspected_and_can_be_taken_out(open_as):
    page = open_as()
    ready(page)
    page.set_input_files(
        "#file",
        [
            {
                "name": "<img src=x onerror=alert(1)>.txt",
                "mimeType": "text/plain",
                "buffer": "申請者の早乙女千尋です。".encode("cp932"),
            },
            {"name": "絵.png", "mimeType": "image/png", "buffer": b"x"},
        ],
    )
    page.wait_for_selector("#files li.bad")
    page.wait_for_selector("#mirror mark")
    assert (
        page.locator("#files li")
        .first.inner_text()
        .startswith("<img src=x onerror=alert(1)>.txt：12文字を読み取りました")
    )
    assert "読めるのは" in page.inner_text("#files li.bad")
    assert page.locator("#files img, #mirror img").count() == 0
    accessible(page)
    page.locator("#files button").first.click()
    page.locator("#files button").first.click()
    assert page.locator("#files li").count() == 0


def test_what_was_missed_and_what_was_none_is_told_without_a_mouse(open_as):
    page = open_as()
    ready(page)
    inspected(page, "早乙女千尋さんと、山の上の洋館に住む人への手紙")
    page.locator("#found summary").first.focus()
    page.keyboard.press("Enter")
    accessible(page)
    page.get_by_role("button", name="情報担当に知らせる").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('#reported').textContent.includes('知らせました')")
    page.get_by_role("button", name="所属長の許可が要ります").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("mark.clear")
    assert "許可" in page.inner_text("#verdict")
    page.get_by_role("button", name="伏せることに戻す").click()
    page.wait_for_selector("mark.hide")
    page.locator("#missed summary").focus()
    page.keyboard.press("Enter")
    page.fill("#word", "山の上の洋館")
    page.select_option("#word-type", "JP_ADDRESS")
    page.evaluate("document.querySelector('#reported').textContent = ''")
    page.locator("#report button").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('#reported').textContent.includes('知らせました')")
    house = page.locator("mark.hide", has_text="山の上の洋館")
    house.wait_for()
    assert "〔住所1〕" in house.inner_text()
    accessible(page)
    page.get_by_role("button", name="指定を取り消す").click()
    house.wait_for(state="detached")


@pytest.mark.parametrize(
    ("width", "height"), [(683, 384), (390, 844), (1366, 768)], ids=["zoom-200", "phone", "office"]
)
def test_nothing_runs_out_of_the_screen(open_as, width, height):
    page = open_as(width=width, height=height)
    ready(page)
    inspected(page, TEXT)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    accessible(page)
    if width == 390:
        picture(page, "chat-phone")


def test_scripts_in_a_text_stay_text(open_as):
    page = open_as()
    ready(page)
    attack = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>終わり"
    inspected(page, attack)
    page.click("#send")
    page.wait_for_selector(".answer .foot")
    assert page.title() != "hacked"
    assert page.locator("main img, main script").count() == 0
    page.click(".answer .foot a")
    page.wait_for_url("**/history/*")
    assert page.title() != "hacked"
    assert page.locator("main img, main script").count() == 0


@pytest.mark.parametrize("person", ["1001", "1002", "1003", "1004"])
def test_help_and_history_are_accessible_to_every_role(open_as, person):
    page = open_as(person, "/help")
    assert page.locator("h2 .badge").count() >= 1
    accessible(page)
    if person == "1001":
        picture(page, "help")
        page.goto("/history")
        accessible(page)


def test_the_page_weighs_little(open_as):
    page = open_as()
    sizes = []
    page.on("response", lambda response: sizes.append(len(response.body())) if response.ok else None)
    page.goto("/")
    ready(page)
    page.wait_for_load_state("networkidle")
    assert 10_000 < sum(sizes) <= 150_000, sum(sizes)
    assert re.search("チャット", page.title())
