"""The service: a terminal command, a REST service and a batch run around one `Digester`. It computes nothing itself."""
