"""氏名の検知の部品: the lexicon, the view of a text, and one module per way of writing a name."""
