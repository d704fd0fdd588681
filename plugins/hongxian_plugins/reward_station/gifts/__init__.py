"""Gifts for points: redeemed offline, given out once at the merchant's counter by a code."""
