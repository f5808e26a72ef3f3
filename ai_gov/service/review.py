"""確認と公開: takes a text from its draft to its release, and is the only place that says in which order.

Every act reads who it is and what stands there anew, asks ``review.checks`` whether it may, and writes state, text and
entry in one transaction by compare-and-set; where somebody else was first, it looks again. No entry holds a raw value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

import uuid_utils

from ai_gov.errors import BadRequest, Conflict, TooLarge
from ai_gov.model import Json, japan_date
from ai_gov.people import permissions
from ai_gov.policy.schema import MAX_PROMPT_CHARS
from ai_gov.review import checks
from ai_gov.review.checks import Standing
from ai_gov.review.content import Comment, Content, plain
from ai_gov.review.labels import Degree, degree_of
from ai_gov.review.record import Approval, Audience, Review, Who, due
from ai_gov.review.released import INTERNAL, Release, digest_of, new_release_id
from ai_gov.review.states import Act, ReviewState
from ai_gov.service.publishing import labelled, publication
from ai_gov.service.review_frame import Made, who_of
from ai_gov.service.review_reading import Listed, Opened, ReviewReading

MAX_COMMENT: Final = 5_000
MAX_TITLE: Final = 200


class ReviewService(ReviewReading):
    """確認と公開の窓口. ``who`` is the person who acts; all raise UnknownRoute for what that person can't see."""

    def start(
        self,
        who: Who,
        *,
        title: str,
        text: str,
        ai_draft: str = "",
        use: str = "",
        audience: Audience = "external",
        degree: Degree | None = None,
        exchange: str = "",
    ) -> Review:
        """下書きを作る. ``ai_draft`` is the answer as given, ``exchange`` its record. Raises BadRequest, Forbidden."""
        now = self._clock.now()
        author = self._member(who)
        permissions.check_can_ask(author, on=japan_date(now))
        if exchange and self._store.asker(exchange) != who:
            raise BadRequest("この回答の記録は、あなたの依頼のものではありません。自分の回答から作り直してください。")
        policy = self._config.current(who.organisation).policy
        content = self._fitting(Content(_title(title), plain(ai_draft), plain(text)))
        review = Review(
            str(uuid_utils.uuid7()),
            who.organisation,
            author.person.department,
            who.person,
            use or policy.default_use,
            _audience(audience),
            degree_of(content.ai_draft, content.text, degree),
            ReviewState.DRAFT,
            now,
            now,
            now + dt.timedelta(days=policy.release.keep_days),
            exchange,
        )
        self._store.add(review, content, self._event("review_started", review, who, now, {}))
        return review

    def edit(
        self,
        who: Who,
        id_: str,
        *,
        revision: int,
        title: str | None = None,
        text: str | None = None,
        use: str | None = None,
        audience: Audience | None = None,
        degree: Degree | None = None,
    ) -> Review:
        """編集する: approvals are reset, and it has to be requested again. ``revision`` is the one that was edited."""

        def make(review: Review, content: Content, standing: Standing, now: dt.datetime) -> Made:  # noqa: ARG001
            checks.check_can_edit(review, standing)
            checks.check_is_current(review, revision)
            new = replace(
                content,
                title=content.title if title is None else _title(title),
                text=content.text if text is None else plain(text),
                label="",
                suggestion="",
            )
            new = self._fitting(new)
            after = _reset(review, ReviewState.DRAFT)
            after = replace(
                after,
                revision=review.revision + 1,
                use=review.use if use is None else use,
                audience=review.audience if audience is None else _audience(audience),
                degree=degree_of(new.ai_draft, new.text, degree or review.degree),
            )
            return Made(after, new, {"approvals_reset": len(review.approvals)}, files={})

        return self._act(who, id_, Act.EDIT, make)

    def request(self, who: Who, id_: str, *, revision: int, reviewer: Who | None = None, comment: str = "") -> Review:
        """確認を依頼する, of a named reviewer or of whoever reviews for the department."""

        def make(review: Review, content: Content, standing: Standing, now: dt.datetime) -> Made:
            checks.check_can_request(review, standing)
            checks.check_is_current(review, revision)
            if not content.text.strip():
                raise BadRequest("本文が空です。公開・決裁する文章を書いてから依頼してください。")
            policy = self._config.current(review.organisation).policy
            rule = policy.review_rule(review.use)
            self._check_enough(review, rule.needed, reviewer, now)
            label = labelled(review, policy, self._names(review)[1])
            new = replace(content, label=label).said(self._comment(standing, now, Act.REQUEST, comment))
            after = replace(
                _reset(review, ReviewState.REQUESTED),
                reviewers=rule.needed,
                checklist=rule.checks,
                notice=rule.notice,
                named=reviewer,
                requested_at=now,
                due_at=due(now, rule.due_days),
                digest=self._digest(review, new),
                release=new_release_id(),
            )
            return Made(after, new, {"labelled": bool(label)}, files={})

        return self._act(who, id_, Act.REQUEST, make)

    def approve(self, who: Who, id_: str, *, revision: int, checked: Collection[str], comment: str = "") -> Review:
        """承認する. ``revision`` is the one that was read, ``checked`` the names of the points that were ticked.

        With the last approval the files are made; from then on exactly these can go out.
        """

        def make(review: Review, content: Content, standing: Standing, now: dt.datetime) -> Made:
            checks.check_can_approve(review, standing, revision=revision, checks=checked)
            points = tuple(name for name in review.checklist if name in checked)
            approval = Approval(standing.who, now, review.revision, self._digest(review, content), points)
            after = replace(review, approvals=(*review.approvals, approval))
            after = replace(after, state=checks.after(after, Act.APPROVE))
            data: dict[str, Json] = {"approvals": [len(after.approvals), after.reviewers], "checks": list(points)}
            made: dict[str, bytes] | None = None
            failed: dict[str, str] = {}
            if after.state is ReviewState.APPROVED:
                made, failed = self._make_files(after, content, now)
                data["files"] = [*sorted(made), *(f"{kind}: failed" for kind in sorted(failed))]
            new = replace(content, unmade=tuple(failed.items()))
            return Made(after, new.said(self._comment(standing, now, Act.APPROVE, comment)), data, files=made)

        return self._act(who, id_, Act.APPROVE, make)

    def return_(self, who: Who, id_: str, *, comment: str, suggestion: str | None = None) -> Review:
        """差し戻す, with what is to be done, and with another wording where the reviewer has one."""

        def make(review: Review, content: Content, standing: Standing, now: dt.datetime) -> Made:
            checks.check_can_return(review, standing)
            said = self._comment(standing, now, Act.RETURN, _needed(comment, "差し戻す理由と、直してほしいこと"))
            new = replace(content, suggestion=plain(suggestion or "")).said(said)
            after = _reset(review, ReviewState.RETURNED)
            return Made(after, self._fitting(new), {"suggestion": bool(new.suggestion.strip())}, files={})

        return self._act(who, id_, Act.RETURN, make)

    def reject(self, who: Who, id_: str, *, reason: str) -> Review:
        """却下する: the text is destroyed; of the reason (a name of ``checks.REJECTIONS``) the author is told."""
        return self._end(who, id_, Act.REJECT, ReviewState.REJECTED, _known(reason, checks.REJECTIONS))

    def comment(self, who: Who, id_: str, *, text: str) -> Review:
        """コメントする."""

        def make(review: Review, content: Content, standing: Standing, now: dt.datetime) -> Made:
            checks.check_can_comment(review, standing)
            said = self._comment(standing, now, Act.COMMENT, _needed(text, "コメント"))
            return Made(review, content.said(said))

        return self._act(who, id_, Act.COMMENT, make)

    def release(self, who: Who, id_: str) -> Release:
        """公開・決裁に進める: what was approved goes into the register by its digests, and the text is destroyed.

        Fetch the files (``files``) before.
        """

        def make(review: Review, content: Content, standing: Standing, now: dt.datetime) -> Made:
            checks.check_can_release(review, standing)
            files = self._store.files(review)
            approved = content.released.encode("utf-8", "replace")
            if self._digest(review, content) != review.digest or files.get("txt") != approved:
                raise Conflict(
                    "承認された内容と保存されている内容が違うため、公開できません。情報担当に知らせてください。"
                )
            internal = self._keys.hmac_key(INTERNAL, "") if review.audience == "internal" else None
            digests = {kind: digest_of(file, internal) for kind, file in files.items()}
            names = self._names(review)
            made = Release(
                review.release,
                review.id,
                review.organisation,
                review.department,
                *names,
                review.audience,
                review.degree,
                content.label,
                len(review.approvals),
                now,
                digests,
            )
            return Made(replace(review, state=ReviewState.RELEASED), None, {"files": digests}, release=made)

        after = self._act(who, id_, Act.RELEASE, make)
        found = self._store.release(after.release)
        assert found is not None
        return found

    def withdraw(self, who: Who, id_: str, *, reason: str = "other") -> Review:
        """取り下げる, before or after the release; the register then says so (``checks.WITHDRAWALS``)."""
        return self._end(who, id_, Act.WITHDRAW, ReviewState.WITHDRAWN, _known(reason, checks.WITHDRAWALS))

    def _end(self, who: Who, id_: str, act: Act, state: ReviewState, reason: str) -> Review:
        def make(review: Review, content: Content, standing: Standing, now: dt.datetime) -> Made:  # noqa: ARG001
            checks.check_can_act(review, act, standing)
            found = self._store.release(review.release) if review.state is ReviewState.RELEASED else None
            release = replace(found, withdrawn_at=now) if found else None
            data = {"reason": reason, "released": found is not None}
            return Made(replace(review, state=state, reason=reason), release=release, data=data)

        return self._act(who, id_, act, make)

    def _check_enough(self, review: Review, needed: int, named: Who | None, now: dt.datetime) -> None:
        there = self._store.reviewers(review.organisation, review.department, japan_date(now))
        people = {who_of(item) for item in there} - {review.who}
        if len(people) < needed:
            raise Conflict(
                f"この用途には確認者が{needed}人必要ですが、"
                f"所属 {review.department} の確認者はあなた以外に{len(people)}人です。"
                "情報担当に、確認者（代理や、ほかの団体の確認者でも可）の登録を依頼してください。"
            )
        if named is not None and named not in people:
            raise BadRequest("指定された人は、この所属の確認者ではありません。一覧から選び直してください。")

    def _make_files(
        self, review: Review, content: Content, now: dt.datetime
    ) -> tuple[dict[str, bytes], dict[str, str]]:
        """The files, and those kinds that can't be made, with the reason."""
        given = publication(review, content, self._names(review), japan_date(now), self._public_url)
        made: dict[str, bytes] = {}
        failed: dict[str, str] = {}
        for kind, write in self._writers.items():
            try:
                made[kind] = write(given)
            except BadRequest as error:  # a character that the font of the PDF lacks
                failed[kind] = error.message
        return made, failed

    def _comment(self, standing: Standing, now: dt.datetime, act: Act, text: str) -> Comment:
        if len(text) > MAX_COMMENT:
            raise TooLarge(f"コメントが長すぎます（上限は{MAX_COMMENT:,}文字）。短くしてください。")
        return Comment(standing.who, now, act, plain(text).strip())

    def _fitting(self, content: Content) -> Content:
        longest = max(len(content.ai_draft), len(content.text), len(content.suggestion))
        if longest > MAX_PROMPT_CHARS:
            raise TooLarge(f"文章が長すぎます（{longest:,}文字。上限は{MAX_PROMPT_CHARS:,}文字）。分けてください。")
        return content


def _reset(review: Review, state: ReviewState) -> Review:
    """As it is without any approval."""
    return replace(review, state=state, approvals=(), digest="", release="", due_at=None, named=None)


def _title(text: str) -> str:
    title = " ".join(text.split())
    if not title:
        raise BadRequest("件名が空です。何の文書か分かる件名を書いてください。")
    if len(title) > MAX_TITLE:
        raise TooLarge(f"件名が長すぎます（上限は{MAX_TITLE}文字）。短くしてください。")
    return title


def _audience(value: str) -> Audience:
    if value == "external":
        return "external"
    if value == "internal":
        return "internal"
    raise BadRequest("公開の範囲は、庁外（external）か庁内（internal）を選んでください。")


def _known(reason: str, reasons: Mapping[str, str]) -> str:
    if reason not in reasons:
        raise BadRequest(f"理由は次から選んでください: {'・'.join(reasons.values())}")
    return reason


def _needed(text: str, what: str) -> str:
    if not text.strip():
        raise BadRequest(f"{what}を書いてください。相手に伝わらないと、次に何をすればよいか分かりません。")
    return text


__all__ = ["Listed", "Opened", "ReviewService"]
