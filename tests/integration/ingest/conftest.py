"""A broker of each kind."""

from collections.abc import Iterator

import pytest

from tests.integration.ingest import brokers


@pytest.fixture(scope="module", params=brokers.KINDS)
def broker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[brokers.AnyBroker]:
    """Both brokers we support, one after the other."""
    made = brokers.make(request.param, tmp_path_factory.mktemp("broker"))
    made.start()
    yield made
    made.stop()
