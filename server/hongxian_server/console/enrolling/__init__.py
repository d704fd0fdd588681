"""How a new laptop comes in: its kit, its code, the trust of its browser, and what its team's laptops hold."""
