"""Wrong settings stop the start and say what is allowed; what was written may be a secret and is not repeated."""

import pytest

from ai_gov.errors import ConfigError
from ai_gov.settings import load


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PORT", "99999", "65535以下"),
        ("PORT", "abc", "整数"),
        ("INSPECTION_SECONDS", "-5", "より大きい"),
        ("READER", "slow", "fast"),
        ("PUBLIC_URL", "ai.example.jp", "README.md"),
        ("ALERT_SECONDS", "often", "数"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_allowed(name, value, told):
    with pytest.raises(ConfigError) as caught:
        load({f"AI_GOV_{name}": value})
    message = str(caught.value)
    assert f"AI_GOV_{name}" in message
    assert told in message
    assert value not in message


def test_every_wrong_setting_is_named_at_once():
    with pytest.raises(ConfigError) as caught:
        load({"AI_GOV_PORT": "-1", "AI_GOV_READER": "slow", "AI_GOV_NONE": "1"})
    assert len(caught.value.problems) == 3
