"""诉求人的个人信息: what is kept of a requester, who saw it, and how it is corrected and erased."""
