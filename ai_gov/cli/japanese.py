"""日本語の案内: the words that typer itself says, in its help and of wrong arguments.

Typer keeps a few of them where they can be set; of the others it has only English sentences, which are told apart here
by the kind of the error. What is not known here is shown as typer says it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from rich.text import Text
from typer import rich_utils

rich_utils.ARGUMENTS_PANEL_TITLE = "引数"
rich_utils.OPTIONS_PANEL_TITLE = "オプション"
rich_utils.COMMANDS_PANEL_TITLE = "コマンド"
rich_utils.ERRORS_PANEL_TITLE = "誤り"
rich_utils.ABORTED_TEXT = "中止しました。"
rich_utils.DEFAULT_STRING = "[既定: {}]"
rich_utils.ENVVAR_STRING = "[環境変数: {}]"
rich_utils.REQUIRED_LONG_STRING = "[必須]"
rich_utils.DEPRECATED_STRING = "（廃止予定）"

_TYPES: Final = {
    "<str>": "文字",
    "<int>": "整数",
    "<int range>": "整数",
    "<float>": "数",
    "<path>": "場所",
    "<file>": "ファイル",
    "<dir>": "フォルダー",
}
_MESSAGES: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern, re.DOTALL), japanese)
    for pattern, japanese in (
        (r"\w+ '(.+)' does not exist\.", "{0} がありません。場所と名前を確かめてください。"),
        (r"\w+ '(.+)' is a directory\.", "{0} はフォルダーです。ファイルを指定してください。"),
        (r"\w+ '(.+)' is a file\.", "{0} はファイルです。フォルダーを指定してください。"),
        (r"\w+ '(.+)' is not readable\.", "{0} を読む権限がありません。ファイルの権限を確かめてください。"),
        (r"\w+ '(.+)' is not writable\.", "{0} に書く権限がありません。ファイルの権限を確かめてください。"),
        (r"Input should be greater than or equal to (\S+)", "{0} 以上の数を書いてください。"),
        (r"Input should be less than or equal to (\S+)", "{0} 以下の数を書いてください。"),
        (r"Input should be a valid integer(?:,.*)?", "整数を書いてください。"),
        (r"Input should be a valid number(?:,.*)?", "数を書いてください。"),
        (r"Missing command\.", "コマンドがありません。"),
        (r"No such command '(.*)'\.(?: Did you mean (.*)\?)?", "「{0}」というコマンドはありません。"),
        (r"Got unexpected extra argument\(s\) \((.*)\)", "余分な引数があります: {0}"),
        (r"Option '(.*)' requires an argument\.", "{0} には値が必要です。"),
        (r"Option '(.*)' requires (\d+) arguments\.", "{0} には値が{1}個必要です。"),
        (r"Option '(.*)' does not take a value\.", "{0} に値は付けられません。"),
        (r"Argument '(.*)' takes (\d+) values\.", "{0} には値が{1}個必要です。"),
    )
)


def localise(command: Any) -> Any:
    """The command with all below it, its help in Japanese. Returns the command."""
    command.options_metavar = "[オプション]"
    if hasattr(command, "subcommand_metavar"):
        command.subcommand_metavar = "コマンド [引数]…"
    command.format_usage = _usage_of(command)
    command.get_help_option = _help_of(command.get_help_option)
    for parameter in command.params:
        parameter.display_type_rich = _type_of(parameter.display_type_rich)
    for below in getattr(command, "commands", {}).values():
        localise(below)
    return command


def message_of(error: Any) -> str:
    """What is wrong with the arguments, as one sentence. Takes a UsageError of typer's."""
    parameter = getattr(error, "param", None)
    name = _name(parameter)
    match type(error).__name__:
        case "MissingParameter":
            return f"{name or '引数'} がありません。必ず指定してください。"
        case "NoSuchOption":
            near = "・".join(sorted(error.possibilities or ()))
            return f"{error.option_name} というオプションはありません。" + (
                f"{near} ではありませんか。" if near else ""
            )
    said = japanese(error.message)
    return f"{name}: {said}" if name else said


def japanese(message: str) -> str:
    """A sentence of typer's in Japanese.

    >>> japanese("File 'a.csv' does not exist.")
    'a.csv がありません。場所と名前を確かめてください。'
    >>> japanese("something new")
    'something new'
    """
    for pattern, words in _MESSAGES:
        match = pattern.fullmatch(message)
        if match:
            return words.format(*match.groups())
    return message


def _name(parameter: Any) -> str:
    if parameter is None:
        return ""
    shown = parameter.metavar if parameter.param_type_name == "argument" else ""
    return str(shown or parameter.opts[0]).strip("[]{}")


def _usage_of(command: Any) -> Callable[[Any, Any], None]:
    def format_usage(ctx: Any, formatter: Any) -> None:
        pieces = command.collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="使い方: ")

    return format_usage


def _help_of(given: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def get_help_option(ctx: Any) -> Any:
        option = given(ctx)
        if option is not None:
            option.help = "この案内を表示して終わります。"
            option.display_type_rich = _type_of(lambda _: None)
        return option

    return get_help_option


def _type_of(given: Callable[[Any], str | None]) -> Callable[[Any], str | None]:
    def display_type(ctx: Any) -> str | None:
        shown = given(ctx)
        return None if shown == "<bool>" else _TYPES.get(shown or "", shown)

    return display_type


def _folding(given: Callable[..., Any]) -> Callable[..., Any]:
    def rich_text(**parts: Any) -> Any:
        text = given(**parts)
        if isinstance(text, Text):
            text.overflow = "fold"  # Japanese has no blanks at which to break a line
        return text

    return rich_text


rich_utils._make_rich_text = _folding(rich_utils._make_rich_text)  # noqa: SLF001 - there is no setting for it
