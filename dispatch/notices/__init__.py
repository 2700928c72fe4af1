"""告知: what requesters and staff are owed in writing, and its ways out."""
