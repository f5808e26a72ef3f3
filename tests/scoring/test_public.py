"""公表された文章: what is redacted or stopped in text without a private person is harm, contacts apart."""

import json

import pytest

from ai_gov.errors import ConfigError
from ai_gov.model import Action, Level
from ai_gov.scoring import Detected, Prediction, Rate
from ai_gov.scoring.public import Passage, load_passages, score_public
from tests.cli.running import Command

PASSAGES = [Passage("A", "水島支所の窓口 086-444-0000"), Passage("B", "開館時間"), Passage("C", "極秘とは何か")]


def test_names_are_harm_and_contacts_are_not():
    scores = score_public(
        PASSAGES,
        {
            "A": Prediction(Action.REDACT, Level.L3C, (Detected(8, 20, "PHONE_NUMBER"),)),
            "B": Prediction(Action.REDACT, Level.L3C, (Detected(0, 2, "PERSON"),)),
            "C": Prediction(Action.BLOCK, Level.L3A, ()),
        },
    )
    assert (scores.stopped, scores.altered, scores.harmed) == (Rate(1, 3), Rate(1, 3), Rate(2, 3))
    assert scores.persons_per_thousand == pytest.approx(1000 / sum(len(passage.text) for passage in PASSAGES))


def test_faults_are_told_by_line():
    with pytest.raises(ConfigError) as caught:
        load_passages(['{"id":"A","text":"あ"}', "x", '{"text":1}', '{"id":"A","text":"い"}'], "p.jsonl")
    assert [problem.line for problem in caught.value.problems] == [2, 3, 4]


def test_the_command_shows_the_text_only_where_it_is_asked_to(tmp_path):
    file = tmp_path / "public.jsonl"
    file.write_text(json.dumps({"id": "A", "text": "山田太郎さんが来ました。"}, ensure_ascii=False), encoding="utf-8")
    run = Command(tmp_path / "data")
    plain = run("evaluate", "--public", file)
    assert plain.code == 0, plain.err
    assert "1/1 (100.0%)" in plain.out
    assert "山田" not in plain.out
    assert "PERSON「山田太郎」" in run("evaluate", "--public", file, "--list").out
