"""政务服务事项 in the console: looked up, told and sent, written and judged, compared, taken in."""
