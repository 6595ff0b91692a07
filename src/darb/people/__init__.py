"""Persons as they told us who they are: names in both scripts, families, stays, documents, consents."""
