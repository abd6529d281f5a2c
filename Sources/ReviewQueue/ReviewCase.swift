public import ContentModel

/// Something that a person did with a case.
public struct RecordedAct: Sendable, Equatable {
    public enum Kind: String, Sendable { case decide, escalate, appeal }

    public var number: Int64
    public var kind: Kind
    /// Of a decision.
    public var decision: Decision?
    /// Of a decision; nil stands for every market that holds the post.
    public var market: String?
    public var actor: String
    /// What the author may be told; of an appeal, the author's own words. Nil also once it was erased.
    public var reason: String?
    /// For reviewers only.
    public var note: String?
    /// Milliseconds since 1970.
    public var at: Int64

    var act: CaseLife.Act? {
        switch kind {
        case .decide: decision.map { .decide($0, by: actor, market: market) }
        case .escalate: .escalate(by: actor)
        case .appeal: .appeal
        }
    }
}

/// A case as it is kept.
public struct ReviewCase: Sendable {
    var number: Int64
    public var id: String
    /// The publisher's id, or nil.
    public var postID: String?
    public var author: String?
    /// Nil once it was erased.
    public var content: CaseContent?
    public var categories: [Category]
    public var severity: Severity
    public var score: Double
    /// The languages that its reviewer must read.
    public var languages: [String]
    /// The markets that hold it.
    public var markets: [String]
    /// Seconds since 1970, smallest first.
    public var rank: Double
    /// Milliseconds since 1970.
    public var created: Int64
    public var due: Int64
    public var life: CaseLife
    public var revision: Int
    /// The names of the rule sets that judged it, joined by commas.
    public var ruleSets: String
    /// What people did with it, oldest first.
    public var acts: [RecordedAct]
    /// The id of the first case of nearly the same text, and how many there are, counted to ``mostCounted``.
    public var cluster: (id: String, count: Int)
    /// How often it was skipped.
    public var skips: Int
    /// Whether its last decision may still be taken back.
    public var isInGrace: Bool

    /// A flood has a hundred thousand: counting them all would cost every look at one of them.
    public static let mostCounted = 1000

    public var category: Category { categories.first ?? Category(rawValue: "unjudged") }

    /// The acts that may be shown before the case is decided: a reading is not, as long as a second reader is asked, who
    /// must not know of it.
    public var shownActs: [RecordedAct] {
        life.needsTwo && life.readings < 2 && life.state != .decided && life.state != .closed
            ? acts.filter { $0.kind == .appeal } : acts
    }
}
