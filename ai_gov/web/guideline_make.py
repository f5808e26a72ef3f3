"""ガイドラインを作る画面: the documents to be saved, the policy to be put in force, and the version to be published."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import zipfile
from typing import Any, Final

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ai_gov.documents.guideline import answers as answering
from ai_gov.documents.guideline import policyfile
from ai_gov.documents.guideline.answers import FILE
from ai_gov.errors import AiGovError, BadRequest, ConfigError, Conflict, TooLarge, UnknownRoute
from ai_gov.service import guideline as service
from ai_gov.service.accounts import Visitor
from ai_gov.service.governance import POLICY, digest
from ai_gov.service.guideline_draft import Draft
from ai_gov.service.guideline_versions import MOST_BYTES
from ai_gov.service.rule_desk import Proposal
from ai_gov.web.guard import Guard
from ai_gov.web.guideline_page import EDITORS, LOOKERS, GuidelinePages, attachment, page

_ANSWERS: Final = "answers.yaml"
_ZIP: Final = "guideline.zip"
_MOST_FILES: Final = 4


def routes(guard: Guard, pages: GuidelinePages) -> list[Route]:
    """/guideline/make, /guideline/file/{name}, /guideline/answers, /guideline/apply, /guideline/publish."""

    async def make(request: Request, visitor: Visitor) -> Response:
        return await _made(request, visitor, pages)

    async def file(request: Request, visitor: Visitor) -> Response:
        try:
            data, kind, name = await asyncio.to_thread(_file, pages, visitor, request.path_params["name"])
        except ConfigError as error:
            raise Conflict(error.message) from None
        return attachment(data, kind, name, plain=request.path_params["name"].rpartition(".")[0])

    async def load(request: Request, visitor: Visitor, form: FormData) -> Response:
        try:
            (name, data) = next(iter((await _files(form)).items()), ("", b""))
            if not name.endswith((".yaml", ".yml")):
                raise BadRequest("answers.yaml を選んでください。", param="answers")
            await asyncio.to_thread(pages.draft.load, visitor.actor, _text(data))
        except AiGovError as error:
            return await _made(request, visitor, pages, error=error, at="answers")
        return RedirectResponse("/guideline/make?done=loaded", 303)

    async def show_policy(request: Request, visitor: Visitor) -> Response:
        proposal, message = await asyncio.to_thread(_proposal, pages, visitor)
        return await page(request, visitor, pages, "guideline_apply.html", proposal=proposal, message=message)

    async def apply(request: Request, visitor: Visitor, form: FormData) -> Response:
        sent, base = str(form.get("digest", "")), str(form.get("base", ""))

        def applied() -> None:
            if not (sent and base):
                raise BadRequest(
                    "どの違いを見て適用するのかが分かりません。「違いを見て適用する」から開き直してください。"
                )
            files = pages.draft.files(pages.draft.open(visitor.actor.organisation))
            if digest(files) != sent:
                raise Conflict("確かめている間に、回答か適用中の設定が変わりました。違いを、もう一度確かめてください。")
            pages.desk.apply(visitor.member, base, {POLICY: files[POLICY]})

        try:
            await asyncio.to_thread(applied)
        except (Conflict, ConfigError) as error:
            proposal, _ = await asyncio.to_thread(_proposal, pages, visitor)
            values = {"proposal": proposal, "message": error.message}
            return await page(request, visitor, pages, "guideline_apply.html", status=409, **values)
        return RedirectResponse("/guideline/make?done=applied", 303)

    async def publish(request: Request, visitor: Visitor, form: FormData) -> Response:
        try:
            effective = _day(str(form.get("effective", "")))
            if form.get("source") == "draft":
                files = await asyncio.to_thread(_built, pages, visitor)
            else:
                files = await _files(form)
            made = await asyncio.to_thread(pages.versions.publish, visitor.actor, files, effective=effective)
        except AiGovError as error:
            return await _made(request, visitor, pages, error=error, at=error.param or "publish")
        return RedirectResponse(f"/guideline/versions/{made.number}?done=published", 303)

    return [
        guard.page("/guideline/make", make, LOOKERS),
        guard.page("/guideline/file/{name}", file, LOOKERS),
        guard.form("/guideline/answers", load, EDITORS),
        guard.page("/guideline/apply", show_policy, EDITORS),
        guard.form("/guideline/apply", apply, EDITORS),
        guard.form("/guideline/publish", publish, EDITORS),
    ]


async def _made(
    request: Request, visitor: Visitor, pages: GuidelinePages, *, error: AiGovError | None = None, at: str = ""
) -> Response:
    def found() -> dict[str, Any]:
        draft = pages.draft.open(visitor.actor.organisation)
        problems: list[str] = []
        try:
            composed = pages.draft.compose(draft)
        except ConfigError as wrong:
            composed, problems = None, [item.message for item in wrong.problems]
        steps = pages.draft.steps()
        in_force = pages.desk.current().files[POLICY]
        return {
            "draft": draft,
            "problems": problems,
            "title": composed.document.title if composed else "",
            "effective": draft.values.get("effective"),
            "steps": [(step, draft.complete(step), _answers(draft, step.questions)) for step in steps],
            "applied": not problems and _same(pages.draft.policy(draft), in_force),
        }

    values = await asyncio.to_thread(found)
    message = error.message if error else ""
    status = error.status if error and error.status < 500 else 400 if error else 200
    return await page(
        request,
        visitor,
        pages,
        "guideline_make.html",
        status=status,
        message=message,
        at=at,
        kinds=service.FORMATS,
        **values,
    )


def _answers(draft: Draft, questions: Any) -> list[tuple[str, str]]:
    """Question and answer as people read them."""
    out = []
    for question in questions:
        if not answering.applies(question, draft.values):
            continue
        value = draft.values.get(question.id, "")
        several = value if isinstance(value, tuple) else (value,)
        shown = "、".join(question.label(str(item)) for item in several)
        out.append((question.ask, f"{shown}{question.unit}"))
    return out


def _same(made: str, in_force: str) -> bool:
    """Whether two policies say the same, but for the day on which they were written."""
    return [line for line in made.splitlines() if not line.startswith("updated:")] == [
        line for line in in_force.splitlines() if not line.startswith("updated:")
    ]


def _built(pages: GuidelinePages, visitor: Visitor) -> dict[str, bytes]:
    composed = pages.draft.compose(pages.draft.open(visitor.actor.organisation))
    return {f"{service.STEM}.{kind}": write(composed) for kind, write in pages.writers.items()}


def _file(pages: GuidelinePages, visitor: Visitor, name: str) -> tuple[bytes, str, str]:
    draft = pages.draft.open(visitor.actor.organisation)
    stem, _, kind = name.rpartition(".")
    if name == _ANSWERS:
        return pages.draft.answers(draft).encode(), "yaml", "answers"
    if name == policyfile.FILE:
        return pages.draft.policy(draft).encode(), "yaml", "policy"
    if stem != service.STEM or (kind not in pages.writers and name != _ZIP):
        raise UnknownRoute("その名前のファイルは作れません。「ガイドライン」の画面から選び直してください。")
    composed = pages.draft.compose(draft)
    title = composed.document.title
    if name != _ZIP:
        return pages.writers[kind](composed), kind, title
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for ending, write in pages.writers.items():
            package.writestr(f"{service.STEM}.{ending}", write(composed))
        package.writestr(policyfile.FILE, pages.draft.policy(draft))
        package.writestr(_ANSWERS, pages.draft.answers(draft))
    return out.getvalue(), "zip", title


def _proposal(pages: GuidelinePages, visitor: Visitor) -> tuple[Proposal | None, str]:
    """The change that the answers make to the set in force; none where there is nothing to change, with why."""
    try:
        draft = pages.draft.open(visitor.actor.organisation)
        return pages.desk.propose(pages.draft.files(draft)), ""
    except (ConfigError, BadRequest) as error:
        return None, error.message


async def _files(form: FormData) -> dict[str, bytes]:
    """The files that were chosen, by their names without a folder."""
    chosen = [item for item in form.getlist("file") if isinstance(item, UploadFile) and item.filename]
    if len(chosen) > _MOST_FILES:
        raise BadRequest(f"一度に選べるファイルは {_MOST_FILES} つまでです。", param="file")
    if any((item.size or 0) > MOST_BYTES for item in chosen):
        raise TooLarge(f"文書が大きすぎます（1つ {MOST_BYTES // 1_000_000} メガバイトまで）。", param="file")
    names = [(item.filename or "").replace("\\", "/").rpartition("/")[2] for item in chosen]
    if len(set(names)) < len(names):
        raise BadRequest("同じ名前のファイルが2つあります。", param="file")
    return {name: await item.read() for name, item in zip(names, chosen, strict=True)}


def _day(text: str) -> dt.date | None:
    if not text.strip():
        return None
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise BadRequest("施行日は、日付（例 2027-04-01）で入力してください。", param="effective") from None


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadRequest(f"{FILE} の文字を読めません。UTF-8で保存し直してください。", param="answers") from None
