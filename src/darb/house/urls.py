"""Addresses: the desk's, and nothing else yet."""

from django.urls import include, path

urlpatterns = [path("", include("darb.desk.urls"))]
