"""Finds a Chromium for the browser tests, or installs one: Playwright's own, else Debian's."""

import os
import shutil
import subprocess
import sys

_DEBIAN = [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]]


def chromium() -> str | None:
    """The path of a Chromium on this machine; None lets Playwright use its own."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def main() -> int:
    if chromium() or _playwright_has_one():
        return 0
    if (
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode
        == 0
    ):
        return 0
    for command in _DEBIAN:
        subprocess.run(command, check=True)
    return 0


def _playwright_has_one() -> bool:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return os.path.exists(playwright.chromium.executable_path)


if __name__ == "__main__":
    sys.exit(main())
