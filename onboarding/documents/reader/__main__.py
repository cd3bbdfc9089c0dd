"""`python -m onboarding.documents.reader look|read|rows|draw FORMAT PATH SECONDS MEGABYTES` prints facts as JSON.

`look` opens the file and counts its pages, `read` also reads what it says, `rows` prints the cells of a list.
`draw` also takes PAGE, LONGEST_SIDE and TURNED, and prints a picture of the page.
"""

import dataclasses
import json
import resource
import sys
from pathlib import Path
from time import perf_counter

from onboarding.documents.facts import Facts, to_json
from onboarding.names import FileFormat

_BYTES_IN_MEGABYTE = 1024 * 1024
_KIB_IN_MEGABYTE = 1024


def main(mode: str, file_format: str, path: str, seconds: str, megabytes: str, *more: str) -> None:
    started = perf_counter()
    _limit(int(seconds), int(megabytes))
    if mode == "draw":
        _draw(Path(path), FileFormat(file_format), *(int(number) for number in more))
        return
    if mode == "rows":
        from onboarding.documents.reader.rows import rows_of_table

        print(json.dumps(rows_of_table(Path(path), FileFormat(file_format))))
        return
    facts = _facts(Path(path), FileFormat(file_format), reads=mode == "read")
    print(
        to_json(
            dataclasses.replace(
                facts, seconds=round(perf_counter() - started, 2), megabytes=round(_peak_megabytes(), 1)
            )
        )
    )


def _draw(path: Path, file_format: FileFormat, page: int, longest_side: int, turned: int) -> None:
    from onboarding.documents.reader.drawing import drawn_page

    picture = drawn_page(path, file_format, page, longest_side, turned)
    if picture is None:
        sys.exit(1)
    sys.stdout.buffer.write(picture)


def _facts(path: Path, file_format: FileFormat, *, reads: bool) -> Facts:
    # Each format's library is imported only where it is needed: most are slow to import.
    match file_format:
        case FileFormat.PDF:
            from onboarding.documents.reader.pdf import facts_of_pdf

            return facts_of_pdf(path, reads=reads)
        case FileFormat.JPG | FileFormat.PNG:
            from onboarding.documents.reader.picture import facts_of_picture

            return facts_of_picture(path, reads=reads)
        case FileFormat.XLSX | FileFormat.CSV:
            from onboarding.documents.reader.table import facts_of_table

            return facts_of_table(path, file_format)


def _limit(seconds: int, megabytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # macOS does not keep this limit
        most = megabytes * _BYTES_IN_MEGABYTE
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _peak_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / _KIB_IN_MEGABYTE / (1 if sys.platform == "linux" else _KIB_IN_MEGABYTE)


if __name__ == "__main__":
    main(*sys.argv[1:])
