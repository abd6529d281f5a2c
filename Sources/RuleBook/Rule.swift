public import ContentModel

/// A file of rules with one owner and one legal or policy ground.
public struct Pack: Sendable {
    /// `global`, or the market whose folder it stands in.
    public var folder: String
    public var name: String
    public var title: LocalizedText
    public var owner: String
    public var ground: String
    public var effective: DateRange
    public var rules: [Rule]
    public var location: SourceLocation

    public init(
        folder: String, name: String, title: LocalizedText = [:], owner: String = "", ground: String = "",
        effective: DateRange = DateRange(), rules: [Rule], location: SourceLocation
    ) {
        self.folder = folder
        self.name = name
        self.title = title
        self.owner = owner
        self.ground = ground
        self.effective = effective
        self.rules = rules
        self.location = location
    }
}

/// Finds evidence of one category.
public struct Rule: Sendable {
    public var name: RuleName
    public var category: Category
    public var severity: Severity
    /// Of one hit in the folded view, 0...1.
    public var confidence: Double
    /// BCP 47 prefixes; empty means every language.
    public var languages: [LanguageTag]
    /// Absent for a rule on conditions alone.
    public var match: MatchExpression?
    /// Clears the hits that it overlaps.
    public var unless: [Clearance]
    /// All must hold.
    public var conditions: [Condition]
    /// Blocks whatever the thresholds say; for severity critical only.
    public var blocks: Bool
    public var notice: LocalizedText
    public var isShadow: Bool
    public var isEnabled: Bool
    public var effective: DateRange
    public var tests: RuleTests
    public var location: SourceLocation
}

/// Text by language tag.
public typealias LocalizedText = [String: String]

/// What a rule looks for.
public indirect enum MatchExpression: Sendable {
    case pattern(Pattern)
    /// At least one member.
    case any([MatchExpression])
    /// Every member; with `within`, all in one field with at most that many code points of the folded view between
    /// neighbouring members.
    case all([MatchExpression], within: Int?)
}

/// A leaf of a rule's expression.
public struct Pattern: Sendable {
    public enum Kind: Sendable {
        case phrases([Phrase])
        case regex(String)
        /// Host names; subdomains count too.
        case domains([Phrase])
    }

    public var kind: Kind
    /// The views to look in; readings and typos are among them.
    public var views: [View]
    /// `auto`, `word` or `none`.
    public var boundary: Boundary
    public var validator: Validator?
    public var location: SourceLocation

    public enum Boundary: String, Sendable, CaseIterable { case auto, word, none }
}

/// A phrase as a person wrote it, and where.
public struct Phrase: Sendable {
    public var text: String
    public var line: Int
    public var column: Int
}

/// Clears the hits that it overlaps, or neighbours.
public struct Clearance: Sendable {
    public var expression: MatchExpression
    /// Code points by which it is widened to both sides.
    public var near: Int
}

/// A checksum that a regex's match must pass.
public enum Validator: String, Sendable, CaseIterable {
    /// ISO/IEC 7812-1, annex B; 12 to 19 digits, blanks and hyphens between them ignored.
    case luhn
    /// ISO 13616-1 (mod 97).
    case iban
    /// GB 11643-1999 (ISO 7064 mod 11-2), with a possible date of birth.
    case cnResidentID = "cn-resident-id"
}

/// A demand on a field of the post.
public struct Condition: Sendable {
    public enum Operand: Sendable, Equatable {
        case number(Double)
        case text(String)
    }

    public enum Comparison: String, Sendable, CaseIterable {
        case lt, lte, gt, gte, eq, ne
    }

    /// E.g. `author.account_age_days`, `signals.toxicity`.
    public var field: String
    public var comparison: Comparison
    public var operand: Operand
    /// Whether a post without the field passes.
    public var holdsWhenMissing: Bool
}

/// Calendar days, both ends included; days are `YYYY-MM-DD` in UTC, which compare as text.
public struct DateRange: Sendable, Equatable {
    public var from: String?
    public var until: String?

    public init(from: String? = nil, until: String? = nil) {
        self.from = from
        self.until = until
    }

    public func contains(_ day: String) -> Bool {
        if let from, day < from { return false }
        if let until, day > until { return false }
        return true
    }

    func intersection(_ other: DateRange) -> DateRange {
        func pick(_ left: String?, _ right: String?, _ choose: (String, String) -> String) -> String? {
            guard let left, let right else { return left ?? right }
            return choose(left, right)
        }
        return DateRange(from: pick(from, other.from, max), until: pick(until, other.until, min))
    }
}

/// What a rule must find, and must not.
public struct RuleTests: Sendable {
    public var match: [RuleTest] = []
    public var pass: [RuleTest] = []
}

/// A post that a rule is tried on.
public struct RuleTest: Sendable {
    public var post: Post
    public var text: String
    public var location: SourceLocation
}
