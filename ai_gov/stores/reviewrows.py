"""確認の行: reviews and releases as JSON, and back."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from ai_gov.audit.event import timestamp
from ai_gov.model import Json
from ai_gov.review.labels import Degree
from ai_gov.review.record import Approval, Review, Who
from ai_gov.review.released import Release
from ai_gov.review.states import ReviewState
from ai_gov.stores.peoplestore import moment


def review_row(review: Review) -> dict[str, object]:
    """The columns of a review, but for what is sealed."""
    data = {
        "use": review.use,
        "audience": review.audience,
        "degree": review.degree.value,
        "created_at": timestamp(review.created_at),
        "updated_at": timestamp(review.updated_at),
        "exchange": review.exchange,
        "revision": review.revision,
        "digest": review.digest,
        "reviewers": review.reviewers,
        "checklist": list(review.checklist),
        "notice": review.notice,
        "named": _who(review.named),
        "requested_at": _time(review.requested_at),
        "approvals": [
            [_who(item.by), timestamp(item.at), item.revision, item.digest, list(item.checks)]
            for item in review.approvals
        ],
        "release": review.release,
        "reason": review.reason,
    }
    return {
        "id": review.id,
        "organisation": review.organisation,
        "department": review.department,
        "author": review.author,
        "state": review.state.value,
        "version": review.version,
        "due_at": _time(review.due_at),
        "expires_at": timestamp(review.expires_at),
        "data": json.dumps(data, ensure_ascii=False),
    }


def review_of(row: Any) -> Review:
    """The review of a row."""
    data = json.loads(row.data)
    return Review(
        row.id,
        row.organisation,
        row.department,
        row.author,
        data["use"],
        data["audience"],
        Degree(data["degree"]),
        ReviewState(row.state),
        _known(data["created_at"]),
        _known(data["updated_at"]),
        _known(row.expires_at),
        data["exchange"],
        data["revision"],
        row.version,
        data["digest"],
        data["reviewers"],
        tuple(data["checklist"]),
        data["notice"],
        Who(*data["named"]) if data["named"] else None,
        moment(data["requested_at"]),
        moment(row.due_at),
        tuple(
            Approval(Who(*by), _known(at), revision, digest, tuple(checks))
            for by, at, revision, digest, checks in data["approvals"]
        ),
        data["release"],
        data["reason"],
    )


def release_row(release: Release) -> dict[str, object]:
    """The columns of a release."""
    data = {
        "department": release.department,
        "organisation_name": release.organisation_name,
        "department_name": release.department_name,
        "audience": release.audience,
        "degree": release.degree.value,
        "sentence": release.sentence,
        "reviewers": release.reviewers,
        "digests": dict(release.digests),
        "withdrawn_at": _time(release.withdrawn_at),
    }
    return {
        "id": release.id,
        "review": release.review,
        "organisation": release.organisation,
        "released_at": timestamp(release.released_at),
        "data": json.dumps(data, ensure_ascii=False),
    }


def release_of(row: Any) -> Release:
    """The release of a row."""
    data = json.loads(row.data)
    return Release(
        row.id,
        row.review,
        row.organisation,
        data["department"],
        data["organisation_name"],
        data["department_name"],
        data["audience"],
        Degree(data["degree"]),
        data["sentence"],
        data["reviewers"],
        _known(row.released_at),
        data["digests"],
        moment(data["withdrawn_at"]),
    )


def pack(files: Mapping[str, bytes]) -> bytes:
    """Files as one piece to be sealed.

    >>> unpack(pack({"txt": b"x"}))
    {'txt': b'x'}
    """
    return json.dumps({kind: base64.b64encode(data).decode() for kind, data in files.items()}).encode()


def unpack(data: bytes) -> dict[str, bytes]:
    """The inverse of ``pack``."""
    return {kind: base64.b64decode(text) for kind, text in json.loads(data).items()}


def _who(who: Who | None) -> Json:
    return None if who is None else [who.organisation, who.person]


def _time(at: dt.datetime | None) -> str | None:
    return None if at is None else timestamp(at)


def _known(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
