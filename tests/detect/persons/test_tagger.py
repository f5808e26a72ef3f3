"""氏名の判別器: the shipped weights are those of the manifest, training is reproducible, and a finding says why."""

import gzip
import hashlib
import json
import random
import sys
from itertools import islice
from pathlib import Path

import pytest

from ai_gov.detect.persons.features import features
from ai_gov.detect.persons.lexicon import Lexicon
from ai_gov.detect.persons.spans import spans
from ai_gov.detect.persons.tagger import Tagger, find_tagged
from ai_gov.detect.persons.view import View
from ai_gov.nlp.reader import SudachiReader

ROOT = Path(__file__).parents[3]
DATA = ROOT / "ai_gov" / "detect" / "data"
READER = SudachiReader()


def view_of(text):
    return View(READER.read(text), Lexicon.load())


@pytest.fixture(scope="module")
def training():
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import train_tagger
    finally:
        sys.path.remove(str(ROOT / "scripts"))
    return train_tagger


def test_the_shipped_weights_are_the_ones_of_the_manifest():
    packed = (DATA / "tagger.txt.gz").read_bytes()
    manifest = json.loads((DATA / "tagger.json").read_text(encoding="utf-8"))
    assert hashlib.sha256(packed).hexdigest() == manifest["sha256"]
    assert len(gzip.decompress(packed).splitlines()) == manifest["weights"]
    assert len(packed) < 3_000_000


def test_every_weight_is_of_a_feature_in_one_line():
    lines = gzip.decompress((DATA / "tagger.txt.gz").read_bytes()).decode("utf-8").split("\n")
    assert lines.pop() == ""
    assert all(line.count("\t") == 1 and line.partition("\t")[0].lstrip("-").isdigit() for line in lines)


def test_the_same_inputs_give_the_same_weights(training):
    def learn():
        amount = training.Amount(rounds=0, swaps=1)
        return training.pack(training.train(random.Random(1), amount))

    assert learn() == learn()


def test_another_input_is_refused(training, monkeypatch, tmp_path, capsys):
    manifest = tmp_path / "tagger.json"
    manifest.write_text(json.dumps({"inputs": {"scripts/tagger/persons.txt": "0" * 64}}), encoding="utf-8")
    monkeypatch.setattr(training, "MANIFEST", manifest)
    monkeypatch.setattr(sys, "argv", ["train_tagger.py"])
    with pytest.raises(SystemExit, match="控えと違う入力"):
        training.main()


def test_training_text_is_the_same_for_the_same_seed(training):
    def texts(seed):
        return [example.text for example in islice(training.corpus(random.Random(seed), training.Amount(1, 0)), 300)]

    assert texts(7) == texts(7)
    assert texts(7) != texts(8)


def test_marked_persons_of_the_training_text_are_where_it_says(training):
    examples = training.corpus(random.Random(3), training.Amount(1, 0))
    for example in islice(examples, 400):
        for start, end in example.persons:
            assert 0 <= start < end <= len(example.text)
            assert example.text[start:end].strip(" 　\n") == example.text[start:end]


TEXTS = [
    "昨日、毛馬内さんが来庁し、課長補佐の一番合戦に相談した。",
    "申請者：グエン・ティ・フオン（妻）、NGUYEN VAN DUC（夫）",
    "第一条の規定により、和田小学校の校長が決裁する。",
]


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_worked_out_once_gives_the_same_score(text):
    view, tagger = view_of(text), Tagger.load()
    for score, span in tagger.scores(view, spans(view)):
        assert score == pytest.approx(tagger.score(view, span))


@pytest.mark.parametrize("text", TEXTS)
def test_features_hold_no_line_break_and_no_tab(text):
    view = view_of(text + "\n\t" + text)
    for span in spans(view):
        assert not any("\n" in feature or "\t" in feature for feature in features(view, span))


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("先日の安曇さんの件", "後の敬称"),
        ("民生委員の安曇が訪問", "前の職名"),
        ("長女の紬希が入院", "前の続柄"),
    ],
)
def test_a_name_says_what_spoke_for_it(text, sign):
    found = list(find_tagged(view_of(text)))
    assert len(found) == 1
    assert found[0].evidence.startswith("判別器(")
    assert sign in found[0].evidence
    assert 0.5 < found[0].score <= 1


@pytest.mark.parametrize(
    "text", ["", "\n", "ー", "ヶ", "之", "A", "・" * 50, "山" * 500, "あ" * 500, "ア" * 500, "A " * 300]
)
def test_any_text_has_candidates_that_lie_inside_it(text):
    view = view_of(text)
    found = list(spans(view))
    assert all(0 <= span.start < span.end <= len(view.text) for span in found)
    assert len(found) <= 40 * max(len(view.text), 1)
    list(find_tagged(view))
