public import ContentModel
public import Moderation

/// Counts of a yes-or-no question against labels.
public struct ConfusionCounts: Sendable {
    public var truePositives = 0
    public var falsePositives = 0
    public var falseNegatives = 0
    public var trueNegatives = 0

    public init() {}

    mutating func add(expected: Bool, found: Bool) {
        switch (expected, found) {
        case (true, true): truePositives += 1
        case (false, true): falsePositives += 1
        case (true, false): falseNegatives += 1
        case (false, false): trueNegatives += 1
        }
    }

    /// Of what was found, the part that is right; nil when nothing was.
    public var precision: Double? { ratio(truePositives, truePositives + falsePositives) }
    /// Of what is there, the part that was found; nil when nothing is.
    public var recall: Double? { ratio(truePositives, truePositives + falseNegatives) }
    /// Of what is innocent, the part that was flagged; nil when nothing is.
    public var falsePositiveRate: Double? { ratio(falsePositives, falsePositives + trueNegatives) }
    public var posts: Int { truePositives + falsePositives + falseNegatives + trueNegatives }

    private func ratio(_ part: Int, _ whole: Int) -> Double? { whole > 0 ? Double(part) / Double(whole) : nil }
}

/// How a moderator does on a corpus.
///
/// A post counts as *flagged* in a market when the action there is stricter than `allow`. By language, a post counts as
/// flagged when some market flags it; its language is the first of its labels. By category, a post counts as found when
/// a market that flags it lists the category among its scores.
public struct CorpusEvaluation: Sendable {
    /// Where the verdict and the label differ.
    public struct Miss: Sendable {
        public var id: String
        public var language: String
        public var text: String
        public var market: Market
        public var expected: Action
        public var found: Action
        public var rules: [RuleName]
        public var trap: String?
    }

    public private(set) var byLanguage: [String: ConfusionCounts] = [:]
    public private(set) var byCategory: [String: ConfusionCounts] = [:]
    public private(set) var byMarket: [String: ConfusionCounts] = [:]
    public private(set) var overall = ConfusionCounts()
    /// Posts that a naive filter would flag, and those of them that this one flags.
    public private(set) var traps = ConfusionCounts()
    /// Market verdicts whose action is exactly the expected one.
    public private(set) var exactActions = 0
    public private(set) var marketVerdicts = 0
    /// Posts that are flagged, or not, against their label; one entry a post and market.
    public private(set) var misses: [Miss] = []

    /// Judges every post for all markets of `moderator`.
    public init(_ corpus: [LabelledPost], with moderator: Moderator) throws {
        var judge = try moderator.makeJudge()
        var verdict = Verdict()
        for labelled in corpus {
            judge.judge(labelled.post, into: &verdict)
            count(labelled, verdict)
        }
    }

    private mutating func count(_ labelled: LabelledPost, _ verdict: Verdict) {
        let language = labelled.languages.first ?? LanguageTag.und.rawValue
        let expected = labelled.actions.values.contains { $0 > .allow }
        let found = verdict.action > .allow
        overall.add(expected: expected, found: found)
        byLanguage[language, default: ConfusionCounts()].add(expected: expected, found: found)
        if labelled.trap != nil { traps.add(expected: expected, found: found) }
        var foundCategories: Set<Category> = []
        for market in verdict.markets {
            let wanted = labelled.actions[market.market] ?? .allow
            byMarket[market.market.rawValue, default: ConfusionCounts()]
                .add(expected: wanted > .allow, found: market.action > .allow)
            marketVerdicts += 1
            if wanted == market.action { exactActions += 1 }
            if market.action > .allow { foundCategories.formUnion(market.categories.map(\.category)) }
            if (wanted > .allow) != (market.action > .allow) {
                misses.append(
                    Miss(
                        id: labelled.id, language: language,
                        text: labelled.post.fields.map { labelled.post.string($0.range) }.joined(separator: " / "),
                        market: market.market, expected: wanted, found: market.action, rules: market.rules,
                        trap: labelled.trap))
            }
        }
        for category in Category.all {
            byCategory[category.rawValue, default: ConfusionCounts()]
                .add(expected: labelled.categories.contains(category), found: foundCategories.contains(category))
        }
    }
}
