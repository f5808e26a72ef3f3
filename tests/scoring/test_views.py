"""採点の見せ方: tables, JSON, SVG and the HTML report say the figures and never a text."""

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from ai_gov.corpus import load_corpus
from ai_gov.errors import ConfigError
from ai_gov.model import Action, Level
from ai_gov.scoring import Detected, Prediction, Rate, score
from ai_gov.scoring.column import Column
from ai_gov.scoring.data import as_json
from ai_gov.scoring.predictions import load_predictions
from ai_gov.scoring.report import Conditions, render_html
from ai_gov.scoring.svg import Bar, bars
from ai_gov.scoring.table import render_ja

GOLD = load_corpus(
    [
        '{"id":"A","genre":"税","action":"redact","level":"3C","marked":"<<PERSON|鷹栖 環>>さん（<<PHONE_NUMBER|0157-22-3344>>）"}',
        '{"id":"B","genre":"税","action":"block","level":"3C","marked":"価格は<<PROCUREMENT_INFO|八百万円>>"}',
        '{"id":"C","genre":"<広報>","action":"allow","level":"1","marked":"開館時間は？"}',
    ]
)
CONDITIONS = Conditions("own.jsonl", "2026-11-25", "ai-gov evaluate own.jsonl", "0123456789ab")


def column(title="fast", *, phone=True, harm=False):
    spans = [Detected(0, 4, "PERSON"), *([Detected(7, 19, "PHONE_NUMBER")] if phone else [])]
    predictions = {
        "A": Prediction(Action.REDACT, Level.L3C, tuple(spans)),
        "B": Prediction(Action.BLOCK, Level.L3C, ()),
        "C": Prediction(Action.REDACT if harm else Action.ALLOW, Level.L1, (Detected(0, 2, "PERSON"),) if harm else ()),
    }
    return Column(title, score(GOLD, predictions), characters=34, seconds=0.5)


def test_precision_of_a_type_counts_what_was_found_as_that_type():
    scores = column(harm=True).scores
    assert scores.by_type["PERSON"].precision == Rate(1, 2)
    assert scores.by_type["PHONE_NUMBER"].precision == Rate(1, 1)
    assert scores.by_type["PROCUREMENT_INFO"].precision == Rate(0, 0)


def test_actions_and_genres_are_counted():
    scores = column(phone=False, harm=True).scores
    assert scores.actions == {
        (Action.REDACT, Action.REDACT): 1,
        (Action.BLOCK, Action.BLOCK): 1,
        (Action.ALLOW, Action.REDACT): 1,
    }
    assert scores.by_genre["税"].leak == Rate(1, 2)
    assert scores.by_genre["<広報>"].harm == Rate(1, 1)


def test_one_column_shows_intervals_and_two_stand_side_by_side():
    alone = render_ja([column()])
    assert "95%信頼区間" in alone
    assert "68文字/秒" in alone
    both = render_ja([column("fast"), column("thorough", phone=False)])
    (leak,) = [line for line in both.splitlines() if line.startswith("漏えい")]
    assert leak.split() == ["漏えい", "0/2", "(0.0%)", "1/2", "(50.0%)"]


def test_json_holds_rates_places_and_no_text():
    data = json.dumps(as_json([column(phone=False)]), ensure_ascii=False)
    (only,) = json.loads(data)["columns"]
    assert only["rates"]["leak"] == {"part": 1, "whole": 2, "value": 0.5}
    assert only["misses"] == [
        {"id": "A", "expected": "redact", "predicted": "redact", "excess": [],
         "left": [{"type": "PHONE_NUMBER", "start": 7, "end": 19}]}
    ]  # fmt: skip
    assert "鷹栖" not in data


class Balanced(HTMLParser):
    """Fails where a tag is left open or anything is fetched."""

    VOID = frozenset({"meta", "br", "img", "link", "input", "hr"})

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        assert not {"src", "href"} & {name for name, _ in attrs}, attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_report_is_whole_needs_nothing_and_holds_no_text():
    page = render_html([column(phone=False, harm=True)], CONDITIONS)
    parser = Balanced()
    parser.feed(page)
    assert parser.open == []
    assert "鷹栖" not in page
    assert "0157" not in page
    assert "PHONE_NUMBER×1" in page
    assert "&lt;広報&gt;" in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")


def test_a_report_of_two_shows_both():
    page = render_html([column("fast"), column("町の規則")], CONDITIONS)
    assert page.count("<h3>") == 2
    assert "町の規則" in page


def test_a_chart_is_well_formed_and_escapes():
    chart = bars("<図>", [("A&B", [Bar(0.5, "1/2", (0.1, 0.9)), Bar(None, "－")])], ["一", "二"])
    root = ET.fromstring(chart)
    texts = "".join(root.itertext())
    assert "A&B" in texts
    assert "<図>" in texts
    assert len(re.findall("<rect", chart)) == 3  # two of the legend, one bar


def test_saved_predictions_of_other_systems_are_read():
    lines = ['{"id":"A","action":"require_approval","level":"機密性2","entities":[]}', "", '{"id":"B"}', "x"]
    with pytest.raises(ConfigError) as caught:
        load_predictions(lines, "p.jsonl")
    assert [problem.line for problem in caught.value.problems] == [1, 3, 4]
    found = load_predictions(['{"id":"A","action":"require_approval","level":"2","entities":[]}'])
    assert found["A"].action is Action.HOLD


def test_an_id_twice_in_predictions_is_refused():
    line = '{"id":"A","action":"allow","level":"1","entities":[]}'
    with pytest.raises(ConfigError, match="前の行と同じ"):
        load_predictions([line, line])
