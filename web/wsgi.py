"""The application object for gunicorn, built from the environment; pages live in their own modules."""

from web.app import build
from workflow.settings import load_settings

application = build(load_settings())
