internal import ContentModel
internal import RuleBook

/// What a rule does, without where it stands and how it is tested: two rules of equal content judge alike.
struct RuleContent: Encodable {
    private var name: String
    private var category: String
    private var severity: String
    private var confidence: Double
    private var languages: [String]
    private var match: [String]
    private var unless: [[String]]
    private var conditions: [String]
    private var blocks: Bool
    private var notice: LocalizedText
    private var isShadow: Bool

    init(_ rule: Rule) {
        name = rule.name.rawValue
        category = rule.category.rawValue
        severity = rule.severity.rawValue
        confidence = rule.confidence
        languages = rule.languages.map(\.rawValue)
        match = rule.match.map(Self.tokens) ?? []
        unless = rule.unless.map { Self.tokens($0.expression) + ["near \($0.near)"] }
        conditions = rule.conditions.map {
            "\($0.field) \($0.comparison.rawValue) \($0.operand) \($0.holdsWhenMissing)"
        }
        blocks = rule.blocks
        notice = rule.notice
        isShadow = rule.isShadow
    }

    /// The expression as a list in prefix order; counts keep it unambiguous.
    private static func tokens(_ expression: MatchExpression) -> [String] {
        switch expression {
        case .any(let members): ["any \(members.count)"] + members.flatMap(tokens)
        case .all(let members, let within):
            ["all \(members.count) within \(within.map(String.init) ?? "post")"] + members.flatMap(tokens)
        case .pattern(let pattern): tokens(pattern)
        }
    }

    private static func tokens(_ pattern: Pattern) -> [String] {
        let head =
            "\(pattern.boundary.rawValue) \(pattern.validator?.rawValue ?? "-") \(pattern.views.map(\.name).joined(separator: "+"))"
        switch pattern.kind {
        case .phrases(let phrases): return ["phrases \(phrases.count) \(head)"] + phrases.map(\.text)
        case .domains(let domains): return ["domains \(domains.count) \(head)"] + domains.map(\.text)
        case .regex(let source): return ["regex \(head)", source]
        }
    }
}
