"""AWS-shaped events made by the project: for the demo, the tests and the benchmarks."""
