"""Token buckets: a burst, then a rate; all or none; nothing is kept of those who keep within it."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.hub import Rate, address_key, limits
from realtime.hub.limits import Limits

PERSON, ADDRESS = ("send", "person", 5), ("send", "address", "192.0.2.1")
RATE = Rate(per_second=2, burst=3)
waiting_times = st.lists(st.floats(0, 3), min_size=1, max_size=60)
rates = st.builds(Rate, st.floats(0.01, 100), st.floats(1, 20))


class Clock:
    """Stands still, at a time as a machine has it that is up for months, until it is set forward."""

    def __init__(self):
        self.now = 10_000_000.1

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def limited(clock):
    return Limits(clock)


def take(limited, times, key=PERSON, rate=RATE):
    return [limited.take({key: rate}) for _ in range(times)]


def test_a_burst_is_taken_at_once_and_then_the_wait_is_told(limited):
    assert take(limited, 3) == [0, 0, 0]
    assert take(limited, 2) == pytest.approx([0.5, 0.5])


def test_who_waits_as_told_may_take_one_and_no_more(limited, clock):
    take(limited, 3)
    clock.now += limited.take({PERSON: RATE})
    assert take(limited, 2) == pytest.approx([0, 0.5])


def test_the_wait_shrinks_as_time_passes(limited, clock):
    take(limited, 3)
    clock.now += 0.4
    assert limited.take({PERSON: RATE}) == pytest.approx(0.1)
    clock.now += 0.099
    assert limited.take({PERSON: RATE}) == pytest.approx(0.001)


def test_a_bucket_holds_no_more_than_its_burst_however_long_it_rests(limited, clock):
    take(limited, 3)
    clock.now += 3600
    assert take(limited, 4) == pytest.approx([0, 0, 0, 0.5])


@given(waiting_times, rates)
def test_no_span_of_time_sees_more_than_the_burst_and_the_rate_allow(pauses, rate):
    clock = Clock()
    limited, taken = Limits(clock), []
    for pause in pauses:
        clock.now += pause
        if limited.take({PERSON: rate}) == 0:
            taken.append(clock.now)
    for first, start in enumerate(taken):
        for last, end in enumerate(taken[first:], first):
            assert last - first + 1 <= rate.burst + (end - start + 1e-5) * rate.per_second


@given(waiting_times, rates)
def test_a_wait_is_never_refused_again(pauses, rate):
    clock = Clock()
    limited = Limits(clock)
    for pause in pauses:
        clock.now += pause
        if wait := limited.take({PERSON: rate}):
            assert 0 < wait <= 1 / rate.per_second + 1e-5
            clock.now += wait
            assert limited.take({PERSON: rate}) == 0


def test_keys_have_buckets_of_their_own(limited):
    assert take(limited, 4)[-1] > 0
    assert take(limited, 4, key=("send", "person", 6))[:3] == [0, 0, 0]
    assert take(limited, 4, key=("report", "person", 5))[:3] == [0, 0, 0]


def test_who_is_refused_by_one_bucket_takes_from_none(limited, clock):
    both = {PERSON: Rate(1, 1), ADDRESS: Rate(1, 2)}
    assert limited.take(both) == 0
    assert [limited.take(both) for _ in range(5)] == pytest.approx([1] * 5)
    assert take(limited, 2, ADDRESS, both[ADDRESS]) == pytest.approx([0, 1])


def test_the_longest_wait_is_told_whichever_comes_first(limited):
    both = {PERSON: Rate(0.1, 1), ADDRESS: Rate(1, 1)}
    limited.take(both)
    assert limited.take(both) == pytest.approx(10)
    assert limited.take(dict(reversed(both.items()))) == pytest.approx(10)


def test_no_bucket_is_no_limit(limited):
    assert limited.take({}) == 0


def test_a_rate_that_the_clock_cannot_tell_is_no_limit(limited):
    endless = Rate(per_second=1e12, burst=1)
    assert {limited.take({PERSON: endless, ADDRESS: endless}) for _ in range(100)} == {0}


def test_time_passes_by_itself():
    limited, quick = Limits(), Rate(per_second=1000, burst=1)
    limited.take({PERSON: quick})
    while wait := limited.take({PERSON: quick}):
        assert wait <= 0.001 + limits.TOLERANCE


def test_threads_take_no_more_together_than_one_alone(limited):
    class Slow(dict):
        def items(self):
            time.sleep(0.001)  # another thread's turn, in the middle of a take
            return super().items()

    def take_ten(number):
        return sum(limited.take(Slow({PERSON: Rate(per_second=1, burst=20)})) == 0 for _ in range(10))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(take_ten, range(4))) == 20


def test_full_buckets_are_forgotten_as_others_take(limited, clock):
    for number in range(1000):
        limited.take({("send", "person", number): RATE})
    clock.now += 0.6  # each is full again
    for number in range(500):
        limited.take({("send", "address", number): RATE})
    assert not any("person" in key for key in limited.full_at)


def test_a_flood_of_strangers_leaves_no_more_than_twice_those_of_the_last_moments(limited, clock):
    """Each bucket is full again after half a second, in which a hundred others come."""
    sizes = []
    for number in range(5000):
        clock.now += 0.005
        limited.take({("send", "address", number): RATE})
        sizes.append(len(limited.full_at))
    assert max(sizes) <= 202


def test_a_bucket_that_stays_empty_for_long_does_not_keep_those_behind_it(limited, clock):
    limited.take({PERSON: Rate(per_second=1 / 3600, burst=1)})
    for number in range(1000):
        clock.now += 1
        limited.take({("send", "address", number): RATE})
    assert len(limited.full_at) <= 4
    assert PERSON in limited.full_at


def test_an_empty_bucket_is_remembered_through_the_sweeps(limited, clock):
    take(limited, 3)
    for number in range(100):
        limited.take({("send", "address", number): RATE})
    assert limited.take({PERSON: RATE}) == pytest.approx(0.5)


def test_who_is_refused_leaves_no_trace(limited):
    take(limited, 3)
    for number in range(10):
        assert limited.take({PERSON: RATE, ("send", "address", number): RATE}) > 0
    assert list(limited.full_at) == [PERSON]


def test_there_are_never_more_buckets_than_the_maximum(limited, monkeypatch):
    monkeypatch.setattr(limits, "MAX_BUCKETS", 50)
    for number in range(500):
        assert limited.take({("send", "person", number): RATE, ("send", "address", number): RATE}) == 0
        assert len(limited.full_at) <= 50


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),  # IPv4 on a socket that takes both
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:DB8:1:2::9", "2001:db8:1:2::"),
        ("2001:db8:1:3::9", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("::1", "::"),
    ],
)
def test_an_address_is_limited_by_what_one_client_has(host, key):
    assert address_key(host) == key


@pytest.mark.parametrize(
    "host", [None, "", "unix:", "/run/app.sock", "testclient", "1.2.3", "1.2.3.4.5", "2001::%", "٣"]
)
def test_what_is_no_address_has_no_key(host):
    assert address_key(host) is None


@given(st.text())
def test_junk_never_fails(host):
    address_key(host)
