"""What every request passes: the reader's language, and who is asking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from darb.rules.refusal import Refused
from darb.trust.context import acting
from darb.trust.queries import actor_for
from darb.trust.refusals import note_refusal

from . import door

Next = Callable[[HttpRequest], HttpResponse]


class Language:
    """Speaks the language chosen on this device, else the browser's."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        language = chosen if chosen in known else translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class Asking:
    """Closed by default: nobody passes unknown, and the whole request runs in one transaction that sees
    what this person may see. A refusal undoes everything and becomes a sentence; an error undoes everything.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        request.actor = actor_for(request.user, door.today())
        request.refused = None
        with acting(request.actor):
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        if request.refused is not None:
            note_refusal(request.actor.account_id, timezone.now(), request.resolver_match, request.refused)
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Send whoever isn't signed in to the sign-in page, unless the page is marked `open_to_all`."""
        if request.user.is_authenticated or getattr(view, "open_to_all", False):
            return None
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)

    def process_exception(self, request: Any, error: Exception) -> HttpResponse | None:
        """A refusal that no page caught becomes a page of its own."""
        if not isinstance(error, Refused):
            return None
        transaction.set_rollback(True)
        return door.refusal_page(request, error)
