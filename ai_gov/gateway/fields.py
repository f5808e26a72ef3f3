"""項目表: every field of a request to /v1/chat/completions, and what becomes of it.

The table is the only place where a field is let through: ``wire`` refuses whatever stands nowhere in it, at any
depth. Source: OpenAI's Chat Completions API as typed by its Python SDK 3.57 (types/chat/completion_create_params.py
and neighbours), with what clients send back from answers and what local servers (vLLM, Ollama) add.
"""

from __future__ import annotations

from typing import Final

from ai_gov.gateway.shapes import (
    Anything,
    CallId,
    Choice,
    Entries,
    Field,
    Flag,
    Items,
    JsonString,
    Real,
    Record,
    Schema,
    Shape,
    Text,
    Treatment,
    Whole,
)

INSPECTED, FIXED, CHECKED, REPLACED, DROPPED, REFUSED, CONTAINER = Treatment
NAME: Final = Text(r"[a-zA-Z0-9_-]{1,64}", 64)

_HOSTED = "送信先の側で動く道具（ウェブ検索・ファイル検索・コード実行など）は、送る内容を検査できないため使えません。"
_IMAGE = "画像は中身を検査できないため送れません。必要な部分を文字で書いてください。"
_AUDIO = "音声は中身を検査できないため送れません。文字に起こしてから書いてください。"
_FILE = "ファイルは中身を検査できないため送れません。必要な部分を文字で貼り付けてください。"
_LOGPROBS = "確率の出力（logprobs）は、伏せた箇所を復元できない形で文字を返すため使えません。"
_ECHO = "回答に含まれる項目で、送り返す必要がないため"
_CACHE = "送信先に内容を長く残さないため"
_RANGE = "送信先により使えないことがあります。"

_PARTS = Items(1_000)
_PROSE: tuple[Shape, ...] = (Text(), _PARTS)
_HOSTED_TOOLS = dict.fromkeys(
    """web_search web_search_preview file_search code_interpreter computer_use_preview computer image_generation mcp
    local_shell shell apply_patch tool_search retrieval namespace""".split(),  # noqa: SIM905
    _HOSTED,
)


def _tool(path: str) -> tuple[Field, ...]:
    return (
        Field(path, CONTAINER, (Record(),)),
        Field(f"{path}.type", CHECKED, (Choice(("function", "custom"), _HOSTED_TOOLS),), required=True),
        Field(f"{path}.function", CONTAINER, (Record(),)),
        Field(f"{path}.function.name", FIXED, (NAME,), required=True),
        Field(f"{path}.custom", CONTAINER, (Record(),)),
        Field(f"{path}.custom.name", FIXED, (NAME,), required=True),
    )


def _parts(path: str) -> tuple[Field, ...]:
    refused = {"image_url": _IMAGE, "input_image": _IMAGE, "input_audio": _AUDIO, "file": _FILE, "input_file": _FILE}
    return (
        Field(f"{path}[]", CONTAINER, (Record(),)),
        Field(f"{path}[].type", CHECKED, (Choice(("text", "refusal"), refused),), required=True),
        Field(f"{path}[].text", INSPECTED, (Text(glued=True),)),
        Field(f"{path}[].refusal", INSPECTED, (Text(glued=True),)),
        Field(f"{path}[].image_url", REFUSED, (Anything(),), _IMAGE),
        Field(f"{path}[].input_audio", REFUSED, (Anything(),), _AUDIO),
        Field(f"{path}[].file", REFUSED, (Anything(),), _FILE),
        Field(f"{path}[].prompt_cache_breakpoint", DROPPED, (Anything(),), _CACHE),
    )


def _function(path: str) -> tuple[Field, ...]:
    return (
        Field(f"{path}.description", INSPECTED, (Text(),)),
        Field(f"{path}.parameters", INSPECTED, (Schema(),)),
    )


_MESSAGES: tuple[Field, ...] = (
    Field("messages", CONTAINER, (Items(2_000, 1),), required=True),
    Field("messages[]", CONTAINER, (Record(),)),
    Field(
        "messages[].role",
        CHECKED,
        (Choice(("system", "developer", "user", "assistant", "tool", "function")),),
        required=True,
    ),
    Field("messages[].name", INSPECTED, (Text(longest=256),)),
    Field(
        "messages[].content",
        INSPECTED,
        _PROSE,
        "role が tool・function のときは、JSONであれば開いて検査します。null はそのまま送ります。",
        nullable=True,
    ),
    *_parts("messages[].content"),
    Field("messages[].refusal", INSPECTED, (Text(),)),
    Field("messages[].tool_call_id", REPLACED, (CallId(),), "現れた順の番号（call00001 …）"),
    Field("messages[].tool_calls", CONTAINER, (Items(128),)),
    *_tool("messages[].tool_calls[]"),
    Field("messages[].tool_calls[].id", REPLACED, (CallId(),), "現れた順の番号（call00001 …）", required=True),
    Field("messages[].tool_calls[].function.arguments", INSPECTED, (JsonString(),), required=True),
    Field("messages[].tool_calls[].function.parsed_arguments", DROPPED, (Anything(),), _ECHO),
    Field("messages[].tool_calls[].custom.input", INSPECTED, (JsonString(strict=False),), required=True),
    Field("messages[].tool_calls[].index", DROPPED, (Anything(),), _ECHO),
    Field("messages[].function_call", CONTAINER, (Record(),)),
    Field("messages[].function_call.name", FIXED, (NAME,), required=True),
    Field("messages[].function_call.arguments", INSPECTED, (JsonString(),), required=True),
    Field("messages[].audio", REFUSED, (Anything(),), _AUDIO),
    Field("messages[].annotations", DROPPED, (Anything(),), _ECHO),
    Field("messages[].parsed", DROPPED, (Anything(),), _ECHO),
    Field("messages[].reasoning", DROPPED, (Anything(),), _ECHO),
    Field("messages[].reasoning_content", DROPPED, (Anything(),), _ECHO),
)

_TOOLS: tuple[Field, ...] = (
    Field("tools", CONTAINER, (Items(128),)),
    *_tool("tools[]"),
    *_function("tools[].function"),
    Field("tools[].function.strict", CHECKED, (Flag(),)),
    Field("tools[].custom.description", INSPECTED, (Text(),)),
    Field("tools[].custom.format", CONTAINER, (Record(),)),
    Field("tools[].custom.format.type", CHECKED, (Choice(("text", "grammar")),), required=True),
    Field("tools[].custom.format.grammar", CONTAINER, (Record(),)),
    Field("tools[].custom.format.grammar.definition", FIXED, (Text(),), required=True),
    Field("tools[].custom.format.grammar.syntax", CHECKED, (Choice(("lark", "regex")),), required=True),
    Field("tool_choice", CONTAINER, (Choice(("none", "auto", "required")), Record())),
    Field(
        "tool_choice.type",
        CHECKED,
        (Choice(("function", "custom", "allowed_tools"), _HOSTED_TOOLS),),
        required=True,
    ),
    Field("tool_choice.function", CONTAINER, (Record(),)),
    Field("tool_choice.function.name", FIXED, (NAME,), required=True),
    Field("tool_choice.custom", CONTAINER, (Record(),)),
    Field("tool_choice.custom.name", FIXED, (NAME,), required=True),
    Field("tool_choice.allowed_tools", CONTAINER, (Record(),)),
    Field("tool_choice.allowed_tools.mode", CHECKED, (Choice(("auto", "required")),), required=True),
    Field("tool_choice.allowed_tools.tools", CONTAINER, (Items(128),), required=True),
    *_tool("tool_choice.allowed_tools.tools[]"),
    Field("parallel_tool_calls", CHECKED, (Flag(),)),
    Field("functions", CONTAINER, (Items(128),), "古い書き方です。tools を使ってください。"),
    Field("functions[]", CONTAINER, (Record(),)),
    Field("functions[].name", FIXED, (NAME,), required=True),
    *_function("functions[]"),
    Field("function_call", CONTAINER, (Choice(("none", "auto")), Record())),
    Field("function_call.name", FIXED, (NAME,), required=True),
)

_FORMAT: tuple[Field, ...] = (
    Field("response_format", CONTAINER, (Record(),)),
    Field("response_format.type", CHECKED, (Choice(("text", "json_object", "json_schema")),), required=True),
    Field("response_format.json_schema", CONTAINER, (Record(),)),
    Field("response_format.json_schema.name", FIXED, (NAME,), required=True),
    Field("response_format.json_schema.description", INSPECTED, (Text(),)),
    Field("response_format.json_schema.schema", INSPECTED, (Schema(),)),
    Field("response_format.json_schema.strict", CHECKED, (Flag(),)),
    Field("prediction", CONTAINER, (Record(),)),
    Field("prediction.type", CHECKED, (Choice(("content",)),), required=True),
    Field("prediction.content", INSPECTED, _PROSE, required=True),
    *_parts("prediction.content"),
    Field("stop", INSPECTED, (Text(longest=1_000), Items(16))),
    Field("stop[]", INSPECTED, (Text(longest=1_000),)),
)

_NUMBERS: tuple[Field, ...] = (
    Field("temperature", CHECKED, (Real(0, 2),)),
    Field("top_p", CHECKED, (Real(0, 1),)),
    Field("frequency_penalty", CHECKED, (Real(-2, 2),)),
    Field("presence_penalty", CHECKED, (Real(-2, 2),)),
    Field("max_tokens", CHECKED, (Whole(1, 1_000_000),)),
    Field("max_completion_tokens", CHECKED, (Whole(1, 1_000_000),)),
    Field("n", CHECKED, (Whole(1, 8),)),
    Field("seed", FIXED, (Whole(-(2**31), 2**31 - 1),), "7桁以上は数字としても検査します。"),
    Field("logit_bias", CONTAINER, (Entries(r"[0-9]{1,6}", 300),)),
    Field("logit_bias.*", CHECKED, (Whole(-100, 100),)),
    Field("top_k", CHECKED, (Whole(-1, 1_000),), _RANGE),
    Field("min_p", CHECKED, (Real(0, 1),), _RANGE),
    Field("repetition_penalty", CHECKED, (Real(0, 2),), _RANGE),
)

_REST: tuple[Field, ...] = (
    Field(
        "model", REPLACED, (Text(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,99}", 100),), "方針で決めたモデル名", required=True
    ),
    Field("stream", CHECKED, (Flag(),)),
    Field("stream_options", CONTAINER, (Record(),)),
    Field("stream_options.include_usage", REPLACED, (Flag(),), "true（使用量を監査記録に残すため）"),
    Field("stream_options.include_obfuscation", CHECKED, (Flag(),)),
    Field("reasoning_effort", CHECKED, (Choice(("none", "minimal", "low", "medium", "high", "xhigh", "max")),)),
    Field("verbosity", CHECKED, (Choice(("low", "medium", "high")),)),
    Field("service_tier", CHECKED, (Choice(("auto", "default", "flex", "scale", "priority", "fast")),)),
    Field("prompt_cache_key", INSPECTED, (Text(longest=1_000),)),
    Field("prompt_cache_options", DROPPED, (Anything(),), _CACHE),
    Field("prompt_cache_retention", DROPPED, (Anything(),), _CACHE),
    Field("user", REPLACED, (Anything(),), "利用者ごとの仮名（誰かは送信先に伝わりません）"),
    Field("safety_identifier", REPLACED, (Anything(),), "利用者ごとの仮名（誰かは送信先に伝わりません）"),
    Field("store", REPLACED, (Anything(),), "false（送信先に保存させない。指定がなくても付けます）"),
    Field("metadata", DROPPED, (Anything(),), "送信先に保存しないときは使われないため"),
    Field("modalities", DROPPED, (Items(1),), "文字の回答だけを受け取るため"),
    Field("modalities[]", CHECKED, (Choice(("text",), {"audio": _AUDIO, "image": _IMAGE}),)),
    Field("audio", REFUSED, (Anything(),), _AUDIO),
    Field("logprobs", DROPPED, (Flag(only=False),), _LOGPROBS),
    Field("top_logprobs", REFUSED, (Anything(),), _LOGPROBS),
    Field("web_search_options", REFUSED, (Anything(),), _HOSTED),
    Field("moderation", REFUSED, (Anything(),), "送信先の側での判定は使えません。判定は庁内の検査で行います。"),
    Field(
        "previous_response_id",
        REFUSED,
        (Anything(),),
        "送信先に保存された会話は検査できないため使えません。これまでのやりとりを messages に入れてください。",
    ),
)

FIELDS: Final[tuple[Field, ...]] = (*_REST, *_MESSAGES, *_TOOLS, *_FORMAT, *_NUMBERS)
"""Every field. What is not here is refused."""

FOREIGN: Final = frozenset(
    """cache_control keep_alive options think guided_json guided_regex guided_choice extra_body provider transforms
    plugins route models reasoning include input instructions conversation background truncation text file_ids
    attachments thread_id assistant_id tool_resources data_sources chat_template_kwargs enable_thinking thinking
    ignore_eos best_of echo suffix prompt top_a typical_p mirostat repeat_penalty num_ctx num_predict format
    max_output_tokens file_id filename file_data url detail data id index value images audio_url video_url
    guardrails guardrail_config disable_global_guardrails api_key api_base base_url headers tags timeout
    extra_content extra_headers extra_query cachePrompt cache_prompt safe_prompt random_seed""".split()  # noqa: SIM905
)
"""Fields of other services that are refused by name; the name of any other unknown field is not repeated, because
what a client writes as a name may be a person's."""


def render_fields_ja() -> str:
    """docs/fields.md: the table as staff read it."""
    lines = [
        "# 送信できる項目の一覧",
        "",
        "`/v1/chat/completions` への依頼の項目ごとに、送信前の扱いを示します。",
        "ここにない項目は、どの深さにあっても受け付けません（400。応答の `error.param` に場所を示します）。",
        "",
        "この表は `ai_gov/gateway/fields.py` から作られます（手で直さないでください）。",
        "",
        "- `[]` は配列の各要素、`*` は名前の決まっていない各項目です。`null` は「指定なし」として扱います。",
        f"- 「{FIXED.value}」は、道具の名前のように書き換えると動かなくなる文字列です。",
        "- 文字列に `\\u5c71` や `%E5%B1%B1`、`&#23665;` のような書き換えがあれば、元に戻した形も検査します。",
        "- どの深さでも、項目名の重複、NaN・Infinity、32段を超える入れ子は受け付けません。",
        "",
        "| 項目 | 扱い | 受け付ける値 | 備考 |",
        "| --- | --- | --- | --- |",
    ]
    for field in sorted(FIELDS, key=lambda field: _order(field.path)):
        shapes = "、または".join(shape.ja for shape in field.shapes).replace("|", "\\|")
        treatment = field.treatment.value + ("（必須）" if field.required else "")
        lines.append(f"| `{field.path}` | {treatment} | {shapes} | {field.note} |")
    return "\n".join(lines) + "\n"


def _order(path: str) -> tuple[int, str]:
    """Messages first, then by name."""
    return (0 if path.startswith("messages") else 1, path.replace("[]", "!"))
