/// What one market does about a stream after one of its records.
public struct MarketEnforcement: Sendable, Equatable {
    public var market: Market
    public var action: Enforcement
    /// The accumulated score of the speaker and the stream as of the record, the higher one.
    public var score: Double
    /// What the record's new evidence scores, highest first.
    public var categories: [CategoryScore]
    /// The rules that counted, by name.
    public var rules: [RuleName]
    public var ruleSet: RuleSetName
    /// What the speaker is told, in the speaker's language.
    public var notice: String?

    public init(
        market: Market, action: Enforcement = .pass, score: Double = 0, categories: [CategoryScore] = [],
        rules: [RuleName] = [], ruleSet: RuleSetName, notice: String? = nil
    ) {
        self.market = market
        self.action = action
        self.score = score
        self.categories = categories
        self.rules = rules
        self.ruleSet = ruleSet
        self.notice = notice
    }
}

/// What `moderate live` answers for one record of a stream.
public struct LiveVerdict: Sendable {
    /// What was unusual about a record.
    public enum Note: Sendable, Equatable {
        /// Chunks that did not come in time; they are judged by themselves when they come.
        case gap(ClosedRange<Int>)
        /// It comes after its turn, and is judged by itself.
        case late
        /// It was judged before and changes nothing.
        case duplicate
        /// Text of a stream that nobody started.
        case implicitStart
        /// Text of a stream that has ended.
        case afterEnd
        /// What it replaces was said too long ago, or never: it is judged as new text.
        case revisionLost

        public var name: String {
            switch self {
            case .gap(let missing): "gap:\(missing.lowerBound)-\(missing.upperBound)"
            case .late: "late"
            case .duplicate: "duplicate"
            case .implicitStart: "implicit-start"
            case .afterEnd: "after-end"
            case .revisionLost: "revision-lost"
            }
        }
    }

    public var stream: String
    public var event: Chunk.Event
    public var seq: Int
    /// The strictest of the markets.
    public var action = Enforcement.pass
    public var markets: [MarketEnforcement] = []
    /// Evidence that is final with this record.
    public var evidence: [LiveEvidence] = []
    public var evidenceOmitted = 0
    /// What stands and may still go.
    public var pending: [LiveEvidence] = []
    /// What stood before and is gone.
    public var withdrawn: [LiveEvidence] = []
    public var notes: [Note] = []
    /// Why the record could not be judged to its end; the stream is then held.
    public var failure: Verdict.Failure?

    public init(stream: String, event: Chunk.Event, seq: Int) {
        self.stream = stream
        self.event = event
        self.seq = seq
    }
}
