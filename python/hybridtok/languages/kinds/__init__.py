"""The importers, one file a kind of source. Each is a function ``read(files, pack) -> Found``."""
