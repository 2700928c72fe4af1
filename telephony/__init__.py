"""SIP, media and call records; knows nothing of tickets."""
