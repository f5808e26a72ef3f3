"""A folder of settings as a ZIP: what is in it comes out, and nothing that does harm goes in."""

import io
import zipfile

import pytest

from ai_gov.errors import BadRequest
from ai_gov.files.settings_zip import read_zip, write_zip

RULE = "redaction_rules/local/toshokan.yaml"


def packed(files, *, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, data in files:
            package.writestr(name, data)
    return out.getvalue()


def test_what_was_packed_comes_out_the_same():
    files = {RULE: "id: toshokan\n", "redaction_rules/policy.yaml": "schema: 1\n", "prompts/a.yaml": "id: a\n"}
    assert read_zip(write_zip(files)) == files
    assert write_zip(files) == write_zip(dict(reversed(files.items())))


def test_a_folder_around_and_the_rubbish_of_desktops_do_not_matter():
    data = packed(
        [
            ("設定/redaction_rules/local/toshokan.yaml", "id: toshokan\r\n"),
            ("__MACOSX/設定/redaction_rules/local/._toshokan.yaml", "x"),
            ("設定/redaction_rules/README.md", "読んで"),
            ("設定/.git/redaction_rules/a.yaml", "x"),
            ("設定/guidelines/answers.yaml", "x"),
            ("C:\\config\\prompts\\b.yaml", "id: b"),
        ]
    )
    assert read_zip(data) == {RULE: "id: toshokan\n", "prompts/b.yaml": "id: b"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"no zip", "壊れています"),
        (packed([("a/b.yaml", "x")]), "YAML ファイルがありません"),
        (packed([(RULE, "あ".encode("cp932"))]), "文字を読めません"),
        (packed([(f"a/{RULE}", "x"), (f"b/{RULE}", "y")]), "二度入っています"),
        (packed([(RULE, b"0" * 1_000_001)]), "極端に大きくなる"),
        (packed([(RULE, b"0" * 1_000_001)], method=zipfile.ZIP_STORED), "大きすぎます"),
        (packed([(f"redaction_rules/{n}.yaml", "x") for n in range(1001)]), "多すぎます"),
    ],
)
def test_what_cannot_be_taken_is_said(data, said):
    with pytest.raises(BadRequest, match=said):
        read_zip(data)


def test_a_path_that_climbs_out_is_not_taken():
    data = packed([("../../redaction_rules/x.yaml", "x"), ("redaction_rules/../x.yaml", "x"), (RULE, "id: a")])
    assert set(read_zip(data)) == {RULE}
