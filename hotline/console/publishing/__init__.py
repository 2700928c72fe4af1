"""公开: releases of open data, and who may take what is given on application."""
