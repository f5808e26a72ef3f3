"""ゲートウェイ: the OpenAI-compatible HTTP face."""
