"""热点预警: places and matters that are asked about more than their season explains."""
