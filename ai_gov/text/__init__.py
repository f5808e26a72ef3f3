"""正規化: a copy of the text that is easy to read by rule, and the way back from each position to the original.

Width, half-width kana, invisible characters, look-alike dashes and spaces differ from writer to writer; what is
found in the normalised copy is reported and cut in the original. Everything here is linear in the length of the
text and never raises, whatever string it is given (lone surrogates included).

>>> n = normalize("ＴＥＬ０８０ー１２３４ー５６７８　ﾀｶﾊｼ\u200bｶﾞｸ㈱")
>>> n.text
'TEL080-1234-5678 タカハシガク(株)'
>>> n.original[slice(*n.to_original(n.text.index("ガ"), n.text.index("ガ") + 1))]
'ｶﾞ'
"""

from ai_gov.text._names import name_key
from ai_gov.text._normalize import Normalized, normalize
from ai_gov.text._numbers import DigitRun, digit_runs, digit_view

__all__ = ["DigitRun", "Normalized", "digit_runs", "digit_view", "name_key", "normalize"]
