"""`python -m bench.side_by_side` measures Brand Desk beside stock Rasa: five rounds, in turn, medians."""

import argparse
import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from bench.side_by_side import measures, report
from bench.side_by_side.brand_desk import BrandDesk
from bench.side_by_side.measures import Figures
from bench.side_by_side.rows import ROWS, result
from bench.side_by_side.stock_rasa import StockMissing, StockRasa
from bench.side_by_side.subject import GREETING, Running, Subject

_OUT = Path(__file__).resolve().parent.parent / "out"
_KENJI = "kenji@kumo.example"
_MOST_WORKERS = 2


def main() -> int:
    options = _options()
    # On the disk, where a database would be, not in memory.
    _OUT.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=_OUT) as folder:
        bench = SideBySide(BrandDesk(Path(folder) / "data"), _stock(options))
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(bench.run(options.rounds, options.train))
    results = [result(row, bench.stock_figures, bench.figures) for row in ROWS]
    print(report.table(results))
    report.write_json(results, _OUT / "latest.json")
    report.draw(results, _OUT / "latest.svg")
    missed = [found["name"] for found in results if found["met"] is False]
    return 1 if missed else 0


class SideBySide:
    def __init__(self, ours: BrandDesk, stock: StockRasa | None) -> None:
        self._ours = ours
        self._stock = stock
        self.figures: Figures = measures.new_figures()
        self.stock_figures: Figures = measures.new_figures()

    async def run(self, rounds: int, trainings: int) -> None:
        for number in range(trainings):
            _tell(f"training {number + 1} of {trainings}")
            self._train()
        await self._set_up()
        for number in range(rounds):
            _tell(f"round {number + 1} of {rounds}")
            if self._stock is not None:
                await self._round_of_stock(self._stock)
            await self._round_of_ours()

    def _train(self) -> None:
        if self._stock is not None:
            self.stock_figures["training"].append(self._stock.train())
            self.stock_figures["disk"].append(self._stock.disk_mb())
        self.figures["training"].append(self._ours.train())
        self.figures["disk"].append(self._ours.disk_mb())

    async def _set_up(self) -> None:
        """The first start of all makes the database, which later ones find."""
        async with self._ours.started(1):
            pass

    async def _round_of_stock(self, stock: StockRasa) -> None:
        figures = self.stock_figures
        async with stock.started(1) as running:
            figures["start until the assistant answers"].append(running.seconds_to_answer)
            await _with_one_worker(stock, running, figures)

    async def _round_of_ours(self) -> None:
        ours, figures = self._ours, self.figures
        async with ours.started(1) as running:
            figures["start until the site answers"].append(running.seconds_to_site or 0.0)
            figures["start until the assistant answers"].append(running.seconds_to_answer)
            kenji, row = ours.signed_in_as(_KENJI), "answer from the database"
            await measures.reply_times(kenji, running, measures.SALES_QUESTION, row, figures)
            await _with_one_worker(ours, running, figures)
        async with ours.started(_MOST_WORKERS) as running:
            for crowd in measures.CROWDS:
                await measures.throughput(ours, running, crowd, _MOST_WORKERS, figures)


async def _with_one_worker(subject: Subject, running: Running, figures: Figures) -> None:
    await measures.reply_times(subject, running, GREETING, "greeting", figures)
    for crowd in measures.CROWDS:
        await measures.throughput(subject, running, crowd, 1, figures)
    await measures.long_conversation(subject, running, figures)
    measures.memory(running, figures)


def _stock(options: argparse.Namespace) -> StockRasa | None:
    if options.without_stock:
        return None
    stock = StockRasa(_OUT / "stock-project", options.uv)
    try:
        _tell("installing stock Rasa")
        stock.install()
    except StockMissing as missing:
        _tell(f"Without stock Rasa, so without its column and the ratios: {missing}.")
        return None
    return stock


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.side_by_side", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--train", type=int, default=1, metavar="TIMES", help="how often both are trained")
    parser.add_argument("--uv", default="uv", help="the uv that installs stock Rasa")
    parser.add_argument("--without-stock", action="store_true", help="measure Brand Desk alone")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
