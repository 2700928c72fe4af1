"""导入他系统工单: another system's tickets become ours."""
