"""復元: placeholders of an answer → what stood there, in one pass.

What is put in is never looked at again, so a name that looks like a placeholder can't be restored twice. What
can't be restored stays visible and is counted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from ai_gov.redact.pieces import Pieces
from ai_gov.redact.placeholder import OPENING
from ai_gov.redact.redact import Vault


@dataclass(slots=True)
class Counts:
    """復元の件数."""

    restored: int = 0
    unknown: int = 0
    masked: int = 0


@dataclass(slots=True)
class Restorer(Pieces):
    """復元器: restores a text that arrives in pieces, cut anywhere.

    Only a possible start of a placeholder is held back. ``in_json``: the text is JSON (a tool call's arguments), so
    what is put in is escaped as a JSON string's inside.

    >>> from ai_gov.redact.placeholder import Grammar, Placeholder
    >>> vault = Vault(Grammar(["氏名"]), {Placeholder("氏名", 1): "山田"})
    >>> restorer = Restorer(vault)
    >>> [restorer.push("こちらは〔氏"), restorer.push("名1〕様"), restorer.push("です[氏名"), restorer.finish()]
    ['こちらは', '山田様', 'です', '[氏名']
    """

    vault: Vault
    in_json: bool = False
    counts: Counts = field(default_factory=Counts)

    def _scan(self, text: str, *, last: bool) -> str:
        grammar, out, at = self.vault.grammar, [], 0
        self._held = ""
        while opening := OPENING.search(text, at):
            start = opening.start()
            out.append(text[at:start])
            found = grammar.match(text, start)
            if found is not None:
                end, placeholder = found
                surface = self.vault.surfaces.get(placeholder)
                if surface is None:
                    self.counts.unknown += 1
                    out.append(text[start:end])
                else:
                    self.counts.restored += 1
                    out.append(json.dumps(surface, ensure_ascii=False)[1:-1] if self.in_json else surface)
                at = end
            elif not last and grammar.may_begin(text[start : start + _LONGEST]) and len(text) - start < _LONGEST:
                self._held = text[start:]
                return "".join(out)
            else:
                out.append(text[start])
                at = start + 1
        out.append(text[at:])
        return "".join(out)


_LONGEST = 64
"""No placeholder is longer: label 12, digits 5, suffix 9, blanks."""


def restore(text: str, vault: Vault) -> str:
    """A whole text restored.

    >>> from ai_gov.redact.placeholder import Grammar, Placeholder
    >>> restore("【氏名１】様", Vault(Grammar(["氏名"]), {Placeholder("氏名", 1): "山田"}))
    '山田様'
    """
    restorer = Restorer(vault)
    return restorer.push(text) + restorer.finish()
