from tests.web.conftest import server, settings, visitor  # noqa: F401
