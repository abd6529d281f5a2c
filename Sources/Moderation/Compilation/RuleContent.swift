internal import ContentModel
internal import Crypto
internal import RuleBook

/// What a rule does, without where it stands and how it is tested: two rules of equal content judge alike.
struct RuleContent {
    /// Every part behind its length, so that no two rules give the same bytes.
    private var bytes: [UInt8] = []

    init(_ rule: Rule) {
        append([rule.name.rawValue, rule.category.rawValue, rule.severity.rawValue, "\(rule.confidence)"])
        append(rule.languages.map(\.rawValue))
        append(rule.match.map(Self.tokens) ?? [])
        append(rule.unless.flatMap { Self.tokens($0.expression) + ["near \($0.near)"] })
        append(
            rule.conditions.map { "\($0.field) \($0.comparison.rawValue) \($0.operand) \($0.holdsWhenMissing)" })
        append(["\(rule.blocks)", "\(rule.isShadow)"])
        append(rule.notice.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] })
    }

    /// SHA-256, hexadecimal.
    var hash: String { hexadecimal(SHA256.hash(data: bytes)) }

    private mutating func append(_ parts: [String]) {
        bytes += "\(parts.count);".utf8
        for part in parts {
            bytes += "\(part.utf8.count):".utf8
            bytes += part.utf8
        }
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
