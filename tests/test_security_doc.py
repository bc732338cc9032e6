"""docs/security.md names figures: they are the code's own."""

import re

from accounts.throttle import BOTH
from chat.actions import frames
from chat.actions import perform as actions
from realtime.hub import replays
from realtime.people import consumers as people
from realtime.server import intake, pacing, uploads

from .servers import ROOT

DOC = (ROOT / "docs/security.md").read_text()


def test_every_figure_of_the_security_page_is_the_code_s_own():
    table = DOC.partition("| the server | |\n|---|---|\n")[2].partition("\n\n")[0]
    said = {what: float(figure) for what, figure in re.findall(r"^\| (.+) \| ([\d.]+) \|$", table, re.MULTILINE)}
    every, control, catch_ups = pacing.FRAMES, pacing.CONTROL_FRAMES, replays.CATCH_UPS
    person, report = people.PERSON_RATE, actions.RATES[frames.ReportMessage]
    assert intake.BODY_SECONDS == intake.UNREAD_SECONDS
    assert said == {
        "bytes of a request line, and of one header": intake.MAX_LINE,
        "bytes of a request's head": intake.MAX_HEAD,
        "headers": intake.MAX_HEADERS,
        "bytes of a body, unless staff upload": uploads.MAX_BODY,
        "seconds for a head": intake.HEAD_SECONDS,
        "seconds in which a body or its reader makes progress": intake.BODY_SECONDS,
        "connections that have not asked for anything": intake.MAX_UNASKED,
        f"frames of a socket a second, after {every.burst} at once": every.per_second,
        f"pings and pongs a second, after {control.burst} at once": control.per_second,
        f"catch-ups of an address a second, after {catch_ups.burst} at once": catch_ups.per_second,
        f"actions of a person a second, after {person.burst} at once": person.per_second,
        f"reports of a person at once, and then one in {1 / report.per_second:.0f} seconds": report.burst,
        "attempts to sign in with one name from one address, before the wait doubles": BOTH.free,
    }


def test_every_promise_names_its_test():
    promises = DOC.partition("## Nobody holds")[2].partition("## The OWASP")[0]
    items = re.findall(r"^- .*$", promises, re.MULTILINE)
    assert len(items) > 25
    assert all(re.search(r"\[test_\w+\]\(", item) for item in items)
