"""政务服务事项: what a window does for people, the same twelve fields at 区, 市 and 县."""
