internal import ContentModel
internal import Moderation
internal import RuleBook

/// How a stream and those who speak in it stand, market by market; empty as long as nothing was found.
struct Standings {
    enum Who: Hashable {
        case stream
        case crowd
        case speaker(String)
    }

    /// By place in the markets of the rules.
    private(set) var all: [Who: [Standing]] = [:]

    /// Speakers that are remembered for one stream.
    private static let most = 1024

    init(_ all: [Who: [Standing]] = [:]) { self.all = all }

    var isEmpty: Bool { all.isEmpty }

    /// How somebody stands in each of so many markets.
    subscript(who: Who) -> [Standing]? { all[who] }

    mutating func change(_ who: Who, in market: Int, of count: Int, _ body: (inout Standing) -> Void) {
        body(&all[who, default: Array(repeating: Standing(), count: count)][market])
        if all.count > Self.most { forget() }
    }

    /// Forgets those against whom least stands.
    private mutating func forget() {
        func weight(_ standings: [Standing]) -> (UInt8, Int, Int64) {
            standings.reduce((0, 0, 0)) {
                (max($0.0, $1.level.rawValue), max($0.1, $1.strikes), max($0.2, $1.at))
            }
        }
        let kept = all.map { ($0.key, $0.value, weight($0.value)) }.sorted { left, right in
            if left.0 == .stream || left.0 == .crowd { return right.0 != .stream }
            if right.0 == .stream || right.0 == .crowd { return false }
            return left.2 > right.2
        }
        all = Dictionary(uniqueKeysWithValues: kept.prefix(Self.most * 3 / 4).map { ($0.0, $0.1) })
    }

    /// The sender's clock went back: from here on scores decay by the new time.
    mutating func rebase(to time: Int64) {
        for who in all.keys {
            for market in all[who]!.indices { all[who]![market].at = min(all[who]![market].at, time) }
        }
    }

    /// The markets are others: those that stay keep their standings.
    mutating func rearrange(_ places: [Int?]) {
        all = all.mapValues { known in places.map { $0.map { known[$0] } ?? Standing() } }
    }
}

/// The ladders of one market.
struct MarketLadders {
    let speaker: Ladder
    let stream: Ladder
    let crowd: Ladder
    /// What a rule that blocks by itself adds: to speech what holds the stream, to a message what mutes its author.
    let blockingSpeech: Double
    let blockingChat: Double
    let joinWindow: Int64

    init(_ policy: LivePolicy) {
        speaker = Ladder(policy, rungs: .speaker)
        stream = Ladder(policy, rungs: .stream)
        crowd = Ladder(policy, rungs: .crowd)
        blockingSpeech = policy.hold
        blockingChat = policy.mute
        joinWindow = policy.joinWindow
    }

    /// What a market's verdict on new evidence adds to standings: its score where a post would be held or blocked, half
    /// of it where a post would be published with care, nothing where it would be published.
    func score(of verdict: MarketVerdict, severity: Severity, isChat: Bool) -> Double {
        switch verdict.action {
        case .allow: 0
        case .label, .limit: verdict.score / 2
        case .review: verdict.score
        case .block: severity == .critical ? max(verdict.score, isChat ? blockingChat : blockingSpeech) : verdict.score
        }
    }
}
