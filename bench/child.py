"""A Python process of the benchmark's own, told what to do by one line of JSON, answering by one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any


class Child:
    def __init__(self, module: str, *arguments: str, env: dict[str, str] | None = None) -> None:
        self.module = module
        pipe = subprocess.PIPE
        command = [sys.executable, "-m", module, *arguments]
        self.process = subprocess.Popen(command, env={**os.environ, **(env or {})}, stdin=pipe, stdout=pipe, text=True)

    def __call__(self, **order: Any) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps(order), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.module} ended; what it said is above")
        return json.loads(line)

    def end(self) -> None:
        try:
            self.process.communicate(timeout=10)
        finally:
            self.process.kill()
