"""Laptops, a hub and a desk for the tests of a plugin, on real files and a real socket.

`pip install 'hongxian[testing]'` brings the fixtures `laptop`, `hub`, `neighbourhood` and `desk` to pytest.
"""

from hongxian_testing.clock import Clock
from hongxian_testing.desk import Desk, Page
from hongxian_testing.laptop import Laptop
from hongxian_testing.neighbourhood import Neighbourhood
from hongxian_testing.told import in_both, refusing

__all__ = ["Clock", "Desk", "Laptop", "Neighbourhood", "Page", "in_both", "refusing"]
