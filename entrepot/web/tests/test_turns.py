"""A thread that is busy without end lets its neighbour have the lock; one with idle moments never waits."""

from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import pytest

from entrepot.web.turns import AFTER_S, IDLE_S, PAUSE_S, Turns


@dataclass
class Time:
    now: float = 100.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def served(time: Time, *, work: float, gap: float, requests: int) -> list[float]:
    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        time.now += work
        return [b"done"]

    turns = Turns(application, now=lambda: time.now, sleep=time.sleep)
    for _ in range(requests):
        assert turns({}, None) == [b"done"]
        time.now += gap
    return time.slept


def test_one_request_after_another_pauses_once_in_each_stretch() -> None:
    slept = served(Time(), work=AFTER_S / 4, gap=0, requests=51)
    assert slept == [PAUSE_S] * 10  # every fifth


def test_a_thread_with_idle_moments_never_waits() -> None:
    assert served(Time(), work=AFTER_S / 4, gap=IDLE_S * 2, requests=50) == []


def test_a_single_slow_request_never_waits() -> None:
    assert served(Time(), work=5.0, gap=IDLE_S * 2, requests=3) == []


def test_a_request_that_fails_ends_too() -> None:
    time = Time()

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        time.now += AFTER_S * 0.6
        raise ValueError("broken")

    turns = Turns(application, now=lambda: time.now, sleep=time.sleep)
    for _ in range(3):
        with pytest.raises(ValueError, match="broken"):
            turns({}, None)
    assert time.slept == [PAUSE_S]


def test_each_thread_counts_its_own_work() -> None:
    time = Time()

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        time.now += AFTER_S * 2
        return []

    turns = Turns(application, now=lambda: time.now, sleep=time.sleep)
    turns({}, None)
    other = Thread(target=turns, args=({}, None))
    other.start()
    other.join()
    assert time.slept == []  # the other thread has only begun
