"""Addresses of the desk. Each room's pages stand in a module of their own."""

from __future__ import annotations

from django.urls import path

from . import account, home

app_name = "desk"

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", account.sign_in, name="sign-in"),
    path("sign-out/", account.sign_out, name="sign-out"),
    path("language/", account.set_language, name="set_language"),
]
