"""The broker's own process: `python -m app.embedded.serve_broker broker.toml`."""

import logging
import sys

import iotcore


def main() -> None:
    """Serve until killed; rumqttd has no other end."""
    logging.basicConfig(level="WARNING", format="level=%(levelname)s event=%(message)r")
    # rumqttd logs each packet as an error of its tracing spans.
    logging.getLogger("rumqttd").setLevel(logging.CRITICAL)
    iotcore.IotCoreBroker(config_path=sys.argv[1]).run_forever()


if __name__ == "__main__":
    main()
