"""Benchmarks: invented data of any size, the real server, and beside each figure the floor of the machine, measured in
the same run with bare means on the same data. `python -m bench` writes bench/results.json; docs/benchmarks.md explains.
"""
