namespace GruGen.Tests.Schedules;

/// <summary>When a learning rate is reduced, by what was measured, as PyTorch and Keras do it.</summary>
public class PlateauTests
{
    private static readonly Dictionary<string, ReduceOnPlateau> s_plateaus = new(StringComparer.Ordinal)
    {
        ["plateau_default"] = new(),
        ["plateau_patience3"] = new() { Factor = 0.5, Patience = 3, Threshold = 0.01, Cooldown = 2, MinLearningRate = 0.001 },
        ["plateau_abs"] = new() { Factor = 0.2, Patience = 5, Threshold = 0.005, IsAbsolute = true },
        ["plateau_max"] = new() { LargerIsBetter = true, Patience = 4, Factor = 0.3 },
        ["plateau_nan"] = new() { Patience = 1, Factor = 0.5 },
        ["plateau_keras"] = new() { Convention = Convention.Keras, MinLearningRate = 0.0005 },
    };

    public static TheoryData<string> Names => [.. s_plateaus.Keys];

    [Fact]
    public void Every_case_is_here() => Assert.Equal(
        ScheduleCase.All.Select(other => other.Name).Where(name => name.StartsWith("plateau", StringComparison.Ordinal)).Order(), s_plateaus.Keys.Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_rates_are_those_of_the_reference(string name)
    {
        ScheduleCase reference = ScheduleCase.ByName(name);
        var state = new PlateauState(s_plateaus[name], reference.Base, s_plateaus[name].LargerIsBetter == true);
        double[] losses = reference.Values("losses"), rates = reference.Values("rates_after");
        for (int i = 0; i < losses.Length; i++)
        {
            Assert.Equal(rates[i], reference.Base * state.Report(losses[i]), 1e-12 * rates[i]);
            state = Again(state, s_plateaus[name], reference.Base); // its four numbers are all of it
        }
    }

    /// <summary>Keras' rules, with a cooldown, written down as <c>ReduceLROnPlateau.on_epoch_end</c> has them.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    public void A_cooldown_is_that_of_Keras(int patience, int cooldown)
    {
        var options = new ReduceOnPlateau { Convention = Convention.Keras, Factor = 0.5, Patience = patience, Cooldown = cooldown, MinLearningRate = 0.01 };
        var state = new PlateauState(options, 1, largerIsBetter: true);
        var random = new RandomSource(4);
        double best = double.NegativeInfinity, rate = 1;
        int wait = 0, left = 0;
        for (int i = 0; i < 200; i++)
        {
            double value = i * 0.01 + random.NextUniform(1);
            if (left > 0)
            {
                left--;
                wait = 0;
            }

            if (value > best + 1e-4)
            {
                best = value;
                wait = 0;
            }
            else if (left <= 0)
            {
                wait++;
                if (wait >= patience && rate > 0.01)
                {
                    rate = Math.Max(rate * 0.5, 0.01);
                    left = cooldown;
                    wait = 0;
                }
            }

            Assert.Equal(rate, state.Report(value), 1e-15);
        }

        Assert.True(rate < 0.1);
    }

    [Fact]
    public void Bad_numbers_are_refused_by_name()
    {
        Assert.Equal("Factor", Assert.Throws<ArgumentOutOfRangeException>(() => new ReduceOnPlateau { Factor = 1 }).ParamName);
        Assert.Equal("Patience", Assert.Throws<ArgumentOutOfRangeException>(() => new ReduceOnPlateau { Patience = -1 }).ParamName);
        Assert.Equal("Threshold", Assert.Throws<ArgumentOutOfRangeException>(() => new ReduceOnPlateau { Threshold = double.NaN }).ParamName);
        Assert.Equal("Cooldown", Assert.Throws<ArgumentOutOfRangeException>(() => new ReduceOnPlateau { Cooldown = -1 }).ParamName);
        Assert.Equal("MinLearningRate", Assert.Throws<ArgumentOutOfRangeException>(() => new ReduceOnPlateau { MinLearningRate = -1 }).ParamName);
    }

    private static PlateauState Again(PlateauState state, ReduceOnPlateau options, double rate) => new(options, rate, options.LargerIsBetter == true)
    {
        Best = state.Best,
        BadCount = state.BadCount,
        CooldownLeft = state.CooldownLeft,
        Factor = state.Factor,
    };
}
