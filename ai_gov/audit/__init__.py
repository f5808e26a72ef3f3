"""監査ログ: canonical entries, Merkle tree, checkpoints and their verification. Pure."""
