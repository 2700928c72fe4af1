"""通报、整改通知书、约谈: letters to departments, each with its clocks."""
