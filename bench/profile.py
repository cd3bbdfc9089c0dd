"""`python -m bench.profile` shows where the time of a message goes, by the spans that production records.

One message at a time, then four conversations at once; all messages, and the slowest tenth of them.
"""

import asyncio
import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from bench.side_by_side.brand_desk import BrandDesk
from bench.side_by_side.measures import SALES_QUESTION
from bench.side_by_side.subject import GREETING, Running
from conversations import spans

_OUT = Path(__file__).resolve().parent / "out"
_KENJI = "kenji@kumo.example"
_MESSAGES = 200
_CROWD = 4
_PAUSE = 0.02
# Of a message before these everything is still cold: plans, caches, files.
_NOT_COUNTED = 20
_PHASES = (
    spans.RECEIVE,
    spans.WAIT,
    spans.READ,
    spans.UNDERSTAND,
    spans.DIALOGUE,
    spans.ACT,
    spans.WRITE,
    spans.DELIVER,
)
_BETWEEN = "between them"


@dataclass
class Message:
    """Milliseconds of each phase; `total` from its arrival to the answer on the wire."""

    began: float
    total: float
    phases: dict[str, float] = field(default_factory=dict)


def main() -> int:
    with TemporaryDirectory(dir=_out()) as folder:
        for title, crowd in (("one message at a time", 1), (f"{_CROWD} conversations at once", _CROWD)):
            traces = Path(folder) / f"traces-{crowd}"
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(_talk(Path(folder) / "data", traces, crowd))
            _print(title, sorted(_messages(traces), key=lambda message: message.began)[_NOT_COUNTED:])
    return 0


async def _talk(data_dir: Path, traces: Path, crowd: int) -> None:
    brand_desk = BrandDesk(data_dir, TRACES_DIR=str(traces))
    async with brand_desk.started(1) as running:
        await asyncio.gather(*(_converse(brand_desk, running, crowd) for _ in range(crowd)))


async def _converse(brand_desk: BrandDesk, running: Running, crowd: int) -> None:
    async with (
        brand_desk.signed_in_as(_KENJI).conversation(running) as kenji,
        brand_desk.conversation(running) as visitor,
    ):
        for number in range(_MESSAGES // crowd):
            await asyncio.sleep(_PAUSE)
            await (kenji.ask(SALES_QUESTION) if number % 2 else visitor.ask(GREETING))


def _messages(traces: Path) -> Iterator[Message]:
    by_trace: dict[str, list[dict[str, object]]] = defaultdict(list)
    for file in traces.glob("*.jsonl"):
        for line in file.read_text(encoding="utf-8").splitlines():
            kept = json.loads(line)
            by_trace[kept["context"]["trace_id"]].append(kept)
    for found in by_trace.values():
        message = _message(
            [(str(kept["name"]), _at(kept["start_time"]), _at(kept["end_time"])) for kept in found]
        )
        if message is not None:
            yield message


def _message(found: list[tuple[str, float, float]]) -> Message | None:
    """None for what was not answered while somebody listened."""
    written = max((end for name, _, end in found if name == spans.WRITE), default=None)
    received = min((start for name, start, _ in found if name == spans.RECEIVE), default=None)
    delivered = min(
        (end for name, start, end in found if name == spans.DELIVER and written and start >= written),
        default=None,
    )
    if written is None or received is None or delivered is None:
        return None
    phases = dict.fromkeys(_PHASES, 0.0)
    for name, start, end in found:
        if name in phases and end <= delivered and (name != spans.DELIVER or start >= written):
            phases[name] += end - start
    total = delivered - received
    return Message(received, total, phases | {_BETWEEN: total - sum(phases.values())})


def _at(moment: object) -> float:
    return datetime.fromisoformat(str(moment)).timestamp() * 1000


def _print(title: str, messages: list[Message]) -> None:
    slowest = sorted(messages, key=lambda message: message.total)[-len(messages) // 10 :]
    print(f"\n{title}: {len(messages)} messages, milliseconds")
    print(f"{'':20} {'p50':>7} {'p95':>7} {'mean':>7} {'mean of the slowest tenth':>27}")
    for phase in (*_PHASES, _BETWEEN):
        of_all = [message.phases[phase] for message in messages]
        _print_row(phase, of_all, [message.phases[phase] for message in slowest])
    _print_row("total", [message.total for message in messages], [message.total for message in slowest])


def _print_row(name: str, of_all: list[float], of_slowest: list[float]) -> None:
    p50, p95 = statistics.median(of_all), statistics.quantiles(of_all, n=20)[-1]
    means = f"{statistics.fmean(of_all):7.1f} {statistics.fmean(of_slowest):27.1f}"
    print(f"{name:20} {p50:7.1f} {p95:7.1f} {means}")


def _out() -> Path:
    _OUT.mkdir(parents=True, exist_ok=True)
    return _OUT


if __name__ == "__main__":
    sys.exit(main())
