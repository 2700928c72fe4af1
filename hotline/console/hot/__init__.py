"""热点预警 as pages: what is hot, and the one alert on which somebody decides."""
