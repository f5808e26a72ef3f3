"""文書: reports and guidelines, made from records, rules, policy and answers. Text in, text out."""
