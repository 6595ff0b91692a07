"""What happens after what: one dictionary, and the worker's jobs."""
