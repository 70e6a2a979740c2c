using System.Collections.Immutable;
using VaeDa.Fields.Grids;

namespace VaeDa.Observations.Networks;

/// <summary>
/// Observations of a known field: its equivalents at a network's places with Gaussian noise. The same seed gives the same
/// observations; gross errors and missing cells leave the noise of the other observations as it was.
/// </summary>
/// <param name="Table">The observations, with the standard deviation of the noise as the error; the variable is named if there are several.</param>
/// <param name="Rejected">The places of the network that were not observed, by their index there, and why.</param>
/// <param name="GrossErrors">The rows of the table that carry a gross error, from 0.</param>
public sealed record PseudoObservations(
    ObservationTable Table, ImmutableArray<RejectedObservation> Rejected, ImmutableArray<int> GrossErrors)
{
    /// <summary>Observes a known field.</summary>
    /// <param name="field">The anomalies, shape (V, H, W), in the units of each variable; NaN where there is no value.</param>
    /// <param name="grid">The grid of the field, H × W cells.</param>
    /// <param name="variables">The names of its variables (V), in their order there.</param>
    /// <param name="network">The places where it is observed.</param>
    /// <param name="spec">The variables that are observed, and with what errors.</param>
    /// <returns>The observations, rounded to some thousandth of their error, and what was not observed.</returns>
    /// <exception cref="InvalidInputException">The spec is out of range or names a variable that the field does not have.</exception>
    public static PseudoObservations Make(
        ReadOnlySpan<float> field, Grid grid, IReadOnlyList<string> variables, Network network, PseudoObservationSpec spec)
    {
        ArgumentNullException.ThrowIfNull(variables);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(spec);
        spec.Validated();
        if (spec.Errors.Keys.FirstOrDefault(name => !variables.Contains(name)) is { } unknown)
        {
            throw new InvalidInputException($"there is no variable '{unknown}' to observe; the field has {string.Join(", ", variables.Select(v => $"'{v}'"))}");
        }

        // One row for each place and variable, the anomaly yet to be filled in; Line is the place's number, from 1.
        var planned = new ObservationTable(network.Places.SelectMany((place, i) =>
            (place.Variable is { } own ? [own] : variables.Where(spec.Errors.ContainsKey)).Select(variable =>
                new Observation(place.Latitude, place.Longitude, 0)
                {
                    Error = place.Error ?? (spec.Errors.TryGetValue(variable, out var error) ? error : null),
                    Variable = variable,
                    Time = spec.Time,
                    Station = place.Station,
                    Line = i + 1,
                })));
        var valid = new bool[field.Length];
        for (var i = 0; i < field.Length; i++)
        {
            valid[i] = !float.IsNaN(field[i]);
        }

        var h = new ObservationOperator(grid, variables, planned, valid);
        var equivalents = h.Apply(field);
        var noise = Draw(new Random(spec.Seed), planned.Count);
        var gross = DrawGrossErrors(new Random(spec.Seed ^ 0x5EED), planned.Count, spec);
        var observations = new List<Observation>(h.Count);
        var rejected = h.Rejected.Select(r => r with { Index = planned.Observations[r.Index].Line - 1 }).ToList();
        var wrong = ImmutableArray.CreateBuilder<int>();
        for (var i = 0; i < h.Count; i++)
        {
            var row = planned.Observations[h.Accepted[i]];
            if (row.Error is not { } error)
            {
                rejected.Add(new RejectedObservation(row.Line - 1, $"no error is given for its variable '{row.Variable}'"));
                continue;
            }

            if (gross[h.Accepted[i]] != 0)
            {
                wrong.Add(observations.Count);
            }

            var anomaly = equivalents[i] + error * (noise[h.Accepted[i]] + gross[h.Accepted[i]]);
            observations.Add(row with
            {
                Anomaly = Rounded(anomaly, error),
                Variable = variables.Count > 1 ? row.Variable : null,
                Line = 0,
            });
        }

        return new PseudoObservations(new ObservationTable(observations), [.. rejected.OrderBy(r => r.Index)], wrong.ToImmutable());
    }

    /// <summary>Observations of several times as one.</summary>
    /// <param name="parts">At least one, of the same network.</param>
    /// <returns>The rows of all, in their order, and the places that some were not made at.</returns>
    public static PseudoObservations Joined(IReadOnlyList<PseudoObservations> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var (wrong, rows) = (ImmutableArray.CreateBuilder<int>(), 0);
        foreach (var part in parts)
        {
            wrong.AddRange(part.GrossErrors.Select(row => row + rows));
            rows += part.Table.Count;
        }

        return new PseudoObservations(
            new ObservationTable(parts.SelectMany(p => p.Table.Observations)), [.. parts.SelectMany(p => p.Rejected).DistinctBy(r => r.Index).OrderBy(r => r.Index)], wrong.ToImmutable());
    }

    private static double[] Draw(Random random, int count)
    {
        var noise = new double[count];
        for (var i = 0; i < count; i++)
        {
            noise[i] = random.NextGaussian();
        }

        return noise;
    }

    private static double[] DrawGrossErrors(Random random, int count, PseudoObservationSpec spec)
    {
        var errors = new double[count];
        for (var i = 0; i < count; i++)
        {
            var (drawn, sign) = (random.NextDouble(), random.Next(2) == 0 ? -1 : 1);
            errors[i] = drawn < spec.GrossErrorFraction ? sign * spec.GrossErrorSize : 0;
        }

        return errors;
    }

    // To some thousandth of the error: far below the noise, and above what rounding differs by between platforms.
    private static double Rounded(double anomaly, double error) =>
        Math.Round(anomaly, Math.Clamp(3 - (int)Math.Floor(Math.Log10(error)), 0, 15));
}
