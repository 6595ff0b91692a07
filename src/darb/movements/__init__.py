"""Who leaves when: flights, manifests, boarding, arrival, handover."""
