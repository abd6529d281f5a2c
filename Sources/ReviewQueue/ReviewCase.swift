public import ContentModel

/// A post that some market holds for a person, as the run that judged it hands it over.
public struct IncomingCase: Sendable {
    /// The id that it gets if the queue does not know the post yet.
    public var candidateID: String
    /// What makes two records the same post: the publisher's id, or a source and a line.
    public var postKey: String
    public var postID: String?
    /// SHA-256 of the judged fields.
    public var contentHash: [UInt8]
    /// The names of the rule sets that judged it, joined by commas.
    public var ruleSets: String
    /// The post as it came, JSON.
    public var post: [UInt8]
    /// The verdict, JSON.
    public var verdict: [UInt8]
    public var category: Category
    public var severity: Severity
    public var score: Double
    /// Tags of the post's languages, largest share first.
    public var languages: [String]
    /// The markets that hold it.
    public var markets: [Market]
    public var reach: Double?

    public init(
        candidateID: String, postKey: String, postID: String?, contentHash: [UInt8], ruleSets: String, post: [UInt8],
        verdict: [UInt8], category: Category, severity: Severity, score: Double, languages: [String],
        markets: [Market], reach: Double?
    ) {
        self.candidateID = candidateID
        self.postKey = postKey
        self.postID = postID
        self.contentHash = contentHash
        self.ruleSets = ruleSets
        self.post = post
        self.verdict = verdict
        self.category = category
        self.severity = severity
        self.score = score
        self.languages = languages
        self.markets = markets
        self.reach = reach
    }
}

/// What the queue made of an incoming case.
public struct QueuedCase: Sendable, Equatable {
    public var id: String
    /// What a person decided about the same post before, by market; empty while it waits.
    public var decisions: [RecordedDecision]
}

/// A decision for one market, or for all where `market` is nil.
public struct RecordedDecision: Sendable, Equatable {
    public var market: String?
    public var decision: Decision
    public var reviewer: String
    public var reason: String?
    /// Milliseconds since 1970.
    public var at: Int64
}

/// A case as it is kept.
public struct ReviewCase: Sendable {
    public var id: String
    public var postID: String?
    /// JSON, as it came.
    public var post: String
    /// JSON.
    public var verdict: String
    public var category: String
    public var severity: Severity
    public var score: Double
    public var languages: [String]
    public var markets: [String]
    public var rank: Double
    /// Milliseconds since 1970.
    public var created: Int64
    public var due: Int64
    public var life: CaseLife
    public var revision: Int
    public var decisions: [RecordedDecision]
}

/// The order of the queue.
public enum CaseRank {
    /// Milliseconds within which a case should be decided.
    public static func allowance(_ severity: Severity) -> Int64 {
        let hour: Int64 = 3_600_000
        return switch severity {
        case .critical: hour
        case .high: 4 * hour
        case .medium: 24 * hour
        case .low: 72 * hour
        }
    }

    /// `due − boost`, in seconds since 1970; smallest first. A certain finding comes up to an hour sooner, and every
    /// tenfold reach ten minutes.
    public static func rank(due: Int64, score: Double, reach: Double?) -> Double {
        var digits = 0.0
        var people = reach ?? 0
        while people >= 10, digits < 12 {
            people /= 10
            digits += 1
        }
        return Double(due) / 1000 - score * 3600 - digits * 600
    }
}
