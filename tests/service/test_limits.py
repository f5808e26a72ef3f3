"""上限: how long a prompt may be, said in one place: the smaller of what the policy and the server's settings say."""

import pytest

from ai_gov.errors import TooLarge
from ai_gov.service.ask import Ask
from ai_gov.service.governance import FixedConfig
from ai_gov.stores.memory import MemoryKeys, MemoryStore
from tests.service import world

POLICY, SETTING = "policy.yaml の limits.max_prompt_chars", "設定 AI_GOV_MAX_PROMPT_CHARS"


@pytest.mark.parametrize(
    ("by_policy", "by_setting", "limit", "where"), [(40, 60, 40, POLICY), (60, 40, 40, SETTING), (40, 40, 40, SETTING)]
)
async def test_the_smaller_limit_holds_and_the_message_says_where_it_is_changed(by_policy, by_setting, limit, where):
    store, upstream = MemoryStore(), world.Recording()
    ask = Ask(
        config=FixedConfig(world.governance(("max_prompt_chars: 200000", f"max_prompt_chars: {by_policy}"))),
        reader=world.reader(),
        store=store,
        upstreams={"default": upstream},
        clock=store.clock,
        keys=MemoryKeys(),
        max_prompt_chars=by_setting,
    )
    other = len("user") + len("default")  # every string counts, as it is inspected
    counted = sum(len(leaf.text) for leaf in world.request("").payload.leaves)
    assert counted <= other
    await ask.ask(world.request("あ" * (limit - counted)))
    with pytest.raises(TooLarge) as caught:
        await ask.ask(world.request("あ" * (limit - counted + 1)))
    assert where in caught.value.message
    assert f"上限は{limit}文字" in caught.value.message
    assert len(upstream.calls) == 1
    assert next(entry.columns["outcome"] for entry in store.audit.entries()) == "refused"
