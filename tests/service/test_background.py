"""裏の仕事: rounds that go on whatever breaks in one of them, and end when told to."""

import threading
import time

from ai_gov.errors import StoreFailed
from ai_gov.service.background import Background


def test_a_round_that_breaks_is_said_without_its_words_and_the_next_one_comes(caplog):
    rounds, done = [], threading.Event()

    def work():
        rounds.append(len(rounds))
        match len(rounds):
            case 1:
                raise StoreFailed("場所が一杯です。")
            case 2:
                raise ValueError("見本花子")
            case 3:
                done.set()

    background = Background("rounds", work, failing="見本の仕事ができません")
    background.start(0.01)
    assert done.wait(5)
    background.stop()

    said = caplog.text
    assert "見本の仕事ができません。次の回にやり直します: 場所が一杯です。" in said
    assert "見本の仕事ができません。次の回にやり直します: ValueError" in said
    assert "花子" not in said


def test_it_ends_in_the_middle_of_a_round_that_rests_and_can_be_started_again():
    begun, ended = threading.Event(), []

    def work():
        begun.set()
        ended.append(background.rest(60))

    background = Background("rounds", work, failing="見本の仕事ができません")
    for count in (1, 2):
        begun.clear()
        background.start(0.01)
        assert begun.wait(5)
        at = time.monotonic()
        background.stop()
        assert time.monotonic() - at < 5
        assert ended == [True] * count
        assert not background.stopping


def test_what_was_never_started_can_be_stopped():
    Background("rounds", lambda: None, failing="見本の仕事ができません").stop()
