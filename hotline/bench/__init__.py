"""What the product can bear, measured with its own code on data of its own."""
