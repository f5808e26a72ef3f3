"""ai-gov audit: 監査ログを検証・一覧・書き出しする."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_gov.audit.checkpoint import CheckpointError, VerifierKey, read_notes
from ai_gov.audit.excerpt import ExcerptReport
from ai_gov.audit.search import TEXTS
from ai_gov.audit.verification import plain
from ai_gov.audit.verify import Report
from ai_gov.cli import opening
from ai_gov.cli.evidence import new_file, verify_file
from ai_gov.cli.opening import Actor
from ai_gov.cli.stamping import roots, stamp
from ai_gov.errors import BadRequest, VerificationFailed, exit_code
from ai_gov.model import JST, Event, Json, Step

if TYPE_CHECKING:
    from ai_gov.stores.entry import Entry
    from ai_gov.stores.store import DatabaseStore

EVERY = 20_000
"""Entries between two lines of progress."""

app = typer.Typer(help="監査ログを検証・一覧・書き出しします。", no_args_is_help=True)
TsaRoot = Annotated[
    Path | None,
    typer.Option("--tsa-root", exists=True, dir_okay=False, help="時刻認証局のルート証明書（PEM か DER）。"),
]
Checkpoint = Annotated[
    list[Path] | None,
    typer.Option("--against", exists=True, dir_okay=False, help="外部に控えたチェックポイントのファイル（何度でも）。"),
]


@app.command()
def verify(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[書き出しファイル]", exists=True, dir_okay=False, help="省略するとデータベース。"),
    ] = None,
    against: Checkpoint = None,
    key: Annotated[
        list[str] | None, typer.Option("--key", help="別の経路で受け取った検証鍵（名前+番号+base64）。")
    ] = None,
    tsa_root: TsaRoot = None,
    as_json: Annotated[bool, typer.Option("--json", help="進み具合と結果を、1行1件のJSONで出します。")] = False,
) -> None:
    """記録が書き換え・削除・入れ替え・挿入されていないことを確かめます。異常がなければ終了コード0です。"""
    notes = _notes(against)
    keys = _keys(key)
    if file is not None:
        if as_json or tsa_root is not None:
            raise BadRequest("--json と --tsa-root は、データベースの検証で使えます。")
        report: Report | ExcerptReport = verify_file(file, keys, notes)
    else:
        report = _verify_database(notes, keys, tsa_root, as_json=as_json)
    if isinstance(report, Report) and as_json:
        typer.echo(json.dumps(plain(report), ensure_ascii=False))
    else:
        typer.echo(report.summary_ja())
    if not notes and not as_json:
        typer.echo("手元に控えたチェックポイントと比べるには、--against でそのファイルを指定します。", err=True)
    if not report.ok:
        raise typer.Exit(exit_code(VerificationFailed(report.problems)))


@app.command("list")
def list_(
    person: Annotated[str, typer.Option("--person", help="職員番号。")] = "",
    organisation: Annotated[str, typer.Option("--organisation", "-o", help="団体の番号。")] = "",
    department: Annotated[str, typer.Option("--department", "-d", help="所属コード。")] = "",
    record: Annotated[str, typer.Option("--record", help="記録番号（1件の依頼の経過）。")] = "",
    kind: Annotated[str, typer.Option("--kind", help="種類（decided・outcome・refused・key_issued など）。")] = "",
    level: Annotated[str, typer.Option("--level", help="自治体機密性（1・2・3C・3B・3A）。")] = "",
    outcome: Annotated[
        str, typer.Option("--outcome", help="結果（decided・blocked・answered・interrupted など）。")
    ] = "",
    since: Annotated[str, typer.Option("--since", help="この日から（日本時間）。")] = "",
    until: Annotated[str, typer.Option("--until", help="この日まで（その日を含む）。")] = "",
    before: Annotated[int | None, typer.Option("--before", help="この番号より前（次のページ）。")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="件数。")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="1行1件のJSONで、記録の全体を出します。")] = False,
    actor: Actor = "",
) -> None:
    """記録を新しい順に表示します。見たこと自体も記録に残ります。"""
    from ai_gov.stores.entry import Filter

    only = Filter(
        exchange=record,
        kind=kind,
        organisation=organisation,
        department=department,
        actor=person,
        level=level,
        outcome=outcome,
        since=opening.midnight(since, "--since"),
        until=opening.midnight(until, "--until", days=1),
    )
    with opening.store(must_exist=True) as store:
        found = store.audit.entries(only, before=before, limit=limit)
        asked = {name: value for name, value in {**only.equal(), "since": since, "until": until}.items() if value}
        reads_text = opening.reads_text(store, actor, organisation)
        _log_reading(store, actor, {"how": "list", "filter": asked, "count": len(found)}, organisation)
    for entry in found:
        typer.echo(json.dumps(_as_json(entry, texts=reads_text), ensure_ascii=False) if as_json else _line(entry))
    if len(found) == limit:
        typer.echo(f"続きは --before {found[-1].position} で見られます。", err=True)


@app.command()
def export(
    file: Annotated[
        Path,
        typer.Argument(metavar="書き出し先", help="新しいファイル（JSON Lines。名前が .zst で終われば圧縮します）。"),
    ],
    actor: Actor = "",
) -> None:
    """監査ログ全体を、データベースなしで検証できる1つのファイルに書き出します。"""
    with opening.store(must_exist=True) as store:
        _log_reading(store, actor, {"how": "export", "count": store.audit.counts().entries})
        store.sequence_now()
        total = store.audit.counts().entries
        with new_file(file) as out, opening.progress("書き出し中", total) as done:
            out.writelines(store.audit.export(progress=done))
    typer.echo(f"{file} に {total} 件を書き出しました。検証: ai-gov audit verify {file}")


@app.command()
def checkpoint(
    key: Annotated[bool, typer.Option("--key", help="検証鍵だけを表示します。")] = False,
    timestamp: Annotated[
        str,
        typer.Option("--timestamp", metavar="URL", help="この時刻認証局（RFC 3161）の時刻印を付けます。"),
    ] = "",
    tsa_root: TsaRoot = None,
    token: Annotated[
        Path | None,
        typer.Option(
            "--token", metavar="書き出し先", help="時刻印を新しいファイルにも書きます（openssl ts で読めます）。"
        ),
    ] = None,
    actor: Actor = "",
) -> None:
    """最新のチェックポイント（署名付き）を表示します。別の場所に控えると、末尾の切り捨ても見つけられます。"""
    with opening.store(must_exist=True) as store:
        if key:
            typer.echo("\n".join(map(str, store.audit.keys)))
            return
        if timestamp:
            note: str | None = stamp(store, timestamp, tsa_root, token, opening.actor_name(actor))
        else:
            store.sequence_now()
            note = store.audit.latest_checkpoint()
    if note is None:
        raise BadRequest("記録がまだ1件もありません。")
    typer.echo(note, nl=False)


def _verify_database(
    notes: list[str] | None, keys: list[VerifierKey] | None, tsa_root: Path | None, *, as_json: bool
) -> Report:
    trusted = roots(tsa_root)
    with opening.store(must_exist=True) as store:
        store.sequence_now()
        if as_json:
            return store.audit.verify(notes, keys=keys, tsa_roots=trusted, progress=_Told())
        with opening.progress("検証中", store.audit.counts().entries) as done:
            return store.audit.verify(notes, keys=keys, tsa_roots=trusted, progress=done)


class _Told:
    """Says how many entries are done, now and then, as a line of JSON."""

    def __init__(self) -> None:
        self._done = self._told = 0

    def __call__(self, more: int) -> None:
        self._done += more
        if self._done - self._told >= EVERY:
            self._told = self._done
            typer.echo(json.dumps({"done": self._done}))


def _notes(files: list[Path] | None) -> list[str] | None:
    if not files:
        return None
    return [note for file in files for note in read_notes(file.read_text("utf-8", "replace").splitlines(keepends=True))]


def _keys(texts: list[str] | None) -> list[VerifierKey] | None:
    try:
        return [VerifierKey.parse(text) for text in texts] if texts else None
    except CheckpointError as error:
        raise BadRequest(f"{error}。") from None


def _log_reading(store: DatabaseStore, actor: str, data: dict[str, Json], organisation: str = "") -> None:
    event = Event("log_read", store.clock.now(), "", organisation, "", opening.actor_name(actor), data)
    store.record_sync(Step(None, event))


def _line(entry: Entry) -> str:
    get = entry.columns.get
    at = dt.datetime.fromisoformat(get("at", "")).astimezone(JST)
    who = "/".join(filter(None, (get("organisation"), get("department"), get("actor"))))
    what = " ".join(filter(None, (get("level"), get("action"), get("outcome"), get("destination"), get("use"))))
    return f"{entry.position}\t{at:%Y-%m-%d %H:%M:%S}\t{get('kind')}\t{who}\t{what}\t{get('exchange')}".rstrip()


def _as_json(entry: Entry, *, texts: bool) -> dict[str, Json]:
    data = dict(entry.event.data) if entry.event else None
    if data is not None and not texts:
        data = {name: value for name, value in data.items() if name not in TEXTS}
    return {"position": entry.position, "id": entry.id, "seq": entry.seq, **entry.columns, "data": data}
