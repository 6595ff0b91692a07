"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from .lifeline import MARK, die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "darb.house.settings")
if MARK in os.environ:  # one of the web server's workers: a killed server must not leave it holding the port
    die_with_parent(int(os.environ[MARK]))
application = get_wsgi_application()
