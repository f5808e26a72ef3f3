"""番号の誤り: why a string is not the number it was taken for. The messages never hold the number."""

from __future__ import annotations


class InvalidNumber(ValueError):
    """番号として正しくない. Base of all."""

    reason = "番号の形式に合いません。"

    def __init__(self) -> None:
        super().__init__(self.reason)


class InvalidFormat(InvalidNumber):
    """使えない文字・あり得ない値がある."""

    reason = "番号に使えない文字、またはあり得ない値が含まれています。"


class InvalidLength(InvalidNumber):
    """桁数が違う."""

    reason = "番号の桁数が違います。"


class InvalidChecksum(InvalidNumber):
    """検査用数字が合わない."""

    reason = "検査用数字（チェックディジット）が合いません。"
