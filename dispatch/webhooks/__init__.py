"""推送: what departments' systems are told of their work orders, by Standard Webhooks."""
