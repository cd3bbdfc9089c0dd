"""Brands that write while agents are at the desk."""

import pytest

from onboarding.database import SessionFactory
from tests.web.desk.brands import Brands


@pytest.fixture
def brands(sessions: SessionFactory) -> Brands:
    return Brands(sessions)
