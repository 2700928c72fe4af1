"""知识库: what the hotline answers with, how it is written, checked, published and outlived."""
