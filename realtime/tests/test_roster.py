"""A room's clock: when a process is taken to be gone, and a list to be current."""

from math import inf

import pytest

from realtime.people.roster import EXPIRE, REFRESH, SETTLE, SILENCE, Roster


class Minutes:
    """A room that is told the time; `b` is another process, whose last word was at 0."""

    def __init__(self):
        self.room = Roster(echoed=0.0)
        self.room.hear("b", {2: {"name": "Bob"}}, 0.0)

    def echo(self, *times):
        for now in times:
            self.room.echo(now)
        return set(self.room.elsewhere)


def test_a_process_is_right_within_5_seconds_of_anothers_end():
    """Its echo may come just before the other would be forgotten, and a frame takes a moment."""
    assert EXPIRE + REFRESH + SETTLE < 5


def test_two_announcements_may_get_lost():
    assert Minutes().echo(0.5, 1.5, 2.5, 3.2) == {"b"}
    assert Minutes().echo(0.5, 1.5, 2.5, 3.6) == set()


def test_frequent_echoes_do_not_make_time_pass_faster():
    assert Minutes().echo(*(number / 100 for number in range(350))) == {"b"}


@pytest.mark.parametrize("outage", [2, 3, 60, 3600])
def test_after_an_outage_of_any_length_a_process_has_time_to_be_heard(outage):
    minutes = Minutes()
    assert minutes.echo(0.9, 0.9 + outage, 1.9 + outage) == {"b"}
    assert minutes.echo(2.9 + outage, 3.9 + outage) == set()


def test_a_list_is_current_again_when_those_who_left_during_an_outage_are_off_it():
    room = Roster(echoed=0.0)
    assert b"true" in room.frames(SILENCE).anyone
    assert b"false" in room.frames(SILENCE + 0.1).anyone
    room.echo(60.0)
    assert b"false" in room.frames(60.0).anyone
    for number in range(4):
        room.echo(61.0 + number)
    assert b"true" in room.frames(60.0 + EXPIRE).anyone


def test_a_room_that_never_heard_itself_is_not_current():
    room = Roster(echoed=-inf)
    assert b"false" in room.frames(0.0).anyone
    room.echo(0.5)
    assert b"false" in room.frames(0.5).anyone
    room.echo(1.5)
    room.echo(2.5)
    room.echo(3.5)
    assert b"true" in room.frames(0.5 + EXPIRE).anyone
