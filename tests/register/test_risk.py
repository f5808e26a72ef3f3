"""The class of a use follows from the answers; its questions are those of the annex of the guideline."""

import itertools
from pathlib import Path
from typing import get_args

import pytest

from ai_gov.errors import BadRequest
from ai_gov.policy.approval import Risk
from ai_gov.register.risk import ANSWERS, AXES, RiskClass, high_axes, reasons, risk_class
from tests.register.samples import ANSWERED, ORDINARY, asked

ANNEX = Path("guidelines/annex/risk.md").read_text(encoding="utf-8")


def test_the_annex_asks_what_the_application_asks():
    for title, question, answers in AXES.values():
        assert title in ANNEX
        assert question in ANNEX
        for answer in answers.values():
            assert f"□{answer}" in ANNEX, answer
    for question in ANSWERS.values():
        assert f"| {question} |" in ANNEX


def test_every_answer_that_the_policy_knows_is_offered_and_no_other():
    for axis, (_, _, answers) in AXES.items():
        assert tuple(answers) == get_args(Risk.model_fields[axis].annotation)


def test_the_class_agrees_with_what_the_policy_demands_for_every_answer():
    for answers in itertools.product(*(of for _, _, of in AXES.values())):
        risk = Risk(**dict(zip(AXES, answers, strict=True)))
        for evaluates in (False, True):
            made = risk_class(risk, evaluates=evaluates)
            assert made.needs_caio == (risk.high or evaluates)
            assert (made is RiskClass.HIGH) == (risk.judged != "always")
            assert bool(reasons(risk, evaluates=evaluates)) == made.needs_caio
            assert len(high_axes(risk)) == len(risk.reasons)


def test_the_reasons_name_axis_and_answer():
    risk = Risk(**ORDINARY | {"users": "public", "judged": "never"})
    assert reasons(risk, evaluates=True) == (
        "使う人の範囲と種別：住民や事業者が直接使う",
        "出力を職員が判断して使うか：職員が判断しないまま相手に届く",
        "個人や集団の評価の参考にする",
    )


def test_what_has_to_be_judged_must_be_explained():
    with pytest.raises(BadRequest, match="影響を受ける人と、受けうる不利益"):
        asked(risk={"work": "rights"})
    with pytest.raises(BadRequest, match="評価の参考にする"):
        asked(evaluates=True)
    assert asked(risk={"work": "rights"}, **ANSWERED).risk_class is RiskClass.JUDGE


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"title": " "}, "「用途の名前」を書いてください。"),
        ({"purpose": "あ" * 201}, "「目的と内容」は200文字以内"),
        ({"destinations": ()}, "「使うサービス」を選んでください。"),
        ({"risk": {"users": "everybody"}}, "「だれが使いますか」を選んでください。"),
        ({"use": "庁内"}, "「用途の記号」は、英小文字・数字・ハイフン"),
        ({"affected": "あ" * 1001}, "1,000文字以内"),
    ],
)
def test_what_is_missing_or_wrong_is_told_by_its_question(changes, told):
    with pytest.raises(BadRequest, match=told):
        asked(**changes)
