import gc

from sqlalchemy.orm import Session

from bot import train
from bot.training import NotTrained
from conversations import readiness


def test_once_trained_the_chat_no_longer_says_that_the_assistant_learns(
    session: Session, database_url, monkeypatch
):
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setattr(train, "is_trained", lambda: False)
    monkeypatch.setattr(train, "train", lambda progress: progress("Learning from the examples"))

    assert train.main() == 0
    assert gc.isenabled()

    assert readiness.assistant_phase(session).name == readiness.STARTING


def test_a_training_that_fails_is_told_by_its_exit_code(monkeypatch):
    def fail(_progress):
        raise NotTrained("Training failed.")

    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(train, "is_trained", lambda: False)
    monkeypatch.setattr(train, "train", fail)

    assert train.main() == 1
