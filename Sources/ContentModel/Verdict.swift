/// A rule's full name, `<folder>.<pack>.<id>`.
public struct RuleName: RawRepresentable, Hashable, Sendable, Comparable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static func < (left: RuleName, right: RuleName) -> Bool { left.rawValue < right.rawValue }
}

/// A match that a rule's conditions confirmed.
public struct Evidence: Sendable, Equatable {
    public var rule: RuleName
    public var category: Category
    /// The rule's confidence times the view's weight, 0...1.
    public var confidence: Double
    /// Where the words stand; nil for a rule on conditions alone, which has no words.
    public var place: Place?
    /// Recorded, never acted on.
    public var shadow: Bool

    /// The exact words of the original.
    public struct Place: Sendable, Equatable {
        public var field: FieldName
        /// UTF-8 bytes of the field's decoded value, on grapheme cluster boundaries.
        public var span: TextSpan
        public var text: String
        public var view: View

        public init(field: FieldName, span: TextSpan, text: String, view: View) {
            self.field = field
            self.span = span
            self.text = text
            self.view = view
        }
    }

    public init(rule: RuleName, category: Category, confidence: Double, place: Place?, shadow: Bool = false) {
        self.rule = rule
        self.category = category
        self.confidence = confidence
        self.place = place
        self.shadow = shadow
    }
}

/// A category and its score in one market, 0...1.
public struct CategoryScore: Sendable, Equatable {
    public var category: Category
    public var score: Double

    public init(category: Category, score: Double) {
        self.category = category
        self.score = score
    }
}

/// What one market does with a post.
public struct MarketVerdict: Sendable, Equatable {
    public var market: Market
    public var action: Action
    /// The highest category's score, 0...1.
    public var score: Double
    /// Highest first; those at zero are left out.
    public var categories: [CategoryScore]
    /// The rules that counted, by name.
    public var rules: [RuleName]
    public var ruleSet: RuleSetName
    public var limitTo: Reach?
    /// What the author is told, in the author's language; nil when allowed or when no rule says.
    public var notice: String?

    public init(
        market: Market, action: Action = .allow, score: Double = 0, categories: [CategoryScore] = [],
        rules: [RuleName] = [], ruleSet: RuleSetName, limitTo: Reach? = nil, notice: String? = nil
    ) {
        self.market = market
        self.action = action
        self.score = score
        self.categories = categories
        self.rules = rules
        self.ruleSet = ruleSet
        self.limitTo = limitTo
        self.notice = notice
    }
}

/// What `moderate` answers for one post.
public struct Verdict: Sendable, Equatable {
    /// The strictest of the markets.
    public var action: Action = .allow
    public var markets: [MarketVerdict] = []
    public var languages: [LanguageShare] = []
    /// At most 16 a rule and 256 a post, in the order of fields and places.
    public var evidence: [Evidence] = []
    /// How many more there were.
    public var evidenceOmitted = 0
    /// Why the post could not be judged to the end; it is then held as each market's `on_failure` says.
    public var failure: Failure?
    /// The highest severity among the rules that counted.
    public var severity: Severity = .low

    public enum Failure: String, Sendable {
        /// More raw matches than the matcher keeps for one field.
        case tooManyMatches = "too-many-matches"
        /// The matcher or ICU refused the text.
        case engine = "engine-failure"
    }

    public init() {}
}
