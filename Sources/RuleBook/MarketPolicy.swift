public import ContentModel

/// The policy of one market: its thresholds, from a category's score to an action.
public struct MarketPolicy: Sendable {
    public var market: Market
    public var title: LocalizedText
    /// Read by its reviewers, and the order in which notices fall back.
    public var languages: [LanguageTag]
    /// Folders whose packs bind this market besides its own and `global`.
    public var extends: [String]
    public var overrides: [Override]
    public var defaultThresholds: Thresholds
    /// A listed category replaces the default whole.
    public var thresholds: [Category: Thresholds]
    /// What happens to a post that could not be judged to the end.
    public var onFailure: Action
    /// What is done about live streams.
    public var live: LivePolicy = .standard
    /// What ``live`` must come to.
    public var liveTests: [LiveTest] = []
    public var location: SourceLocation

    /// The thresholds for a category.
    public func thresholds(for category: Category) -> Thresholds { thresholds[category] ?? defaultThresholds }
}

/// From which score (0...1, ≥) each action follows; nil where a market never takes it.
public struct Thresholds: Sendable, Equatable {
    public var label: Double?
    public var limit: Double?
    public var review: Double?
    public var block: Double?
    public var limitTo: Reach?

    public init(
        label: Double? = nil, limit: Double? = nil, review: Double? = nil, block: Double? = nil, limitTo: Reach? = nil
    ) {
        self.label = label
        self.limit = limit
        self.review = review
        self.block = block
        self.limitTo = limitTo
    }

    /// The strictest action whose threshold `score` reaches. Scores are sums of products; the millionth part
    /// forgives what rounding took from a score that is equal on paper.
    public func action(for score: Double) -> Action {
        func reaches(_ threshold: Double?) -> Bool { threshold.map { score + 1e-6 >= $0 } ?? false }
        if reaches(block) { return .block }
        if reaches(review) { return .review }
        if reaches(limit) { return .limit }
        if reaches(label) { return .label }
        return .allow
    }
}

/// What a market changes about a rule.
public struct Override: Sendable {
    public var rule: RuleName
    public var confidence: Double?
    public var isEnabled: Bool?
    public var isShadow: Bool?
    public var reason: String
    public var location: SourceLocation
}
