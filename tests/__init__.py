"""The tests of Planløp; each folder tests the package of its name."""
