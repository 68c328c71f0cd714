"""HTTP and WebSocket routes, one module per screen; no logic of their own."""
