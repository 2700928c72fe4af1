"""导入导出: every kind of what the hotline knows, as CSV, XLSX or JSON, in one shape."""
