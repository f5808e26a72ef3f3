"""事故の報告書: an incident on one page, for the mayor: what happened, to how many, what was done, what is due when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final

from ai_gov.audit.found import Use
from ai_gov.audit.incident_deadlines import SOURCES, deadlines
from ai_gov.audit.incidents import Facts, Incident, IncidentState, Stage
from ai_gov.documents.blocks import Block, Document, Heading, Listing, Paragraph, Run, Table
from ai_gov.documents.dates import wareki
from ai_gov.documents.report_words import ACTIONS, Names
from ai_gov.model import JST, japan_date

MOST: Final = 10
"""Records and notes that are shown; the rest is counted, so that it stays a page."""

NECESSITY: Final = {"undecided": "検討中（まだ決めていない）", "yes": "要する", "no": "要しない"}
STATES: Final = {IncidentState.OPEN: "対応中", IncidentState.CLOSED: "終結"}


def summary(incident: Incident, uses: Sequence[Use], names: Names, today: dt.date) -> Document:
    """報告書: of an incident as it stands, with the records that are linked to it."""
    organisation = names.organisations.get(incident.organisation, incident.organisation)
    return Document(
        f"事故の報告 {incident.id}",
        tuple(_blocks(incident, uses, names, today)),
        organisation,
        today,
        subtitle=incident.title,
        subject="事故の報告",
        contents=False,
    )


def _blocks(incident: Incident, uses: Sequence[Use], names: Names, today: dt.date) -> Iterator[Block]:
    facts = incident.facts
    yield Table(
        ("項目", "内容"),
        (
            ("状態", STATES[incident.state]),
            ("知った日時", _moment(incident.known_at)),
            ("概要", facts.summary or "（まだ書かれていません）"),
            ("漏えい等した（おそれのある）情報", facts.items or "（まだ書かれていません）"),
            ("本人の数", persons(facts)),
            ("原因", facts.cause or "（まだ書かれていません）"),
            ("対応と再発防止", facts.measures or "（まだ書かれていません）"),
            ("委員会への報告", NECESSITY[facts.reportable]),
            ("当たる区分", "\n".join(item.ja for item in facts.categories) or "—"),
        ),
        widths=(10, 34),
    )
    yield Heading(1, "報告の状況と期限")
    yield _reports(incident, today)
    yield from _records(incident, uses, names)
    yield from _history(incident)
    if deadlines(incident):
        yield from (Paragraph((Run(sentence),), note=True) for sentence in SOURCES)


def persons(facts: Facts) -> str:
    """本人の数: as it is written.

    >>> persons(Facts(persons=1200, estimated=True)), persons(Facts())
    ('約1,200人（概数）', '確認中')
    """
    if facts.persons is None:
        return "確認中"
    return f"約{facts.persons:,}人（概数）" if facts.estimated else f"{facts.persons:,}人"


def _reports(incident: Incident, today: dt.date) -> Table:
    due = {item.stage: item for item in deadlines(incident)}
    rows = []
    for stage in Stage:
        report, deadline = incident.reported(stage), due.get(stage)
        left = deadline.left(today) if deadline and not report and incident.state is IncidentState.OPEN else None
        when = f"{wareki(deadline.due)}（知った日から{deadline.days}日目）" if deadline else "—"
        if left is not None:
            when += f"\n残り{left}日" if left >= 0 else f"\n{-left}日超過"
        done = f"{wareki(report.on)}　{report.reference}".strip() if report else "まだ"
        rows.append((stage.ja, when, done))
    return Table(("報告", "期限（目安を含む）", "済み"), tuple(rows), widths=(12, 18, 14))


def _records(incident: Incident, uses: Sequence[Use], names: Names) -> Iterator[Block]:
    yield Heading(1, f"関係する利用の記録（{len(incident.records)}件）")
    if not uses:
        yield Paragraph((Run("結び付けた記録はありません。"),))
        return
    rows = tuple((Run("　".join(_record(use, names))),) for use in uses[:MOST])
    yield Listing(rows)
    if len(incident.records) > len(rows):
        yield Paragraph((Run(f"ほか{len(incident.records) - len(rows)}件"),))


def _record(use: Use, names: Names) -> tuple[str, ...]:
    return (
        f"{use.at.astimezone(JST):%Y-%m-%d %H:%M}",
        names.departments.get((use.organisation, use.department), use.department),
        f"職員番号 {use.person}",
        ACTIONS.get(use.action, "受付せず"),
        f"検知 {'、'.join(names.findings.get(code, code) for code in use.findings) or 'なし'}",
        f"記録番号 {use.record}",
    )


def _history(incident: Incident) -> Iterator[Block]:
    if incident.notes:
        yield Heading(1, "経過")
        items = tuple(
            (Run(f"{_moment(note.at)}　{' '.join(note.text.split())}（{note.by}）"),) for note in incident.notes[-MOST:]
        )
        yield Listing(items)
        if len(incident.notes) > MOST:
            yield Paragraph((Run(f"これより前に{len(incident.notes) - MOST}件あります。"),))
    if incident.closed_at is not None:
        yield Heading(1, "終結")
        yield from _paragraphs(f"{_moment(incident.closed_at)}　{incident.closing}")


def _paragraphs(text: str) -> Iterator[Paragraph]:
    yield from (Paragraph((Run(line.strip()),)) for line in text.splitlines() if line.strip())


def _moment(at: dt.datetime) -> str:
    return f"{wareki(japan_date(at))} {at.astimezone(JST):%H:%M}"
