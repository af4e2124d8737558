"""The script that installs Debian packages: tried with commands that only note what they were asked."""

import os
import shutil
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "debian_packages.sh"


def command(folder: Path, name: str, body: str) -> None:
    """A shell command of that name in the folder."""
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)


def run(folder: Path, *packages: str) -> tuple[list[str], str]:
    """What the script had installed of the packages, and what it said."""
    asked = folder / "asked"
    command(folder, "dpkg", "exit 1")
    command(folder, "id", "echo 0")
    note = f'for last; do :; done\necho "$last" >> {asked}'
    command(folder, "apt-get", f'[ "$1" = install ] || exit 0\n{note}\n[ "$last" != refused ]')
    done = subprocess.run(
        [shutil.which("bash") or "bash", SCRIPT, *packages],
        env={"PATH": str(folder), "LANG": os.environ.get("LANG", "C")},
        capture_output=True,
        text=True,
        check=True,
    )
    return asked.read_text().split() if asked.exists() else [], done.stdout


def test_one_package_that_cannot_be_had_does_not_cost_the_others(tmp_path: Path) -> None:
    asked, said = run(tmp_path, "one", "refused", "two")
    assert asked == ["one", "refused", "two"]
    assert said.split("\n") == ["could not install: refused", ""]


def test_a_command_that_is_there_is_not_installed_again(tmp_path: Path) -> None:
    command(tmp_path, "npm", "exit 0")
    asked, said = run(tmp_path, "npm", "wrk")
    assert (asked, said) == (["wrk"], "")
