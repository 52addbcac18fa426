"""The image: the steps of deploy/Dockerfile followed in Debian trees, and an alarm taken in the
console of what came out, with the deployment's own commands and real servers. With the package
registries, root and a Chromium: for `make proofs`.

Broken on purpose by leaving out the COPY of static/vendor (the build stops and says what is
missing) or by copying it after the wheel is made (the console asks for a file that is not there).
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from app.access.mosquitto_access import MosquittoAccess
from store.db import open_pool
from tests.district import build_district
from tests.integration.deploy.test_compose import press
from tests.proofs.test_wheel import logged_in
from tests.servers import Mosquitto
from tests.servers.fixtures import empty_database, real_broker
from tests.servers.image import Image
from tests.servers.installation import Installation
from tests.servers.process import CannotRunError

pytestmark = pytest.mark.timeout(1800)
PASSWORD = "correct horse battery"

database_url = pytest.fixture(scope="module")(empty_database)
broker = pytest.fixture(scope="module")(real_broker)


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    folder = Path(tempfile.mkdtemp(prefix="anxin-image-"))
    folder.chmod(0o755)  # the image's user must get through
    try:
        yield Image(folder)
    except CannotRunError as reason:
        pytest.skip(str(reason))
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def installation(
    image: Image, tmp_path: Path, database_url: str, broker: Mosquitto
) -> Iterator[Installation]:
    made = Installation(tmp_path, database_url, broker, image=image)
    yield made
    made.stop()


def test_an_alarm_is_taken_in_the_console_of_the_image(
    installation: Installation, broker: Mosquitto, database_url: str, browser: Browser
) -> None:
    installation.run("migrate")
    with open_pool(database_url, size=1) as pool, pool.connection() as conn:
        build_district(conn, now=datetime.now(UTC))
    with MosquittoAccess(broker.admin_url) as access:
        access.add_hub("H0001", "secret-of-the-hub")
    password = installation.folder / "sim" / "password"
    password.write_text(PASSWORD)
    installation.run(
        "api",
        "user",
        "add",
        "operator",
        "--role",
        "operator",
        "--name",
        "Li",
        "--password-file",
        str(password),
    )
    try:
        installation.start("ingest-1", "alerts-1", "api")
        page = logged_in(browser, installation.address, PASSWORD)
        press(broker)
        expect(page.locator("#part-waiting .row")).to_have_count(1)
        page.keyboard.press("j")
        page.locator("#pane [data-action=acknowledge]").click()
        expect(page.locator(".part.hand .row")).to_have_count(1)
    except BaseException:
        print(installation.logs())
        raise


def test_without_a_command_the_image_says_what_it_can_do(image: Image) -> None:
    command = image.command([*image.entrypoint, *image.default], {})
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "ingest" in done.stdout
    assert "migrate" in done.stdout
