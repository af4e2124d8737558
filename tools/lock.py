"""Write requirements.txt and requirements-dev.txt: exact versions with hashes, no addresses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# Locked with hashes; made by `make lock` from pyproject.toml.\n"


def compile_lock(target: str, *extra: str) -> None:
    command = ["uv", "pip", "compile", "--quiet", "--generate-hashes", "--no-emit-index-url", "--no-header",
               "--no-annotate", "--python-version", "3.11", *extra, "pyproject.toml"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    (ROOT / target).write_text(HEADER + done.stdout)


def main() -> int:
    compile_lock("requirements.txt")
    compile_lock("requirements-dev.txt", "--extra", "dev", "--constraint", "requirements.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
