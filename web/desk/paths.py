"""Where to go next within the desk, and never anywhere else."""

import re

_OF_DESK = re.compile(r"/desk(?:[/?][^\s\\]*)?")
HOME = "/desk"


def desk_path(wanted: str | None) -> str:
    return wanted if wanted and _OF_DESK.fullmatch(wanted) else HOME
