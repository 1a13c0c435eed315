"""The app that `faust -A streams.app worker` loads."""

from streams.settings import load_settings
from streams.wiring import create_app

app = create_app(load_settings())
