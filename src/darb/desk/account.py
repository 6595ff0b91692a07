"""Signing in and out, and choosing a language."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import views
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from .door import open_to_all

sign_in = open_to_all(
    views.LoginView.as_view(template_name="registration/login.html", redirect_authenticated_user=True)
)
sign_out = views.LogoutView.as_view()


@open_to_all
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language on this device and go back to the page."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86400, samesite="Lax", httponly=True)
    return response
