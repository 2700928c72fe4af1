"""附件: what people and departments' systems send as files, examined before anything is kept."""
