import ContentModel
import Foundation
import Moderation
import RuleBook
import TestSupport
import Testing

/// Round numbers: a minute halves; 1 warns, 2 mute, 4 hold, 8 cut; strikes alone do nothing.
private let policy = LivePolicy(
    joinWindow: 5_000, halfLife: 60_000, warn: 1, mute: 2, hold: 4, cut: 8, strikesToMute: nil, strikesToCut: nil)
private let speaker = Ladder(policy, rungs: .speaker)
private let stream = Ladder(policy, rungs: .stream)
private let crowd = Ladder(policy, rungs: .crowd)

@Suite struct LadderTests {
    @Test func scoresHalve() {
        var standing = Standing()
        speaker.add(0.8, to: &standing, at: 1_000)
        #expect(abs(speaker.decayed(standing, at: 61_000).score - 0.4) < 1e-9)
        let first = speaker.decayed(standing, at: 31_000)
        #expect(abs(speaker.decayed(first, at: 121_000).score - 0.2) < 1e-9)
        speaker.add(0.3, to: &standing, at: 61_000)
        #expect(abs(standing.score - 0.7) < 1e-9)
    }

    @Test(
        arguments: [
            (.speaker, 0.9, .pass), (.speaker, 1, .warn), (.speaker, 2, .mute), (.speaker, 100, .mute),
            (.stream, 2, .pass), (.stream, 4, .hold), (.stream, 8, .cut), (.crowd, 2, .pass), (.crowd, 4, .hold),
            (.crowd, 1000, .hold),
        ] as [(Ladder.Rungs, Double, Enforcement)])
    func theLevelRisesAtOnce(_ rungs: Ladder.Rungs, _ score: Double, _ level: Enforcement) {
        var standing = Standing()
        let given = Ladder(policy, rungs: rungs).add(score, to: &standing, at: 0)
        #expect(given == level)
        #expect(standing.level == level)
    }

    /// Ten times 0.1 is a little less than 1.
    @Test func roundingIsForgiven() {
        var standing = Standing()
        for _ in 0..<10 { speaker.add(0.1, to: &standing, at: 0) }
        #expect(standing.level == .warn)
    }

    @Test func theLevelFallsBelowHalfRungByRung() {
        var standing = Standing()
        speaker.add(2, to: &standing, at: 0)
        #expect(speaker.decayed(standing, at: 60_000).level == .mute)
        #expect(speaker.decayed(standing, at: 61_000).level == .warn)
        #expect(speaker.decayed(standing, at: 119_000).level == .warn)
        #expect(speaker.decayed(standing, at: 121_000).level == .pass)
        standing = Standing()
        stream.add(5, to: &standing, at: 0)
        #expect(stream.decayed(standing, at: 60_000).level == .hold)
        #expect(stream.decayed(standing, at: 120_000).level == .pass)
    }

    @Test func aScoreThatSwingsAboutAThresholdDoesNotFlap() {
        var standing = Standing()
        speaker.add(1, to: &standing, at: 0)
        for step in 1...40 {
            let time = Int64(step) * 30_000
            #expect(speaker.decayed(standing, at: time).score < 1)
            #expect(speaker.decayed(standing, at: time).level == .warn)
            speaker.add(0.32, to: &standing, at: time)
            #expect(standing.level == .warn)
            #expect(standing.score > 1)
        }
    }

    @Test func strikesAreEpisodes() {
        let speaker = Ladder(.standard, rungs: .speaker)
        var standing = Standing()
        speaker.add(0.6, to: &standing, at: 0)
        #expect(standing.level == .warn)
        // The same episode.
        speaker.add(0.1, to: &standing, at: 1_000)
        #expect(standing.level == .warn)
        #expect(standing.strikes == 1)
        speaker.add(0.6, to: &standing, at: 200_000)
        #expect(standing.level == .mute)
        #expect(standing.strikes == 2)

        let stream = Ladder(.standard, rungs: .stream)
        standing = Standing()
        for episode in 0..<3 { stream.add(0.6, to: &standing, at: Int64(episode) * 600_000) }
        #expect(standing.level == .pass)
        #expect(standing.strikes == 3)
        stream.add(0.6, to: &standing, at: 1_800_000)
        #expect(standing.level == .cut)
        #expect(standing.strikes == 4)
    }

    @Test func aCutIsForEver() {
        var standing = Standing()
        stream.add(8, to: &standing, at: 0)
        stream.withdraw(8, givenAt: 0, from: &standing, at: 1_000)
        #expect(standing.score == 0)
        #expect(stream.decayed(standing, at: 1_000_000_000).level == .cut)
        #expect(stream.level(with: 0, standing, at: 1_000_000_000) == .cut)
        #expect(crowd.decayed(standing, at: 1_000_000_000).level == .cut)
    }

    @Test func aCrowdHoldsAndNeverCuts() {
        var standing = Standing()
        for _ in 0..<100 { crowd.add(1, to: &standing, at: 0) }
        #expect(standing.level == .hold)
        #expect(standing.strikes == 0)
    }

    @Test func whatIsPendingMutesAndCutsNobody() {
        var standing = Standing()
        speaker.add(0.5, to: &standing, at: 0)
        #expect(speaker.level(with: 0.4, standing, at: 0) == .pass)
        #expect(speaker.level(with: 0.5, standing, at: 0) == .warn)
        #expect(speaker.level(with: 100, standing, at: 0) == .warn)
        #expect(stream.level(with: 100, standing, at: 0) == .hold)
        #expect(crowd.level(with: 100, standing, at: 0) == .hold)
        #expect(standing == Standing(score: 0.5))
        // What stands already stands.
        speaker.add(2, to: &standing, at: 0)
        #expect(speaker.level(with: 0, standing, at: 0) == .mute)
    }

    @Test func whatIsTakenBackIsGone() {
        var standing = Standing()
        speaker.add(2, to: &standing, at: 0)
        speaker.withdraw(2, givenAt: 0, from: &standing, at: 60_000)
        #expect(standing == Standing(at: 60_000))

        // The rest is an episode without it.
        standing = Standing()
        speaker.add(1.2, to: &standing, at: 0)
        speaker.add(1, to: &standing, at: 0)
        #expect(standing.level == .mute)
        speaker.withdraw(1, givenAt: 0, from: &standing, at: 0)
        #expect(abs(standing.score - 1.2) < 1e-9)
        #expect(standing.strikes == 1)
        #expect(standing.level == .mute)

        // More than there is.
        speaker.withdraw(50, givenAt: 0, from: &standing, at: 0)
        #expect(standing == Standing())
    }

    /// A person says minutes later that it was nothing; another episode stays one.
    @Test func strikesAreGivenBack() {
        var standing = Standing()
        speaker.add(1, to: &standing, at: 0)
        speaker.withdraw(1, givenAt: 0, from: &standing, at: 300_000)
        #expect(standing.strikes == 0)

        standing = Standing()
        speaker.add(1, to: &standing, at: 0)
        speaker.add(0.4, to: &standing, at: 600_000)
        speaker.withdraw(0.4, givenAt: 600_000, from: &standing, at: 660_000)
        #expect(standing.strikes == 1)
        speaker.withdraw(1, givenAt: 0, from: &standing, at: 660_000)
        speaker.withdraw(1, givenAt: 0, from: &standing, at: 660_000)
        #expect(standing.strikes >= 0)
    }

    @Test func aClockThatGoesBackTakesNothingAway() {
        var standing = Standing()
        speaker.add(1, to: &standing, at: 60_000)
        #expect(speaker.decayed(standing, at: 0) == standing)
        speaker.add(0.5, to: &standing, at: 0)
        #expect(standing.score == 1.5)
        #expect(standing.at == 60_000)
        // Given later than the clock says now: all of it is left.
        speaker.withdraw(0.5, givenAt: 120_000, from: &standing, at: 30_000)
        #expect(standing.score == 1)
    }

    @Test func noInputBreaksTheSum() {
        let sums: [(score: Double, sum: Double)] = [
            (Double.nan, 0), (-1, 0), (-Double.infinity, 0), (Double.infinity, 1000), (5000, 1000),
        ]
        for (score, sum) in sums {
            var standing = Standing()
            speaker.add(score, to: &standing, at: 0)
            #expect(standing.score == sum)
            speaker.withdraw(score, givenAt: .min, from: &standing, at: 0)
            #expect(standing.score >= 0)
            #expect(speaker.decayed(standing, at: .max).score == 0)
            #expect(speaker.decayed(speaker.decayed(standing, at: .max), at: .min).score == 0)
        }
    }

    @Test(arguments: Ladder.Rungs.allCases)
    func whatHoldsOfEverySequence(_ rungs: Ladder.Rungs) {
        let most: Enforcement = rungs == .speaker ? .warn : .hold
        let highest: Enforcement =
            switch rungs {
            case .speaker: .mute
            case .stream: .cut
            case .crowd: .hold
            }
        for seed in 0..<50 {
            var random = SeededRandom(UInt64(seed))
            let strikes = seed % 2 == 0
            let policy = LivePolicy(
                joinWindow: 0, halfLife: Int64.random(in: 1_000...120_000, using: &random), warn: 0.5, mute: 0.8,
                hold: 1.2, cut: 2, strikesToMute: strikes ? 2 : nil, strikesToCut: strikes ? 4 : nil)
            let ladder = Ladder(policy, rungs: rungs)
            var standing = Standing()
            var time: Int64 = 0
            for _ in 0..<100 {
                time += Int64.random(in: -5_000...60_000, using: &random)
                let score = Double.random(in: 0...1, using: &random)
                let before = standing
                #expect(ladder.level(with: score, standing, at: time) <= max(standing.level, most))
                #expect(standing == before)
                var untouched = standing
                ladder.add(0, to: &untouched, at: time)
                #expect(untouched.level <= before.level)
                #expect(untouched.strikes == before.strikes)
                switch Int.random(in: 0..<4, using: &random) {
                case 0, 1: ladder.add(score, to: &standing, at: time)
                case 2:
                    standing = ladder.decayed(standing, at: time)
                    #expect(standing.level <= before.level)
                default:
                    ladder.withdraw(score, givenAt: time - 30_000, from: &standing, at: time)
                    #expect(standing.level <= before.level)
                    #expect(standing.score <= before.score)
                }
                #expect(before.level != .cut || standing.level == .cut)
                #expect(standing.level <= highest)
                #expect((0...1000).contains(standing.score))
                #expect(standing.strikes >= 0)
            }
        }
    }

    /// Moments of a test: spoken for speaker and stream, written for speaker and crowd.
    @Test(
        arguments: [
            ([(0, 0.6, false)], .warn), ([(0, 0.6, false), (200_000, 0.6, false)], .mute),
            ([(0, 0.6, false), (1_000, 0.7, false)], .hold), ([(0, 1, false), (0, 1, false)], .cut),
            ([(0, 1, true), (0, 1, true), (0, 1, true)], .hold), ([(0, 0.7, false), (0, 0.7, true)], .mute),
            ([(0, 1, false), (900_000, 0, true)], .pass),
        ] as [([(Int64, Double, Bool)], Enforcement)])
    func testsOfRulesArePlayed(_ moments: [(Int64, Double, Bool)], _ level: Enforcement) {
        let moments = moments.map { LiveTest.Moment(at: $0.0, score: $0.1, isChat: $0.2) }
        #expect(Ladder.run(moments, by: .standard).level == level)
    }

    /// A market's live policy is part of what names its rules, and comes back from the cache.
    @Test func theModeratorKnowsThePolicy() throws {
        func files(_ live: String) -> RuleFiles {
            RuleFiles(
                folder: "r",
                files: [
                    ("global/p.yaml", "pack: p\nrules:\n" + rule("a", "phrases: [x]")),
                    ("xx/market.yaml", "market: xx\nthresholds: {default: {review: 0.5}}\n" + live),
                ])
        }
        let folder = try TemporaryFolder()
        let market = try #require(Market(rawValue: "xx"))
        let unknown = try #require(Market(rawValue: "yy"))
        let plain = try Moderator(files(""), day: "2025-06-01", cache: folder.path)
        #expect(plain.livePolicy(of: market) == .standard)
        #expect(plain.livePolicy(of: unknown) == nil)
        for _ in 0..<2 {
            let other = try Moderator(files("live: {strikes: {cut: none}}\n"), day: "2025-06-01", cache: folder.path)
            var expected = LivePolicy.standard
            expected.strikesToCut = nil
            #expect(other.livePolicy(of: market) == expected)
            #expect(other.ruleSetName(of: market) != plain.ruleSetName(of: market))
        }
    }
}
