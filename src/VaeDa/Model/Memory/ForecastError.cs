namespace VaeDa.Model.Memory;

/// <summary>Root mean square errors of forecasts by different means, over area and fields, in the units of the variable.</summary>
/// <param name="Variable">The name of the variable.</param>
/// <param name="Step">How many steps ahead.</param>
/// <param name="Forecast">By the transition, from the state of the field so many steps before.</param>
/// <param name="Persistence">The anomaly of that field.</param>
/// <param name="DampedPersistence">The same times the autocorrelation at each place, as it is in the training fields.</param>
/// <param name="Climatology">No anomaly.</param>
/// <param name="Fields">How many fields were forecast.</param>
public sealed record ForecastError(string Variable, int Step, double Forecast, double Persistence, double DampedPersistence, double Climatology, int Fields);
