public import ContentModel
internal import Foundation
public import RuleBook

/// How one speaker, or one stream, stands in one market.
public struct Standing: Sendable, Equatable, Codable {
    /// The accumulated score as of ``at``, 0...1000.
    public var score: Double
    /// When something was last added or looked at, ms.
    public var at: Int64
    /// How many episodes there were; they do not decay.
    public var strikes: Int
    /// Whether one lasts: from a score that warns until it has fallen below half of that.
    public var isEpisode: Bool
    public var level: Enforcement

    public init(
        score: Double = 0, at: Int64 = 0, strikes: Int = 0, isEpisode: Bool = false, level: Enforcement = .pass
    ) {
        self.score = score
        self.at = at
        self.strikes = strikes
        self.isEpisode = isEpisode
        self.level = level
    }
}

/// The enforcement ladder of a market's live policy: scores add up and halve with time, and the level follows them.
///
/// The level rises at once to the highest rung that the score reaches. It falls a rung only when the score is below half
/// of that rung's threshold, so that it neither flaps about a threshold nor forgets at once. Only an added score raises
/// it. Of many speakers in many streams each has a ``Standing`` of its own; the ladder keeps nothing.
public struct Ladder: Sendable {
    /// Whom the rungs are for.
    public enum Rungs: Sendable, CaseIterable {
        /// One who speaks or writes: warn, mute.
        case speaker
        /// What is said in a stream: hold, cut.
        case stream
        /// What many write to a stream: hold. They may have it looked at and never end it. Has a standing beside that
        /// of the stream, and makes no strikes.
        case crowd
    }

    private let policy: LivePolicy
    private let rungs: Rungs
    /// Weakest first.
    private let steps: [Enforcement]

    /// Keeps sums finite; ten times the highest threshold.
    private static let highestScore = 1000.0
    /// What rounding may take from a score that is equal on paper, as ``Thresholds/action(for:)`` forgives it.
    private static let forgiven = 1e-6

    public init(_ policy: LivePolicy, rungs: Rungs) {
        self.policy = policy
        self.rungs = rungs
        steps =
            switch rungs {
            case .speaker: [.warn, .mute]
            case .stream: [.hold, .cut]
            case .crowd: [.hold]
            }
    }

    /// A standing as of a time, with the level released. A clock that goes back takes nothing away.
    public func decayed(_ standing: Standing, at time: Int64) -> Standing {
        var standing = standing
        let later = max(time, standing.at)
        standing.score = Self.bounded(standing.score * remainder(from: standing.at, to: later))
        standing.at = later
        release(&standing)
        return standing
    }

    /// Adds a score (0...1) that was given at a time, ms.
    ///
    /// - Returns: The level from now on.
    @discardableResult
    public func add(_ score: Double, to standing: inout Standing, at time: Int64) -> Enforcement {
        standing = decayed(standing, at: time)
        standing.score = Self.bounded(standing.score + Self.bounded(score))
        standing.level = max(standing.level, reached(by: standing.score))
        if rungs != .crowd, !standing.isEpisode, reaches(.warn, standing.score) { strike(&standing) }
        return standing.level
    }

    /// What the level would be with a score more, changing nothing. Pending evidence warns a speaker and holds a stream,
    /// no more: above that stands only what stands already.
    public func level(with pending: Double, _ standing: Standing, at time: Int64) -> Enforcement {
        let standing = decayed(standing, at: time)
        let most: Enforcement = rungs == .speaker ? .warn : .hold
        let score = Self.bounded(standing.score + Self.bounded(pending))
        return max(standing.level, min(reached(by: score), most))
    }

    /// Takes back what is left of a score that was added at `givenAt`, because it turned out wrong. A strike goes with
    /// it when the score falls below the warning, or would not have reached it then. A cut stays.
    public func withdraw(_ score: Double, givenAt: Int64, from standing: inout Standing, at time: Int64) {
        standing = decayed(standing, at: time)
        let left = remainder(from: min(givenAt, standing.at), to: standing.at)
        let before = standing.score
        let rest = before - Self.bounded(score) * left
        standing.score = rest > Self.forgiven ? rest : 0
        // Now, and in the measure of then: an episode is mostly over when somebody says that it was none.
        let wasEpisode = [1, left].contains { share in
            share > 0 && reaches(.warn, before, share: share) && !reaches(.warn, standing.score, share: share)
        }
        if rungs != .crowd, wasEpisode, standing.strikes > 0 {
            standing.strikes -= 1
            standing.isEpisode = false
        }
        release(&standing)
    }

    // MARK: - Rungs

    /// A new episode counts, and with enough of them the level is that of the last rung.
    private func strike(_ standing: inout Standing) {
        standing.strikes += 1
        standing.isEpisode = true
        let (most, level): (Int?, Enforcement) =
            rungs == .speaker ? (policy.strikesToMute, .mute) : (policy.strikesToCut, .cut)
        if let most, standing.strikes >= most { standing.level = max(standing.level, level) }
    }

    /// Rung by rung, as far as the score has fallen; a mute that strikes brought lasts as long as its episode, and a cut
    /// is never left.
    private func release(_ standing: inout Standing) {
        if standing.score < policy.warn / 2 { standing.isEpisode = false }
        while standing.level != .pass, standing.level != .cut, !holds(standing) {
            let level = standing.level
            standing.level = steps.last { $0 < level } ?? .pass
        }
    }

    private func holds(_ standing: Standing) -> Bool {
        if standing.score >= policy.threshold(of: standing.level) / 2 { return true }
        guard standing.level == .mute, let most = policy.strikesToMute else { return false }
        return standing.isEpisode && standing.strikes >= most
    }

    private func reached(by score: Double) -> Enforcement { steps.last { reaches($0, score) } ?? .pass }

    /// - Parameter share: What is left of each score since the time that is asked about, 0...1.
    private func reaches(_ rung: Enforcement, _ score: Double, share: Double = 1) -> Bool {
        score + Self.forgiven * share >= policy.threshold(of: rung) * share
    }

    /// What is left of a score after a while, 0...1.
    private func remainder(from start: Int64, to end: Int64) -> Double {
        exp2((Double(start) - Double(end)) / Double(max(1, policy.halfLife)))
    }

    private static func bounded(_ score: Double) -> Double { score > 0 ? min(score, highestScore) : 0 }
}

// MARK: - Tests of rules

extension Ladder {
    /// How a test's speaker and stream stand after its last moment.
    public struct Course: Sendable, Equatable {
        public var speaker = Standing()
        public var stream = Standing()
        public var crowd = Standing()

        /// The strictest of the three.
        public var level: Enforcement { max(speaker.level, stream.level, crowd.level) }
    }

    /// Plays moments of one speaker in one stream: what is spoken counts for both, what is written for the speaker and
    /// for the crowd.
    public static func run(_ moments: [LiveTest.Moment], by policy: LivePolicy) -> Course {
        let speaker = Ladder(policy, rungs: .speaker)
        let stream = Ladder(policy, rungs: .stream)
        let crowd = Ladder(policy, rungs: .crowd)
        var course = Course()
        for moment in moments {
            speaker.add(moment.score, to: &course.speaker, at: moment.at)
            if moment.isChat {
                crowd.add(moment.score, to: &course.crowd, at: moment.at)
            } else {
                stream.add(moment.score, to: &course.stream, at: moment.at)
            }
        }
        let end = moments.last?.at ?? 0
        course.stream = stream.decayed(course.stream, at: end)
        course.crowd = crowd.decayed(course.crowd, at: end)
        return course
    }
}
