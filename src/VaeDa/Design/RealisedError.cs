namespace VaeDa.Design;

/// <summary>How a network that has grown predicts the observations of stations that were kept out of it.</summary>
/// <param name="Order">The order in which stations were added: <see cref="DesignCheck.ByDesign"/>, <see cref="DesignCheck.Farthest"/> or <see cref="DesignCheck.Random"/>.</param>
/// <param name="Added">How many stations were added.</param>
/// <param name="Expected">The error that the design expects with so many, in the units of the variable; NaN of other orders.</param>
/// <param name="Rmse">The root mean square error by area, in the same units, the observations' own errors included.</param>
/// <param name="Crps">The continuous ranked probability score by area, in the same units.</param>
/// <param name="RmseOfAll">The root mean square error with each observation alike.</param>
/// <param name="CrpsOfAll">The continuous ranked probability score with each observation alike.</param>
/// <param name="Observations">The number of observations that were predicted; of random orders, of all of them.</param>
public sealed record RealisedError(string Order, int Added, double Expected, double Rmse, double Crps, double RmseOfAll, double CrpsOfAll, int Observations);
