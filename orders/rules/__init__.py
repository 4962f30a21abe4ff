"""What an order is and may become, what needs a reason, and who gets how much when there is too little. Pure."""
