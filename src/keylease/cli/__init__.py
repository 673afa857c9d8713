"""The command line: starts servers, or talks to the data directory."""
