"""The API for integrators: JSON below /api/v1, opened by keys and tokens alone, never by a cookie."""
