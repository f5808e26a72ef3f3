"""氏名の検知: persons' names in a reading, however they are written.

One module of ``persons`` per way of writing; here they are put together, the stronger finding where two overlap, and
the names that are known then are looked for once more in parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from ai_gov.detect.persons.columns import find_in_columns
from ai_gov.detect.persons.dotted import find_dotted
from ai_gov.detect.persons.historic import without_historic
from ai_gov.detect.persons.honorifics import find_with_honorific
from ai_gov.detect.persons.labels import find_labelled
from ai_gov.detect.persons.lexicon import Lexicon
from ai_gov.detect.persons.lists import find_neighbours
from ai_gov.detect.persons.mentions import find_again
from ai_gov.detect.persons.pairs import find_pairs, find_spread
from ai_gov.detect.persons.readings import find_readings
from ai_gov.detect.persons.romaji import find_romaji
from ai_gov.detect.persons.speakers import find_speakers
from ai_gov.detect.persons.tables import GUESS, find_in_tables
from ai_gov.detect.persons.tagger import find_tagged
from ai_gov.detect.persons.view import Mention, View
from ai_gov.detect.persons.written import find_written
from ai_gov.detect.reading import Reading


def find_names(reading: Reading, lexicon: Lexicon | None = None) -> tuple[Mention, ...]:
    """氏名: sorted, disjoint, in positions of the normalised text. Linear in the length of the text."""
    view = View(reading, lexicon or Lexicon.load())
    by_rule = disjoint(
        chain(
            find_in_tables(view),
            find_pairs(view),
            find_spread(view),
            find_with_honorific(view),
            find_labelled(view),
            find_romaji(view),
            find_dotted(view),
            find_written(view),
            find_speakers(view),
        )
    )
    first = disjoint(without_historic(view, chain(by_rule, find_tagged(view, among=bool(by_rule)))))
    first = disjoint(chain(first, find_neighbours(view, first), find_in_columns(view, first)))
    with_readings = disjoint(chain(first, find_readings(view, first)))
    again = disjoint(chain(with_readings, find_again(view, with_readings)))
    listed = disjoint(chain(again, find_neighbours(view, again)))
    if len(listed) == len(again):
        return listed
    return disjoint(chain(listed, find_again(view, listed)))


def disjoint(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """重なりを除く: of mentions that overlap the longest, of those the surest; a guess from other lines comes last."""
    ranked = sorted(mentions, key=lambda name: (name.evidence == GUESS, name.start - name.end, -name.score, name.start))
    taken: list[Mention] = []
    ends: dict[int, int] = {}
    for mention in ranked:
        if not any(position in ends for position in range(mention.start, mention.end)):
            ends.update(dict.fromkeys(range(mention.start, mention.end), mention.end))
            taken.append(mention)
    return tuple(sorted(taken))
