"""Where each file in force comes from: shipped, the municipality's own, or the shipped one changed."""

from ai_gov.rules.library import shipped
from ai_gov.service.governance import overlay
from ai_gov.service.provenance import of_prompts, of_rules, origin_of
from tests.service.brokenfiles import GOOD, POLICY, RULE

SHIPPED = shipped("redaction_rules") | shipped("prompts")
NUMBER = "redaction_rules/numbers/my_number.yaml"
GREETING = "prompts/greeting.yaml"


def test_an_own_rule_says_which_shipped_file_it_replaces():
    own = {"redaction_rules/ours/number.yaml": SHIPPED[NUMBER] + "# 町の補足\n", RULE: GOOD}
    files = overlay(SHIPPED, own)
    of = of_rules(files, SHIPPED)
    assert (of["my-number"].origin, of["my-number"].path) == ("own", "own/redaction_rules/ours/number.yaml")
    assert of["my-number"].replaces == NUMBER
    assert (of["library-card"].origin, of["library-card"].replaces) == ("own", "")
    assert (of["person-name"].origin, of["person-name"].replaces) == ("shipped", "")


def test_an_own_prompt_says_so_too():
    files = overlay(SHIPPED, {GREETING: SHIPPED[GREETING].replace("owner:", "# 町のもの\nowner:")})
    found = of_prompts(files, SHIPPED)["greeting"]
    assert (found.path, found.origin, found.replaces) == (f"own/{GREETING}", "own", GREETING)
    assert of_prompts(files, SHIPPED)["minutes-summary"].origin == "shipped"


def test_a_file_that_there_is_once_is_shipped_or_changed():
    assert origin_of(POLICY, SHIPPED, SHIPPED) == "shipped"
    assert origin_of(POLICY, overlay(SHIPPED, {POLICY: "x"}), SHIPPED) == "changed"
