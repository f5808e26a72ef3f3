"""What a resident can be found by stands in the log for prompt and answer, hidden or let through."""

from ai_gov.audit.residents import Grade, Resident, best, signs
from ai_gov.stores.memory import MemoryStore
from tests.service.world import TARO, MemoryKeys, Recording, answered, request, world

KEYS = MemoryKeys()


def held(entry, resident):
    key = KEYS.hmac_key("search", TARO.organisation)
    wanted = signs(resident, key, TARO.organisation)
    codes = entry.event.data.get("tokens", [])
    there = {code: wanted[code] for code in codes if code in wanted}
    return best(there)[::2] if there else None


async def test_codes_of_prompt_and_answer_lead_to_a_resident(monkeypatch):
    upstream = Recording(answer="〔氏名1〕様の件は、担当の見本山次郎様（電話 080-1111-2222）に引き継ぎました。")
    made = world(MemoryStore(), upstream=upstream)
    monkeypatch.setattr(made.ask, "_keys", KEYS)
    await answered(made, request("氏名：綾小路蓮太郎さんへのお礼状を書いてください。"))
    decided, outcome = made.rows()
    assert held(decided, Resident(name="綾小路 蓮太郎")) == (Grade.MATCH, False)
    assert held(outcome, Resident(number="08011112222")) == (Grade.MATCH, True)
    assert held(decided, Resident(number="08011112222")) is None
