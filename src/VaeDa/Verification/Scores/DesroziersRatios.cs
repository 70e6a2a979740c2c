using Microsoft.Data.Analysis;

namespace VaeDa.Verification.Scores;

/// <summary>
/// Whether the errors of the observations and of the analysis are what they are taken to be (Desroziers, Berre, Chapnik and Poli
/// 2005, Q. J. R. Meteorol. Soc. 131, 3385): in a consistent analysis departure × innovation is on average the observation error
/// variance, and (analysis − first guess) × departure the analysis error variance at the observation.
/// </summary>
/// <param name="Observation">
/// The mean of departure × innovation over that of σ_obs²: above 1, σ_obs is larger than was said. A part of the residual that does not
/// reach from an observation to the cells beside it (a nugget, a white error) stays in the departure and counts as
/// observation error.
/// </param>
/// <param name="Analysis">
/// The mean of (analysis − first guess) × departure over that of spread²: above 1, the ensemble is too narrow at the observations.
/// The spread there is interpolated, which between cells is a little more than the interpolated members' own.
/// </param>
public readonly record struct DesroziersRatios(double Observation, double Analysis)
{
    /// <summary>Computes the ratios over the observations of one variable.</summary>
    /// <param name="observations">
    /// The observations as an analysis has them (<see cref="Assimilation.Analysis.Observations"/>). Those that could not be used do not
    /// count; outliers do, for to leave them out would make the errors seem smaller.
    /// </param>
    /// <param name="variable">The name of the variable; rows that name another are passed over.</param>
    /// <returns>The ratios; NaN where there is no observation.</returns>
    public static DesroziersRatios Of(DataFrame observations, string variable)
    {
        ArgumentNullException.ThrowIfNull(observations);
        var named = observations.Columns.IndexOf("variable") >= 0 ? observations["variable"] : null;
        double observation = 0, error = 0, analysis = 0, spread = 0;
        for (var i = 0L; i < observations.Rows.Count; i++)
        {
            if ((named is not null && (string?)named[i] is { } own && own != variable) || Value("departure", i) is not { } departure)
            {
                continue;
            }

            observation += departure * Value("innovation", i)!.Value;
            error += Square(Value("error", i)!.Value);
            analysis += (Value("analysis", i) - Value("first_guess", i))!.Value * departure;
            spread += Square(Value("spread", i)!.Value);
        }

        return new DesroziersRatios(observation / error, analysis / spread);

        double? Value(string column, long row) => (double?)observations[column][row];

        static double Square(double value) => value * value;
    }
}
