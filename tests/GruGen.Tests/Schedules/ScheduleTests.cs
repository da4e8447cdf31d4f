namespace GruGen.Tests.Schedules;

/// <summary>Schedules against what PyTorch gives, and their edges.</summary>
public class ScheduleTests
{
    private static readonly Dictionary<string, LearningRateSchedule> s_schedules = new(StringComparer.Ordinal)
    {
        ["step"] = new StepSchedule(30),
        ["multi_step"] = new MultiStepSchedule([40, 90, 91, 150], 0.5),
        ["exponential"] = new ExponentialSchedule(0.97),
        ["polynomial_power1.0"] = new PolynomialSchedule(150),
        ["polynomial_power2.0"] = new PolynomialSchedule(200) { Power = 2 },
        ["cosine_200"] = new CosineSchedule(200),
        ["cosine_50"] = new CosineSchedule(50) { Minimum = 0.001 },
        ["cosine_restarts_40_1"] = new CosineRestartsSchedule(40),
        ["cosine_restarts_20_2"] = new CosineRestartsSchedule(20) { Growth = 2, Minimum = 0.002 },
        ["one_cycle"] = new OneCycleSchedule(1, 201),
        ["one_cycle_linear"] = new OneCycleSchedule(1, 201) { RisingPart = 0.4, IsLinear = true },
        ["one_cycle_three_phase"] = new OneCycleSchedule(1, 201) { HasThreePhases = true, StartDivisor = 10, EndDivisor = 100 },
        ["linear_warmup"] = new WarmUpSchedule(20) { StartFactor = 0.1 },
        ["warmup_cosine"] = new WarmUpSchedule(20) { StartFactor = 0.1 }.Then(new CosineSchedule(180) { Minimum = 0.001 }, after: 20),
        ["warmup_then_step"] = new WarmUpSchedule(20) { StartFactor = 0.1 }.Then(new StepSchedule(40, 0.5), after: 20),
        ["constant_then_full"] = new ConstantSchedule(0.3333, 5),
        ["cyclic_triangular"] = new CyclicSchedule(0.01, 0.1, 15) { FallingSteps = 25 },
        ["cyclic_triangular2"] = new CyclicSchedule(0.01, 0.1, 15) { FallingSteps = 25, CycleFactor = 0.5 },
        ["cyclic_exp_range"] = new CyclicSchedule(0.01, 0.1, 15) { FallingSteps = 25, StepFactor = 0.99 },
        ["noam"] = new NoamSchedule(64, 30),
        ["inverse_time"] = new InverseTimeSchedule(0.05),
    };

    public static TheoryData<string> Names => [.. s_schedules.Keys];

    [Fact]
    public void Every_case_is_here_or_among_the_plateaus() => Assert.Equal(
        ScheduleCase.All.Select(other => other.Name).Where(name => !name.StartsWith("plateau", StringComparison.Ordinal)).Order(), s_schedules.Keys.Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_rates_are_those_of_the_reference(string name)
    {
        ScheduleCase reference = ScheduleCase.ByName(name);
        LearningRateSchedule schedule = s_schedules[name];
        double[] rates = reference.Values("rates");
        Assert.Equal(200, rates.Length);
        for (int i = rates.Length - 1; i >= 0; i--) // in any order
        {
            AssertClose(rates[i], schedule.RateAt(i, reference.Base));
        }

        if (reference.Has("momenta"))
        {
            double[] momenta = reference.Values("momenta");
            Assert.True(schedule.SetsMomentum);
            Assert.All(momenta, (momentum, i) => AssertClose(momentum, schedule.MomentumAt(i)!.Value));
        }
    }

    [Fact]
    public void A_cosine_stays_at_its_end_where_it_is_told_to()
    {
        var schedule = new CosineSchedule(50) { Minimum = 0.01 };
        Assert.Equal(0.1, schedule.RateAt(100, 0.1), 1e-15);
        Assert.Equal(schedule.RateAt(17, 0.1), schedule.RateAt(1_000_017, 0.1));
        schedule = schedule with { StaysAtEnd = true };
        Assert.Equal(0.055, schedule.RateAt(25, 0.1), 1e-15);
        Assert.All([50L, 51, 99, 100, long.MaxValue], step => Assert.Equal(0.01, schedule.RateAt(step, 0.1)));
    }

    /// <summary>
    /// Keras' <c>CosineDecayRestarts</c> with t_mul and m_mul: the period of a step by its equation, floor(log(1 − s·(1 − t))/log t).
    /// </summary>
    [Fact]
    public void Restarts_may_grow_by_any_factor_and_fall()
    {
        var schedule = new CosineRestartsSchedule(10) { Growth = 1.5, PeakFactor = 0.8 };
        for (int step = 0; step < 300; step++)
        {
            double done = step / 10.0, i = Math.Floor(Math.Log(1 - (done * (1 - 1.5))) / Math.Log(1.5)), sum = (1 - Math.Pow(1.5, i)) / (1 - 1.5);
            double expected = 0.5 * Math.Pow(0.8, i) * (1 + Math.Cos(Math.PI * (done - sum) / Math.Pow(1.5, i)));
            Assert.Equal(0.1 * expected, schedule.RateAt(step, 0.1), 1e-12);
        }

        Assert.Equal(new CosineRestartsSchedule(7).RateAt(3, 1), new CosineRestartsSchedule(7).RateAt(3 + (7_000_000_000_000L * 7), 1));
    }

    [Fact]
    public void Others_are_those_of_Keras()
    {
        Assert.Equal(0.1 * Math.Pow(0.9, 2.5), new ExponentialSchedule(0.9, steps: 4).RateAt(10, 0.1), 1e-15);
        Assert.Equal(0.1 / (1 + (0.5 * 10 / 4)), new InverseTimeSchedule(0.5, steps: 4).RateAt(10, 0.1), 1e-15);
        Assert.Equal(0.01 + (0.09 * Math.Sqrt(0.75)), new PolynomialSchedule(40) { Power = 0.5, Minimum = 0.01 }.RateAt(10, 0.1), 1e-15);
        Assert.Equal(0.01, new PolynomialSchedule(40) { Minimum = 0.01 }.RateAt(41, 0.1));
    }

    [Fact]
    public void A_sequence_counts_the_steps_of_each_from_its_start()
    {
        LearningRateSchedule three = new ConstantSchedule(0.1).Then(new ExponentialSchedule(0.5), after: 3).Then(new ConstantSchedule(2), after: 6);
        Assert.Equal([0.1, 0.1, 0.1, 1, 0.5, 0.25, 2, 2], Enumerable.Range(0, 8).Select(step => three.RateAt(step, 1)));
        Assert.False(three.SetsMomentum);

        LearningRateSchedule then = new ConstantSchedule(0.1).Then(new OneCycleSchedule(1, 10), after: 2);
        Assert.True(then.SetsMomentum);
        Assert.Null(then.MomentumAt(1));
        Assert.Equal(0.95, then.MomentumAt(2)!.Value, 1e-15);
        Assert.Equal(new OneCycleSchedule(1, 10).RateAt(4, 0), then.RateAt(6, 0));
    }

    [Fact]
    public void One_cycle_stays_at_its_end()
    {
        var schedule = new OneCycleSchedule(1, 10);
        Assert.Equal(1 / 25e4, schedule.RateAt(9, 0.5), 1e-18);
        Assert.Equal(schedule.RateAt(9, 0.5), schedule.RateAt(1000, 0.5));
        Assert.Null((schedule with { CyclesMomentum = false }).MomentumAt(3));
        Assert.All(Enumerable.Range(0, 12), step => Assert.True(double.IsFinite(new OneCycleSchedule(1, 10) { RisingPart = 0.1 }.RateAt(step, 0.5))));
    }

    [Fact]
    public void A_cycle_takes_the_momentum_the_other_way()
    {
        var schedule = new CyclicSchedule(0.1, 0.5, 4);
        Assert.Equal([0.9, 0.875, 0.85, 0.825, 0.8, 0.825, 0.85, 0.875, 0.9], Enumerable.Range(0, 9).Select(step => Math.Round(schedule.MomentumAt(step)!.Value, 12)));
        Assert.Equal([0.1, 0.2, 0.3, 0.4, 0.5, 0.4, 0.3, 0.2, 0.1], Enumerable.Range(0, 9).Select(step => Math.Round(schedule.RateAt(step, 7), 12)));
        Assert.False((schedule with { CyclesMomentum = false }).SetsMomentum);
    }

    [Fact]
    public void Bad_numbers_are_refused_by_name()
    {
        Assert.Equal("steps", Assert.Throws<ArgumentOutOfRangeException>(() => new StepSchedule(0)).ParamName);
        Assert.Equal("factor", Assert.Throws<ArgumentOutOfRangeException>(() => new StepSchedule(1, -1)).ParamName);
        Assert.Equal("steps", Assert.Throws<ArgumentOutOfRangeException>(() => new CosineSchedule(0)).ParamName);
        Assert.Equal("Minimum", Assert.Throws<ArgumentOutOfRangeException>(() => new CosineSchedule(1) { Minimum = -1 }).ParamName);
        Assert.Equal("Growth", Assert.Throws<ArgumentOutOfRangeException>(() => new CosineRestartsSchedule(1) { Growth = 0.5 }).ParamName);
        Assert.Equal("steps", Assert.Throws<ArgumentOutOfRangeException>(() => new OneCycleSchedule(1, 1)).ParamName);
        Assert.Equal("MaxMomentum", Assert.Throws<ArgumentOutOfRangeException>(() => new OneCycleSchedule(1, 9) { MaxMomentum = 1 }).ParamName);
        Assert.Equal("after", Assert.Throws<ArgumentOutOfRangeException>(() => new CosineSchedule(1).Then(new CosineSchedule(1), 0)).ParamName);
        Assert.Equal("milestones", Assert.Throws<ArgumentException>(() => new MultiStepSchedule([5, 3])).ParamName);
        Assert.Equal("milestones", Assert.Throws<ArgumentOutOfRangeException>(() => new MultiStepSchedule([0, 3])).ParamName);
        Assert.Throws<ArgumentNullException>(() => new CosineSchedule(1).Then(null!, 1));
    }

    [Fact]
    public void A_schedule_is_a_value()
    {
        Assert.Equal(new WarmUpSchedule(5).Then(new CosineSchedule(9), 5), new WarmUpSchedule(5).Then(new CosineSchedule(9), 5));
        Assert.NotEqual(new WarmUpSchedule(5).Then(new CosineSchedule(9), 5), new WarmUpSchedule(5).Then(new CosineSchedule(9), 6));
    }

    /// <summary>1e-12, of the rate itself where that is below 1.</summary>
    private static void AssertClose(double expected, double actual) => Assert.Equal(expected, actual, Math.Max(1e-12 * Math.Abs(expected), 1e-16));
}
