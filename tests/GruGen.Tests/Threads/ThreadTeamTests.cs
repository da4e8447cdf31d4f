using GruGen.Kernels;
using GruGen.Tests.Passes;

namespace GruGen.Tests.Threads;

/// <summary>Threads that do pieces of work together, whether there are cores for them or not.</summary>
public class ThreadTeamTests
{
    public static TheoryData<int> Counts => [2, 3, 8];

    [Theory]
    [MemberData(nameof(Counts))]
    public void Every_member_does_its_part_of_every_piece_of_work(int count)
    {
        using var team = new ThreadTeam(count);
        int[] done = new int[count];
        for (int round = 1; round <= 1000; round++)
        {
            team.Run(member => done[member]++);
            Assert.All(done, each => Assert.Equal(round, each));
        }
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void After_a_meeting_each_sees_what_all_wrote_before_it(int count)
    {
        using var team = new ThreadTeam(count);
        int[] written = new int[count], wrong = new int[count];
        for (int round = 0; round < 20; round++)
        {
            team.Run(member =>
            {
                for (int i = 1; i <= 100; i++)
                {
                    written[member] = i;
                    team.Barrier();
                    wrong[member] += written.Count(each => each != i);
                    team.Barrier();
                }
            });
        }

        Assert.Equal(0, wrong.Sum());
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void A_member_that_fails_fails_the_piece_of_work_and_nothing_after_it(int count)
    {
        using var team = new ThreadTeam(count);
        for (int failing = 0; failing < count; failing++)
        {
            FormatException thrown = Assert.Throws<FormatException>(() => team.Run(member =>
            {
                team.Barrier();
                if (member == failing)
                {
                    throw new FormatException($"{member}");
                }

                team.Barrier();
                team.Barrier();
            }));

            Assert.Equal($"{failing}", thrown.Message);
            int done = 0;
            team.Run(_ =>
            {
                team.Barrier();
                Interlocked.Increment(ref done);
            });
            Assert.Equal(count, done);
        }
    }

    [Fact]
    public void Work_wakes_a_team_that_sleeps()
    {
        using var team = new ThreadTeam(2);
        for (int i = 0; i < 3; i++)
        {
            Thread.Sleep(20);
            int done = 0;
            team.Run(_ => Interlocked.Increment(ref done));
            Assert.Equal(2, done);
        }
    }

    [Fact]
    public void Work_and_meetings_allocate_nothing()
    {
        using var team = new ThreadTeam(3);
        Action<int> work = _ => team.Barrier();
        Allocated.Nothing("Run", () => team.Run(work));
    }

    [Fact]
    public void A_team_that_is_disposed_of_takes_no_work()
    {
        var team = new ThreadTeam(2);
        team.Dispose();
        team.Dispose();
        Assert.Throws<ObjectDisposedException>(() => team.Run(_ => { }));
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(3, 4)]
    [InlineData(192, 6)]
    [InlineData(160, 4)]
    [InlineData(17, 8)]
    public void Shares_are_whole_tiles_and_make_up_the_whole(int rows, int tile)
    {
        foreach (int count in new[] { 2, 3, 8 })
        {
            using var team = new ThreadTeam(count);
            nuint end = 0;
            for (int i = 0; i < count; i++)
            {
                (nuint start, nuint next) = new Share(team, i).Of((nuint)rows, tile);
                Assert.Equal(end, start);
                Assert.True(next == (nuint)rows || next % (nuint)tile == 0);
                end = next;
            }

            Assert.Equal((nuint)rows, end);
        }
    }
}
