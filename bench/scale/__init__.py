"""Scale: several processes, many communities, ever more laptops and records; `python -m bench.scale`."""
