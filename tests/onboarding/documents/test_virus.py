"""What we ask clamd, and what we make of its answers."""

import socket
from pathlib import Path

import pytest

from onboarding.documents.virus import ScannerAway, VirusScanner
from onboarding.settings import SettingInvalid, Settings
from tests.clamd import EICAR, clamd


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "paper.pdf"
    path.write_bytes(b"%PDF-1.7" + bytes(200_000))
    return path


def nobodys_address() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


def test_a_clean_file_is_sent_whole_and_found_clean(paper):
    with clamd() as server:
        assert VirusScanner(server.address).virus_in(paper) is None

    assert server.looked_at == [paper.read_bytes()]


def test_the_test_virus_is_named(tmp_path):
    infected = tmp_path / "eicar.pdf"
    infected.write_bytes(b"%PDF-1.7 " + EICAR)
    with clamd() as server:
        assert VirusScanner(server.address).virus_in(infected) == "Eicar-Test-Signature"


def test_a_scanner_that_does_not_answer_lets_nothing_pass(paper):
    with pytest.raises(ScannerAway):
        VirusScanner(nobodys_address()).virus_in(paper)
    with pytest.raises(ScannerAway):
        VirusScanner("unix:/nowhere/clamd.sock").virus_in(paper)


def test_a_scanner_with_an_error_lets_nothing_pass(paper):
    with clamd() as server:
        server.is_broken = True
        with pytest.raises(ScannerAway, match="size limit"):
            VirusScanner(server.address).virus_in(paper)


def test_a_scanner_that_hangs_is_not_waited_for(paper):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(ScannerAway):
            VirusScanner(f"127.0.0.1:{silent.getsockname()[1]}", seconds_to_wait=0.1).virus_in(paper)


def test_without_a_scanner_nothing_is_asked(paper):
    assert VirusScanner().virus_in(paper) is None


@pytest.mark.parametrize(
    "address", ["localhost:3310", "unix:/run/clamav/clamd.ctl", "[::1]:3310", "10.0.0.3:3310"]
)
def test_an_address_of_a_scanner_is_taken(address):
    assert Settings.from_environment({"CLAMD_ADDRESS": address}).clamd_address == address


@pytest.mark.parametrize("address", ["localhost", "3310", "http://localhost:3310", "unix:clamd"])
def test_any_other_address_is_refused_by_name(address):
    with pytest.raises(SettingInvalid, match="CLAMD_ADDRESS"):
        Settings.from_environment({"CLAMD_ADDRESS": address})
