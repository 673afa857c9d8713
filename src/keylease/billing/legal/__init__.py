"""The texts that customers accept: the terms of service, and the rules of unsubscription."""
