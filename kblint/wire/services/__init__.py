"""Services to the pods behind them, and the ingress controllers among those."""
