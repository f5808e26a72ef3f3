"""The search for values that must not be there finds them where they are, in every form."""

import base64
import json
import urllib.parse

import pytest

from tests.traces import forms, traces, traces_below

VALUE = "綾小路蓮太郎"


@pytest.mark.parametrize(
    "written",
    [
        VALUE.encode(),
        VALUE.encode("utf-16"),
        VALUE.encode("utf-16-be"),
        VALUE.encode("cp932"),
        json.dumps({"a": VALUE}).encode(),
        json.dumps(json.dumps({"a": VALUE})).encode(),
        json.dumps(VALUE).upper().replace("\\U", "\\u").encode(),
        urllib.parse.quote(f"氏名 {VALUE}").encode(),
        f"x{VALUE}".encode().hex().encode(),
        *(base64.b64encode(b"x" * n + VALUE.encode() + b"y" * m) for n in range(6) for m in range(3)),
        *(base64.urlsafe_b64encode(b"\xff" * n + VALUE.encode()) for n in range(3)),
    ],
)
def test_a_value_is_found_however_it_is_written(written):
    assert traces(b"before" + written + b"after", ["no", VALUE])


def test_what_is_not_there_is_not_found(tmp_path):
    assert traces("綾小路さんと蓮太郎さん".encode() * 100, [VALUE]) == []
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.log").write_text("綾小路")
    assert traces_below(tmp_path, [VALUE]) == []


def test_files_and_their_names_are_searched(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.log").write_bytes(VALUE.encode("utf-16-le"))
    assert traces_below(tmp_path, [VALUE]) == ["b.log: value 0 as utf-16-le"]
    (tmp_path / f"{VALUE}.txt").touch()
    assert f"{VALUE}.txt: value 0 as utf-8" in traces_below(tmp_path, [VALUE])


def test_no_form_is_so_short_that_it_stands_anywhere():
    assert all(len(written) >= 10 for written in forms("090-1234-5678").values())
