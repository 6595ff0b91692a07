"""What the desk answered: a page's text, a paper's; and a form sent to it."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse
from pypdf import PdfReader


def html(answer: Any) -> str:
    """A page as it came, with its apostrophes."""
    return answer.content.decode().replace("&#x27;", "'")


def send(client: Client, name: str, *args: Any, **told: Any) -> Any:
    """The answer to a form of the desk that is sent once: to the page of this name."""
    return client.post(reverse(f"desk:{name}", args=args), {**told, "key": str(uuid4())})


def pages(answer: Any) -> list[str]:
    """The text of each page of a PDF that came back."""
    assert answer["Content-Type"] == "application/pdf", html(answer)[:2000]
    return [page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages]


def text(answer: Any) -> str:
    """The text of all its pages, words parted by single spaces."""
    return " ".join(" ".join(pages(answer)).split())
