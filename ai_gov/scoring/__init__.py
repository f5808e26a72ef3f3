"""採点: how much a detector lets out and how much it harms, on an annotated corpus; and the figures for people.

========================= ==============================================================================
漏えい leak               a confidential prompt (gold redact or block) that is allowed; or redacted with any
                          significant character of a hard mark left; or gold block and not stopped
重大な漏えい hard leak     the same, but a gold block that is redacted with every hard mark covered is caught
識別子の漏えい identifier   a confidential prompt, not stopped, from which a hard mark of an identifier type leaves
公表情報の阻害 harm        a gold allow that is stopped, or redacted outside its optional marks
========================= ==============================================================================

Stopped is blocked or held. Significant is every character but blanks, punctuation and format characters (Unicode
Z, P, C). A prompt without a prediction counts as allowed at 自治体機密性1 with nothing found. Two annotators differ
on about 2 % of identifier marks, on a quarter of content marks and on redact against block in 5 to 10 %.
"""

from ai_gov.scoring.figures import Detected, Miss, Prediction, Rate, Scores, TypeScore
from ai_gov.scoring.score import score, significant

__all__ = ["Detected", "Miss", "Prediction", "Rate", "Scores", "TypeScore", "score", "significant"]
