"""What a place will be asked for: a rate a day for each series, and how much covers so many days of it. Pure numpy; import it where it is used, for numpy and scipy take half a second.

J. D. Croston, Forecasting and stock control for intermittent demands, Operational Research Quarterly 23 (1972) 289–303.
A. A. Syntetos and J. E. Boylan, The accuracy of intermittent demand estimates, International Journal of Forecasting 21 (2005) 303–314.
R. H. Teunter, A. A. Syntetos and M. Z. Babai, Intermittent demand: linking forecasting to inventory obsolescence, European Journal of Operational Research 214 (2011) 606–615.
"""

from orders.rules.forecast.choice import METHODS, Forecasts, forecast
from orders.rules.forecast.quantiles import UNKNOWN, past_quantiles, quantiles
from orders.rules.forecast.rates import Method

__all__ = ["METHODS", "UNKNOWN", "Forecasts", "Method", "forecast", "past_quantiles", "quantiles"]
