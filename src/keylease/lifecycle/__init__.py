"""What happens because time passed or an order was paid: the one place where money meets keys."""
