"""From the questions to documents that open, a policy in force, and staff who read what was published."""

import re
import zipfile

import docx
import pikepdf
import pytest

from tests.browser.conftest import accessible, picture, serving


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A server of this module's own: it puts another policy in force."""
    with serving(tmp_path_factory.mktemp("guideline-site")) as url:
        yield url


def fits(page, name="", *, full=False):
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if name:
        picture(page, name, full=full)


def saved(page, selector, folder):
    with page.expect_download() as waiting:
        page.click(selector)
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target


@pytest.mark.timeout(300)
def test_the_guideline_from_its_questions_to_those_who_have_read_it(open_as, tmp_path):
    page = open_as("1004", "/guideline")
    fits(page)
    page.click("a[href='/guideline/questions/1'].primary")
    page.wait_for_selector("html[data-ready=guideline]")
    assert page.input_value("#municipality") == "見本市"
    page.fill("#municipality", "見本町")
    page.wait_for_selector("#fault-head:not([hidden])")
    assert "別の団体の回答が混ざっていないか" in page.inner_text("#fault-head")
    fits(page)
    page.fill("#municipality", "見本市")
    page.wait_for_selector("#fault-head", state="hidden")
    page.fill("#effective", "2026-04-01")
    page.wait_for_function("() => document.querySelector('#preview').innerText.includes('令和8年4月1日')")
    page.evaluate("scrollTo(0, 0)")
    fits(page, "guideline-questions")
    page.click("button.primary")
    page.wait_for_url("**/questions/2?done=saved")
    assert page.is_hidden("#question-partners")
    page.check("input[name=assistant][value=joint]")
    assert page.is_visible("#question-partners")
    page.fill("#partners", "青葉谷町\n北霧村")
    page.fill("#office", "デジタル推進課")
    page.wait_for_function("() => document.querySelector('#preview').innerText.includes('北霧村')")
    fits(page)
    page.click("button.primary")
    page.wait_for_url("**/questions/3?done=saved")
    page.check("input[name=service_level][value='2']")
    page.wait_for_selector("#fault-service_level:not([hidden])")
    page.click("button.primary")
    page.wait_for_selector(".notice.error[role=alert]")
    fits(page, "guideline-refused")
    page.check("input[name=service][value=contracted]")
    page.check("input[name=service_training][value='no']")
    page.check("input[name=service_region][value=domestic]")
    page.wait_for_selector("#fault-service_level", state="hidden")
    page.click("button.primary")
    page.wait_for_url("**/questions/4?done=saved")
    page.click("button.primary")
    page.wait_for_url("**/questions/5?done=saved")
    page.click("button.primary")
    page.wait_for_url("**/guideline/make?done=saved")
    fits(page, "guideline-make")

    with zipfile.ZipFile(saved(page, "a[href='/guideline/file/guideline.zip']", tmp_path)) as package:
        assert {"guideline.docx", "guideline.pdf", "policy.yaml"} <= set(package.namelist())
    word = docx.Document(str(saved(page, "a[href='/guideline/file/guideline.docx']", tmp_path)))
    text = "\n".join(paragraph.text for paragraph in word.paragraphs)
    assert "青葉谷町、北霧村と共同でCAIO補佐官を置きます" in text
    assert any("自治体機密性2" in cell.text for table in word.tables for cell in table.column_cells(3))
    with pikepdf.open(saved(page, "a[href='/guideline/file/guideline.pdf']", tmp_path)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "ai-gov-guideline.json" in pdf.attachments
        assert len(pdf.pages) > 8

    page.click("a[href='/guideline/apply']")
    fits(page, "guideline-apply")
    page.click("form[action='/guideline/apply'] button")
    page.wait_for_url("**/guideline/make?done=applied")
    page.click("form[action='/guideline/publish'] button.primary")
    page.wait_for_url("**/guideline/versions/1?done=published")
    fits(page)

    staff = open_as("1001", "/guideline/read")
    fits(staff, "guideline-read")
    staff.click(".acknowledge button")
    staff.wait_for_url("**?version=1&done=read")
    assert staff.locator(".acknowledge").count() == 0
    fits(staff)

    caio = open_as("1003", "/guideline")
    assert "違いはありません。" in caio.inner_text("main")
    assert re.search(r"総務課\s+1\s+2\s+50%", caio.inner_text(".tally"))
    fits(caio, "guideline", full=True)
    for each in (page, staff, caio):
        assert [said for said in each.errors if "400" not in said] == []


@pytest.mark.parametrize("path", ["/guideline", "/guideline/questions/3", "/guideline/make"])
def test_the_pages_fit_a_small_screen(open_as, path):
    page = open_as("1004", path, width=390, height=844)
    fits(page)
    assert page.errors == []
