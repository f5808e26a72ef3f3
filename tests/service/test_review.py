"""A text on its way to release: over a real database of each kind."""

import hashlib
import threading

import pytest

from ai_gov.errors import BadRequest, Conflict, Forbidden, StoreFailed, TooLarge, UnknownRoute
from ai_gov.review.labels import Degree
from ai_gov.review.states import Act, ReviewState
from tests.service import reviewing
from tests.service.reviewing import (
    AUTHOR,
    BOSS,
    CHECKED,
    DRAFT,
    FINAL,
    NEIGHBOUR,
    SECOND,
    STRANGER,
    TOWN,
    approved,
    kinds,
    requested,
    service,
    started,
)

TWO = ("    reviewers: 1\n", "    reviewers: 2\n")


@pytest.fixture
def made(town, clock):
    return service(town, clock)


@pytest.fixture
def two(town, clock):
    return service(town, clock, TWO)


def test_a_text_goes_from_draft_to_release_and_each_act_is_an_entry(made, town):
    id_ = approved(made)
    files = made.files(AUTHOR, id_)
    assert files["txt"].decode() == f"{FINAL}\n\nこの文書は生成AIが作成した案を職員が確認・修正したものです。\n"
    release = made.release(AUTHOR, id_)
    assert release.digests["txt"] == hashlib.sha256(files["txt"]).hexdigest()
    assert (release.organisation_name, release.department_name, release.degree) == ("見本市", "市民課", Degree.L2)
    assert kinds(town) == ["started", "requested", "approved", "released"]
    town.sequence_now()
    assert town.audit.verify().ok


def test_what_is_released_is_found_again_by_its_digest_and_its_number(made, town):
    id_ = approved(made)
    data = made.files(AUTHOR, id_)["html"]
    release = made.release(BOSS, id_)
    assert town.reviews.released_as(hashlib.sha256(data).hexdigest()) == [(release, "html")]
    assert town.reviews.release(release.id) == release
    assert town.reviews.released_as(hashlib.sha256(data + b" ").hexdigest()) == []


def test_no_text_title_or_comment_stands_in_the_database_or_the_log(made, town, tmp_path):
    id_ = requested(made, title="架空太郎さんの件")
    made.comment(BOSS, id_, text="架空花子さんにも確認を")
    made.return_(SECOND, id_, comment="日付を直してください", suggestion="日付は架空の日です")
    opened = made.open(AUTHOR, id_)
    assert opened.content.suggestion == "日付は架空の日です"
    assert [comment.text for comment in opened.content.comments] == ["架空花子さんにも確認を", "日付を直してください"]
    raw = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for word in ("架空太郎", "架空花子", "納付期限", "日付は架空", "日付を直して"):
        assert word.encode() not in raw
        assert word not in repr(opened)


@pytest.mark.parametrize("end", ["release", "reject", "withdraw", "expire"])
def test_the_text_and_its_key_are_destroyed_at_each_end(made, town, clock, end):
    id_ = approved(made) if end == "release" else requested(made)
    match end:
        case "release":
            made.release(AUTHOR, id_)
        case "reject":
            made.reject(BOSS, id_, reason="facts")
        case "withdraw":
            made.withdraw(AUTHOR, id_)
        case "expire":
            clock.later(days=30)
            assert made.expire() == 1
            assert made.expire() == 0
    row = town.reviews._row(id_)
    assert (row.wrapped_key, row.sealed, row.files) == (None, None, None)
    assert made.open(AUTHOR, id_).content is None
    assert town.audit.entries(limit=1)[0].event.data["text_destroyed"]


def test_the_time_is_up_even_where_nobody_cleans_up(made, clock):
    id_ = requested(made)
    clock.later(days=30)
    assert made.open(AUTHOR, id_).review.state is ReviewState.EXPIRED
    with pytest.raises(Conflict, match="期限切れ"):
        made.edit(AUTHOR, id_, revision=1, text="続き")


def test_nobody_else_sees_a_review_and_cannot_tell_it_from_none(made):
    id_ = requested(made)
    with pytest.raises(UnknownRoute) as theirs:
        made.open(STRANGER, id_)
    with pytest.raises(UnknownRoute) as nothing:
        made.open(STRANGER, "no-such-id")
    assert theirs.value.message == nothing.value.message
    for act in (lambda: made.files(STRANGER, id_), lambda: made.approve(STRANGER, id_, revision=1, checked=CHECKED)):
        with pytest.raises(UnknownRoute):
            act()
    with pytest.raises(UnknownRoute):
        made.open(BOSS, started(made))  # a draft is the author's own


def test_nobody_approves_the_own_text_whatever_roles_they_hold(made, town):
    reviewing.grant(town, AUTHOR)
    id_ = requested(made)
    with pytest.raises(Forbidden, match="自分が作成したもの"):
        made.approve(AUTHOR, id_, revision=1, checked=CHECKED)
    assert id_ not in [item.review.id for item in made.queue(AUTHOR)]


def test_two_persons_are_two_persons(two):
    id_ = requested(two)
    assert two.approve(BOSS, id_, revision=1, checked=CHECKED).state is ReviewState.REQUESTED
    with pytest.raises(Conflict, match="すでに承認"):
        two.approve(BOSS, id_, revision=1, checked=CHECKED)
    with pytest.raises(Conflict, match="確認待ち"):
        two.release(AUTHOR, id_)
    assert two.approve(SECOND, id_, revision=1, checked=CHECKED).state is ReviewState.APPROVED


def test_an_edit_resets_every_approval(two, town):
    id_ = requested(two)
    two.approve(BOSS, id_, revision=1, checked=CHECKED)
    two.approve(SECOND, id_, revision=1, checked=CHECKED)
    before = two.open(AUTHOR, id_)
    after = two.edit(AUTHOR, id_, revision=1, text="別の文")
    assert (after.state, after.approvals, after.revision, after.release) == (ReviewState.DRAFT, (), 2, "")
    assert town.reviews.files(after) == {}
    with pytest.raises(Conflict):
        two.files(AUTHOR, id_)
    again = two.request(AUTHOR, id_, revision=2)
    assert again.release not in ("", before.review.release)
    with pytest.raises(Conflict, match="第1版→第2版"):
        two.approve(BOSS, id_, revision=1, checked=CHECKED)


def test_two_windows_of_one_author_do_not_overwrite_each_other(made):
    id_ = started(made)
    made.edit(AUTHOR, id_, revision=1, text="一つ目の窓")
    with pytest.raises(Conflict, match="第1版→第2版"):
        made.edit(AUTHOR, id_, revision=1, text="二つ目の窓")


@pytest.mark.parametrize("round_", range(3))
def test_two_reviewers_who_decide_at_once_leave_one_consistent_state(two, town, round_):
    id_ = requested(two)
    results: list[object] = []
    barrier = threading.Barrier(2)

    def decide(act):
        barrier.wait()
        try:
            results.append(act())
        except Conflict as error:
            results.append(error)

    def approve(who):
        return lambda: two.approve(who, id_, revision=1, checked=CHECKED)

    other = approve(SECOND) if round_ == 0 else lambda: two.return_(SECOND, id_, comment="直してください")
    threads = [threading.Thread(target=decide, args=(act,)) for act in (approve(BOSS), other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    review = two.open(AUTHOR, id_).review
    told = kinds(town)[-len([item for item in results if not isinstance(item, Conflict)]) :]
    if round_ == 0:
        assert (review.state, len(review.approvals)) == (ReviewState.APPROVED, 2)
        assert told == ["approved", "approved"]
    else:
        assert (review.state, review.approvals) == (ReviewState.RETURNED, ())
        assert told[-1] == "returned"


def test_a_reviewer_removed_in_mid_review_can_no_longer_decide_and_another_can(two, town):
    reviewing.grant(town, NEIGHBOUR, scope=TOWN)
    id_ = requested(two)
    two.approve(BOSS, id_, revision=1, checked=CHECKED)
    reviewing.demote(town, SECOND)
    with pytest.raises(UnknownRoute):
        two.approve(SECOND, id_, revision=1, checked=CHECKED)
    assert two.open(AUTHOR, id_).content.text == FINAL  # nothing is lost
    assert [item.review.id for item in two.queue(NEIGHBOUR)] == [id_]
    assert two.approve(NEIGHBOUR, id_, revision=1, checked=CHECKED).state is ReviewState.APPROVED
    data = town.audit.entries(limit=1)[0].event.data
    assert data["actor_organisation"] == NEIGHBOUR.organisation


def test_a_request_is_refused_while_there_are_too_few_reviewers(two, town):
    reviewing.demote(town, SECOND)
    id_ = started(two)
    with pytest.raises(Conflict, match="確認者が2人必要ですが、所属 110 の確認者はあなた以外に1人"):
        two.request(AUTHOR, id_, revision=1)


def test_a_deputy_reviews_within_the_dates_and_the_entry_says_for_whom(made, town, clock):
    today = clock.now().date()
    reviewing.grant(town, STRANGER, valid_from=today, valid_to=today, deputy_for=BOSS.person)
    id_ = requested(made)
    clock.later(days=1)
    with pytest.raises(UnknownRoute):
        made.approve(STRANGER, id_, revision=1, checked=CHECKED)
    clock.later(days=-1)
    made.approve(STRANGER, id_, revision=1, checked=CHECKED)
    assert town.audit.entries(limit=1)[0].event.data["deputy_for"] == BOSS.person


def test_the_queue_shows_what_waits_for_a_person_and_what_is_late(two, clock):
    first = requested(two)
    clock.later(hours=1)
    second = requested(two)
    two.request(AUTHOR, started(two), revision=1, reviewer=BOSS)
    two.approve(BOSS, first, revision=1, checked=CHECKED)
    queue = [item.review for item in two.queue(BOSS)]
    assert [review.named for review in queue] == [BOSS, None]
    assert queue[1].id == second
    assert two.queue(STRANGER) == []
    assert two.overdue(BOSS) == []
    clock.later(days=7)
    assert len(two.overdue(BOSS)) == 2
    assert len(two.overdue(AUTHOR)) == 3
    assert two.mine(AUTHOR)[0].title == "納付のお知らせ"


def test_the_difference_is_between_what_the_ai_wrote_and_what_goes_out(made):
    opened = made.open(BOSS, requested(made))
    assert [hunk.kind for hunk in opened.hunks] == ["changed", "same"]
    assert 0.8 < opened.kept < 1
    assert opened.allowed == (Act.COMMENT, Act.APPROVE, Act.RETURN, Act.REJECT)
    assert not opened.is_author


@pytest.mark.parametrize(
    ("audience", "text", "label"),
    [
        ("external", DRAFT, "この文書は生成AIにより作成したものです（市民課が内容を確認）。"),
        ("internal", FINAL, "この文書は生成AIが作成した案を職員が確認・修正したものです。"),
    ],
)
def test_the_label_follows_how_much_of_it_is_the_ais(made, audience, text, label):
    assert made.open(BOSS, requested(made, audience=audience, text=text)).content.label == label


def test_of_what_stays_in_the_house_no_digest_exists_that_could_be_guessed(made, town):
    from ai_gov.service.release_register import ReleaseRegister

    id_ = approved(made, audience="internal")
    file = made.files(AUTHOR, id_)["txt"]
    release = made.release(AUTHOR, id_)
    register = ReleaseRegister(
        town.reviews, town.clock, keys=town.keys, signing_key=town.keys.signing_key, record=town.record_sync
    )
    plain = hashlib.sha256(file).hexdigest()
    assert plain not in str(release.digests)
    assert all(plain not in str(entry.event) for entry in town.audit.entries(limit=100))
    assert register.check(file) == []
    assert [item.kind for item in register.check(file, also_internal=True)] == ["txt"]
    assert register.lookup(release.id) is None  # nobody outside is told
    assert not [path for path in register.export(TOWN, "見本市", actor="test") if path.startswith("verify/")]


def test_before_the_release_the_log_holds_no_digest_of_the_text(made, town):
    id_ = approved(made)
    plain = hashlib.sha256(made.files(AUTHOR, id_)["txt"]).hexdigest()
    assert all(plain not in str(entry.event) for entry in town.audit.entries(limit=100))


def test_a_file_that_cannot_be_made_is_told_with_the_reason(town, clock):
    from ai_gov.documents.publication import as_text

    def fails(_):
        raise BadRequest("PDFの書体にない字があります。")

    made = service(town, clock, writers={"txt": as_text, "pdf": fails})
    opened = made.open(AUTHOR, approved(made))
    assert opened.files == ("txt",)
    assert opened.content.unmade == (("pdf", "PDFの書体にない字があります。"),)


def test_no_label_where_no_trigger_demands_one_or_no_ai_was_used(made, town, clock):
    as_is = service(town, clock, ("[any_external, internal_decision, rights_affecting]", "[as_is_external]"))
    assert as_is.open(BOSS, requested(as_is)).content.label == ""
    assert made.open(BOSS, requested(made, ai_draft="")).content.label == ""


def test_a_use_that_judges_people_takes_two_reviewers_a_notice_and_its_check(made):
    id_ = requested(made, use="unknown-use")
    opened = made.open(BOSS, id_)
    assert (opened.review.reviewers, opened.review.notice) == (2, True)
    assert "説明をお求めの方は、市民課へ" in opened.content.label
    with pytest.raises(BadRequest, match="本人への通知"):
        made.approve(BOSS, id_, revision=1, checked=CHECKED)


def test_a_draft_of_somebody_elses_answer_is_refused(made):
    with pytest.raises(BadRequest, match="あなたの依頼"):
        started(made, exchange="019d4657-0000-7000-8000-000000000000")


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ({"title": "  "}, BadRequest, "件名が空"),
        ({"title": "あ" * 201}, TooLarge, "件名が長すぎます"),
        ({"text": "あ" * 200_001}, TooLarge, "200,001文字"),
        ({"audience": "everybody"}, BadRequest, "庁外"),
    ],
)
def test_what_cannot_be_reviewed_is_refused_at_once(made, more, error, words):
    with pytest.raises(error, match=words):
        started(made, **more)


def test_an_empty_text_is_not_requested_and_a_return_needs_its_reason(made):
    with pytest.raises(BadRequest, match="本文が空"):
        made.request(AUTHOR, started(made, text=" \n"), revision=1)
    with pytest.raises(BadRequest, match="差し戻す理由"):
        made.return_(BOSS, requested(made), comment=" ")
    with pytest.raises(BadRequest, match="理由は次から"):
        made.reject(BOSS, requested(made), reason="なんとなく")


def test_a_release_that_is_withdrawn_stays_in_the_register_as_withdrawn(made, town, clock):
    id_ = approved(made)
    release = made.release(AUTHOR, id_)
    clock.later(days=400)
    made.withdraw(BOSS, id_, reason="mistake")
    assert town.reviews.release(release.id).withdrawn_at == clock.now()
    assert made.open(AUTHOR, id_).review.reason == "mistake"
    assert town.reviews.release(release.id).digests == release.digests


def test_a_text_that_was_changed_in_the_database_is_not_released(made, town):
    id_ = approved(made)
    review = town.reviews.review(id_)
    content = town.reviews.content(review)
    from dataclasses import replace

    from ai_gov.service.review_ports import Change

    forged = Change(
        review,
        replace(review, version=review.version + 1),
        made._event("x", review, None, review.updated_at, {}),
        replace(content, text="別の文"),
    )
    assert town.reviews.change(forged)
    with pytest.raises(Conflict, match="承認された内容と保存されている内容が違う"):
        made.release(AUTHOR, id_)


def test_another_key_folder_opens_nothing(made, town, tmp_path):
    from ai_gov.stores.keyfile import KeyFolder

    id_ = requested(made)
    town.reviews._keys = KeyFolder(tmp_path / "other")
    with pytest.raises(StoreFailed, match="鍵フォルダー"):
        made.open(AUTHOR, id_)


def test_who_has_left_can_do_nothing_more(made, town):
    id_ = requested(made)
    town.register.leave(town.people.member(BOSS.organisation, BOSS.person), actor="test")
    with pytest.raises(Forbidden, match="異動・退職"):
        made.approve(BOSS, id_, revision=1, checked=CHECKED)
