"""利用ガイドライン: questions and chapters that staff edit, and a document that says what the policy enforces."""
