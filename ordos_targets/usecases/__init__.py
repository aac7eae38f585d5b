"""One function a command: returns a result, prints nothing."""
