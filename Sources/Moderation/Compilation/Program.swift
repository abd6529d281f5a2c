internal import ContentModel
internal import RuleBook

/// The version of what the engine does with the same rules and the same text. Part of every rule set's name: raise it
/// when a change can alter a verdict.
let engineSemantics = 1

/// A rule book compiled: flat tables that a judge runs over. Holds no date and no market selection, so that one file in
/// the cache serves every run over the same rules.
struct Program: Sendable {
    var markets: [CompiledMarket]
    var rules: [CompiledRule]
    /// Texts told to authors; rules name them by place, because packs share one among many rules.
    var notices: [LocalizedText]
    /// The rule of each leaf. Leaves are numbered rule by rule.
    var ruleOfLeaf: [UInt32]
    var folded: LiteralTable
    var deobfuscated: LiteralTable
    var regexes: [CompiledRegex]
}

struct CompiledMarket: Sendable, Codable {
    var name: String
    var languages: [String]
    var thresholds: [String: CompiledThresholds]
    var defaultThresholds: CompiledThresholds
    var onFailure: UInt8
    /// SHA-256 of the policy, hexadecimal.
    var hash: String
}

struct CompiledThresholds: Sendable, Codable {
    var label: Double?
    var limit: Double?
    var review: Double?
    var block: Double?
    var limitTo: String?

    init(_ thresholds: Thresholds) {
        label = thresholds.label
        limit = thresholds.limit
        review = thresholds.review
        block = thresholds.block
        limitTo = thresholds.limitTo?.rawValue
    }

    var thresholds: Thresholds {
        Thresholds(
            label: label, limit: limit, review: review, block: block, limitTo: limitTo.flatMap(Reach.init(rawValue:)))
    }
}

struct CompiledRule: Sendable, Codable {
    var name: String
    var category: String
    var severity: String
    var confidence: Double
    var languages: [String]
    /// Absent for a rule on conditions alone.
    var match: LeafExpression?
    var unless: [CompiledClearance]
    var conditions: [CompiledCondition]
    var blocks: Bool
    /// Place in ``Program/notices``; nil where the rule says nothing.
    var notice: Int?
    /// The markets that it binds, and how.
    var bindings: [Binding]
    var from: String?
    var until: String?
    /// SHA-256 of what the rule does, hexadecimal.
    var hash: String

    struct Binding: Sendable, Codable {
        /// Place in ``Program/markets``.
        var market: Int
        var confidence: Double
        var isShadow: Bool
    }

    var effective: DateRange { DateRange(from: from, until: until) }
}

/// A rule's expression over leaves.
indirect enum LeafExpression: Sendable, Codable {
    case leaf(Int)
    case any([LeafExpression])
    case all([LeafExpression], within: Int?)
}

struct CompiledClearance: Sendable, Codable {
    var expression: LeafExpression
    /// Code points.
    var near: Int
}

struct CompiledCondition: Sendable, Codable {
    var field: String
    var comparison: String
    var number: Double?
    var text: String?
    var holdsWhenMissing: Bool
}

struct CompiledRegex: Sendable, Codable {
    var source: String
    var leaf: Int
    var boundary: String
    var validator: String?
}

/// The literals of one view. Literals are numbered by their bytes' order; several leaves may share one.
struct LiteralTable: Sendable {
    /// Bytes of each literal.
    var lengths: [UInt32] = []
    /// Where each literal's uses begin in ``uses``; one more entry than there are literals.
    var firstUse: [UInt32] = [0]
    var uses: [LiteralUse] = []
    /// Places of letters that must stand for a run of three or more in the text; literals name a stretch of it.
    var repeats: [UInt16] = []
    /// The key of the pattern database; empty when there are no literals.
    var databaseKey = ""
}

/// What a literal is to one leaf.
struct LiteralUse: Sendable {
    var leaf: UInt32
    /// Raw values of `WordEdge`.
    var startEdge: UInt8
    var endEdge: UInt8
    var repeatCount: UInt16
    var firstRepeat: UInt32
}
