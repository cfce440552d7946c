"""From checked rules to steps over relations."""
