"""Prompts: what their files may say, how a form becomes a request, and that the shipped ones are fit for use."""

import re
from pathlib import Path

import pytest

from ai_gov import wiring
from ai_gov.documents.prompts import Prompt, read_prompts
from ai_gov.errors import BadRequest, ConfigError
from ai_gov.model import japan_date
from ai_gov.policy.schema import Policy
from ai_gov.rules.library import shipped
from ai_gov.service.governance import POLICY, build

README = Path("prompts/README.md").read_text("utf-8")
EXAMPLE = re.search(r"```yaml\n(.+?)```", README, re.DOTALL)[1]
FILES = shipped("prompts")
USES = {"general", "minutes", "public-notice", "translation", "data-work", "assembly"}
PROMPTS = read_prompts(FILES, USES)


def one(text, *, path="prompts/a.yaml", uses=USES):
    return read_prompts({path: text}, uses)


def test_there_are_at_least_twenty_five_tasks_each_with_a_use_of_the_shipped_policy():
    assert len(PROMPTS) == len(FILES) >= 25
    assert set(FILES) == {f"prompts/{prompt.id}.yaml" for prompt in PROMPTS.values()}
    assert {prompt.use for prompt in PROMPTS.values()} == USES


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)
def test_a_shipped_form_filled_with_its_examples_leaves_no_variable_and_hides_nothing_of_its_own(prompt):
    values = {v.name: v.example or (v.choices[0] if v.choices else "ごみの分別") for v in prompt.variables}
    text = prompt.fill(values)
    assert "$" not in text
    assert all(value in text for value in values.values() if value)
    seen = wiring.inspector().inspect(text)
    assert seen.action.value == "allow", [text[f.start : f.end] for f in seen.entities]


def test_the_example_of_the_readme_is_right():
    assert one(EXAMPLE)["thanks-letter"].fill({"event": "清掃"}).splitlines()[-1] == "行事：清掃"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("external: true", "externl: true", r"a\.yaml:6: 知らない項目「externl」"),
        ("$event", "$evnt", "text の \\$evnt が variables にありません"),
        ("行事：$event\n  ", "", "入力欄「event」が text で使われていません"),
        ("name: more", "name: event", "「event」が二度"),
        ("条件：$more", "条件：$more $", "「\\$」の使い方"),
        ("条件：$more", "条件：$more $event", "1行に1つだけ"),
        ("kind: text", "kind: choice", "choices は、kind が choice"),
        ("use: general", "use: Ｇ", "「use」"),
    ],
)
def test_a_fault_is_named_with_its_file(old, new, words):
    with pytest.raises(ConfigError, match=words):
        one(EXAMPLE.replace(old, new))


def test_an_own_file_takes_the_place_of_the_shipped_one_of_its_id():
    own = EXAMPLE.replace("thanks-letter", "greeting")
    made = read_prompts(FILES | {"own/prompts/aisatsu.yaml": own}, USES)
    assert made["greeting"].title == "お礼状"
    assert len(made) == len(FILES)


def test_a_shipped_prompt_without_a_use_is_left_out_and_an_own_one_is_a_fault():
    assert one(EXAMPLE, uses={"minutes"}) == {}
    with pytest.raises(ConfigError, match=r"own/prompts/a\.yaml:5: 用途「general」"):
        one(EXAMPLE, path="own/prompts/a.yaml", uses={"minutes"})
    with pytest.raises(ConfigError, match="でも使われています"):
        read_prompts({"prompts/a.yaml": EXAMPLE, "prompts/b.yaml": EXAMPLE}, USES)


def test_what_is_typed_is_never_read_as_part_of_the_form():
    prompt = one(EXAMPLE)["thanks-letter"]
    assert prompt.fill({"event": "$more ${more} $$"}).splitlines()[-1] == "行事：$more ${more} $$"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "「行事の名前」を入力"),
        ({"event": " "}, "「行事の名前」を入力"),
        ({"event": "a\nb"}, "1行"),
        ({"event": "あ" * 401}, "400文字"),
    ],
)
def test_a_form_that_is_not_filled_says_which_field(values, words):
    with pytest.raises(BadRequest, match=words):
        one(EXAMPLE)["thanks-letter"].fill(values)
    choice = PROMPTS["translate"]
    with pytest.raises(BadRequest, match="選んでください"):
        choice.fill({"language": "火星語", "source": "あ"})


def test_prompts_are_part_of_the_set_in_force_and_of_its_digest(tmp_path):
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "x.yaml").write_text(EXAMPLE, "utf-8")
    files = wiring.files(tmp_path)
    made = build(files, japan_date())
    assert isinstance(made.prompts["thanks-letter"], Prompt)
    assert made.digest != build(wiring.files(None), japan_date()).digest
    assert isinstance(made.policy, Policy)
    with pytest.raises(ConfigError, match="own/prompts/x"):
        build(files | {"own/prompts/x.yaml": "schema: 2"}, japan_date())
    assert POLICY in files
