"""Modules are asked for at once, and not one by one as each is read."""

import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template import Context, Template

from realtime.pages.modules import imports_of

TAG = Template("{% load realtime %}{% module 'realtime/live-stream.js' %}")


def test_every_module_that_a_script_needs_is_preloaded_and_each_once():
    html = TAG.render(Context())
    preloads = re.findall(r'<link rel="modulepreload" href="/static/([^"]+)">', html)
    assert "realtime/connection.js" in preloads
    assert "realtime/socket.js" in preloads  # which the first one needs
    assert len(set(preloads)) == len(preloads)
    assert all(finders.find(each) for each in preloads)
    assert html.endswith('<script type="module" src="/static/realtime/live-stream.js"></script>')


def test_imports_are_found_however_they_are_written(tmp_path, monkeypatch):
    files = {
        "app/one.js": 'import "./two.js";\nimport {\n  a,\n  b,\n} from "../other/three.js";\n// from "./no.js"\n',
        "app/two.js": 'export { c } from "./four.js";\nconst text = "import \'./no.js\'";\n',
        "other/three.js": 'import * as one from "../app/one.js";\nimport x from "elsewhere";\n',
        "app/four.js": 'import("./later.js");\n',
    }
    for name, source in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(source)
    monkeypatch.setattr(finders, "find", lambda name: str(Path(tmp_path / name)))
    assert imports_of.__wrapped__("app/one.js") == ["app/two.js", "other/three.js", "app/four.js"]
