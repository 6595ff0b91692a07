"""Plain Python, no Django: words, refusals, windows of dates, the pathway language, readiness."""
