"""What many tests lean on: engines, the house under test, factories."""
