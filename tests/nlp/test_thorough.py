"""読み取り（入念）: a second reading in a process of its own, with a deadline, never half of one."""

import time
from pathlib import Path

import pytest

import ai_gov
from ai_gov import wiring
from ai_gov.detect.reading import Noted
from ai_gov.errors import DetectorFailed
from ai_gov.nlp import foreign
from ai_gov.nlp.reader import SudachiReader
from ai_gov.nlp.thorough import ThoroughReader, plausible
from ai_gov.nlp.worker import Wanted, recognizers_of
from ai_gov.service.inspector import Inspector

OWN = "tests.nlp.recognizers"


def reader(*names, model="", seconds=20.0, **more):
    return ThoroughReader(Wanted(model, recognizers_of(names), seconds=seconds, **more))


@pytest.fixture(scope="module")
def ginza():
    made = reader(model="ja_ginza", seconds=60.0)
    made.warm_up()
    yield made
    made.close()


@pytest.fixture(scope="module")
def presidio():
    made = reader(
        "EmailRecognizer", "IbanRecognizer", f"{OWN}.MeterRecognizer", f"{OWN}.ProjectRecognizer",
        types={"METER": "LOCAL_ID", "PROJECT": "UNPUBLISHED_POLICY"},
    )  # fmt: skip
    made.warm_up()
    yield made
    made.close()


@pytest.fixture(scope="module")
def ill():
    made = reader(f"{OWN}.SlowRecognizer", seconds=3.0)
    made.warm_up()
    yield made
    made.close()


def surfaces(reading):
    return {(note.type, reading.text[note.start : note.end]) for note in reading.noted}


# names


def test_ginza_adds_a_name_to_a_text_in_which_there_is_one(ginza):
    found = surfaces(ginza.read("佐藤花子さんと山田が来ました。"))
    assert found == {("PERSON", "佐藤花子"), ("PERSON", "山田")}


def test_ginza_is_not_asked_about_a_text_without_names(ginza):
    assert ginza.read("山田川の水位を教えてください。").noted == ()


def test_an_empty_text_is_read(ginza):
    assert ginza.read("").noted == ()


def test_places_in_a_long_text_are_those_of_the_text(ginza):
    reading = ginza.read("山田花子さん。\n" + ("0" * 79 + "\n") * 250 + "担当は山田花子さん。")
    assert [reading.text[note.start : note.end] for note in reading.noted] == ["山田花子", "山田花子"]


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("山田が来た。", "山田", True),
        ("ヴェグナーが来た。", "ヴェグナー", True),
        ("横浜へ行く。", "横浜", False),
        ("山田\n田中", "山田\n田中", False),
        ("打上げの会", "打上げ", False),
    ],
)
def test_a_name_counts_where_sudachi_does_not_contradict(text, name, expected):
    reading = SudachiReader().read(text)
    start = reading.text.index(name)
    assert plausible(Noted(start, start + len(name), "PERSON", 0.6, "GiNZA"), reading) is expected


# recognizers of Presidio


def test_a_recognizer_finds_what_japanese_letters_touch(presidio):
    found = surfaces(presidio.read("連絡はa.kita@example.comまで。番号MT-204518を見て。"))
    assert ("EMAIL_ADDRESS", "a.kita@example.com") in found
    assert ("LOCAL_ID", "MT-204518") in found


def test_a_deny_list_is_found_inside_japanese_but_not_inside_latin_words(presidio):
    found = surfaces(presidio.read("これはひぐらし計画です。X9の話、AX90の話。"))
    assert found == {("UNPUBLISHED_POLICY", "ひぐらし計画"), ("UNPUBLISHED_POLICY", "X9")}


def test_places_stand_however_the_text_is_written(presidio):
    text = "㈱北の口座はＧＢ82WEST12345698765432です"
    reading = presidio.read(text)
    (note,) = reading.noted
    start, end = reading.source.to_original(note.start, note.end)
    assert text[start:end] == "ＧＢ82WEST12345698765432"


def test_findings_have_the_rule_of_their_type_and_say_who_found_them(presidio):
    inspector = Inspector(ai_gov.inspector().governance, presidio)
    findings = inspector.explain("口座はGB82WEST12345698765432、番号MT-204518です。").findings
    seen = {finding.type: finding for finding in findings}
    assert "IbanRecognizer" in seen["JP_BANK_ACCOUNT"].evidence
    assert "MeterRecognizer" in seen["LOCAL_ID"].evidence


def test_an_unknown_entity_is_still_redacted():
    with_unknown = reader(f"{OWN}.SlowRecognizer")
    try:
        inspector = Inspector(ai_gov.inspector().governance, with_unknown)
        (finding,) = inspector.explain("花の話").findings
        assert (finding.type, finding.evidence) == ("LOCAL_ID", ("SlowRecognizer（SLOW）",))
    finally:
        with_unknown.close()


def test_what_presidio_skips_is_a_failure(monkeypatch):
    monkeypatch.setattr("presidio_analyzer.pattern_recognizer.REGEX_TIMEOUT_SECONDS", 0.05)
    made = foreign.Recognizers([{"class": f"{OWN}.SkippingRecognizer"}], None, {}, 0.4)
    with pytest.raises(foreign.SkippedError):
        list(made.read("a" * 60 + "!"))


# the process


def test_a_text_that_takes_too_long_is_refused_and_the_next_one_is_read(ill):
    start = time.monotonic()
    with pytest.raises(DetectorFailed, match="時間内に終わりません"):
        ill.read("眠れ")
    assert time.monotonic() - start < 20
    assert ill.read("起きよ").noted


def test_a_worker_that_dies_is_a_refusal_and_the_next_one_is_read(ill):
    with pytest.raises(DetectorFailed, match="終了しました"):
        ill.read("倒れよ")
    assert ill.read("起きよ").noted


def test_an_error_in_a_recognizer_is_told_by_its_kind_only(ill):
    with pytest.raises(DetectorFailed) as caught:
        ill.read("転べ、ひみつの値")
    assert "ValueError" in caught.value.message
    assert "ひみつ" not in caught.value.message
    assert ill.read("起きよ").noted


def test_a_recognizer_that_is_not_there_is_named():
    wrong = reader("NoSuchRecognizer")
    with pytest.raises(DetectorFailed, match="NoSuchRecognizer"):
        wrong.warm_up()


def test_a_model_that_is_not_there_is_a_refusal():
    wrong = reader(model="ja_none")
    with pytest.raises(DetectorFailed, match="OSError"):
        wrong.warm_up()


def test_the_worker_does_not_see_our_secrets(monkeypatch):
    monkeypatch.setenv("AI_GOV_UPSTREAM_API_KEY", "geheim")
    made = reader(f"{OWN}.MeterRecognizer")
    try:
        made.warm_up()
        process = made._worker._process
        assert b"geheim" not in Path(f"/proc/{process.pid}/environ").read_bytes()
    finally:
        made.close()


# wiring


def test_a_reader_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="slow"):
        wiring.reader("slow")


def test_the_settings_say_which_recognizers_run():
    from ai_gov.settings import Settings

    settings = Settings.model_validate(
        {"reader": "thorough", "thorough": {"model": "", "recognizers": [{"class": "IbanRecognizer"}]}}
    )
    made = wiring.reader(settings.reader, settings.thorough)
    try:
        assert surfaces(made.read("口座はGB82WEST12345698765432です")) == {
            ("JP_BANK_ACCOUNT", "GB82WEST12345698765432")
        }
    finally:
        made.close()
