"""Twenty conversations at once: each placeholder comes back as the person of its own conversation, and no other's."""

from __future__ import annotations

import asyncio
import itertools
import random
import re

import pytest

from ai_gov.model import Actor
from tests.service.world import Recording, answered, request, world

SURNAMES = "綾小路 早乙女 西園寺 桐谷 鷹司 御堂 神楽坂 柏葉 鳳 有栖川".split()  # noqa: SIM905
GIVEN = "蓮太郎 千尋 小夜子 直人 伊織 八重 静馬 紬".split()  # noqa: SIM905
PEOPLE = [surname + given for given, surname in itertools.product(GIVEN, SURNAMES)]


class Slow(Recording):
    """Answers after a while of its own for each, so that the answers come in another order than the questions."""

    async def _take(self, asked, receipt):
        text = await super()._take(asked, receipt)
        await asyncio.sleep(random.Random(len(self.calls)).random() / 20)
        return text


@pytest.mark.parametrize("turns", [3])
async def test_twenty_conversations_never_mix_their_people(store, turns):
    made = world(store, upstream=Slow())

    async def converse(number: int) -> None:
        mine = PEOPLE[number * 4 : number * 4 + 4]
        actor = Actor(f"{1000 + number}", "132012", "110", key=f"k{number}")
        messages: list[dict] = []
        for turn in range(turns):
            first, second = mine[turn % 4], mine[(turn + 1) % 4]
            text = f"申請者の氏名：{first}\n同居人の氏名：{second}\n第{number}号の{turn}回目の通知を書いてください。"
            messages.append({"role": "user", "content": text})
            answer = await answered(made, request(messages, stream=bool((number + turn) % 2), actor=actor))
            assert answer == text
            messages.append({"role": "assistant", "content": answer})

    await asyncio.gather(*(converse(number) for number in range(20)))
    assert len(made.upstream.calls) == 20 * turns
    assert not [name for name in PEOPLE if name in made.upstream.left]
    assert not [name for name in PEOPLE if name in made.texts()]
    assert made.upstream.left.count("〔氏名1〕") >= 20 * turns
    outcomes = made.outcomes()
    assert (outcomes.count("decided"), outcomes.count("answered")) == (20 * turns, 20 * turns)
    for row in made.rows():
        number = int(row.columns["actor"]) - 1000
        for _, text in row.event.data.get("sent", ()):
            assert set(re.findall(r"第(\d+)号", text)) <= {str(number)}, "a row holds only its own conversation"


async def test_the_same_numbers_stand_for_others_in_each_conversation(store):
    """What leaves is the same for all of them, so that nothing in it says who is meant."""
    made = world(store)
    texts = [f"氏名：{name}\nお礼状を書いてください。" for name in PEOPLE[:12]]
    answers = await asyncio.gather(*(answered(made, request(text, stream=bool(n % 2))) for n, text in enumerate(texts)))
    assert list(answers) == texts
    assert len({call for call in made.upstream.calls if b'"stream"' not in call}) == 1
