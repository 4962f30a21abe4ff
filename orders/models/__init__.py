"""The tables of orders, of what is sent for them, and of what should be ordered."""

from orders.models.orders import Order, OrderEvent, OrderLine, Shipment, ShipmentLine, StandingOrder
from orders.models.reorder import Forecast, Proposal, ReorderRule

__all__ = ["Forecast", "Order", "OrderEvent", "OrderLine", "Proposal", "ReorderRule", "Shipment", "ShipmentLine", "StandingOrder"]
