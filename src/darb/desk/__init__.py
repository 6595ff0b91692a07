"""Pages for staff: one module per room, and the composed pages."""
