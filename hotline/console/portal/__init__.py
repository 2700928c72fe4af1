"""The department's portal, as one door: every page of `/portal/`."""
