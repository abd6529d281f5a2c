internal import CGrams
internal import ContentModel
internal import PatternMatching
internal import RuleBook

/// The version of what the engine does with the same rules and the same text. Part of every rule set's name: raise it
/// when a change can alter a verdict.
let engineSemantics = 14

/// A rule book compiled: flat tables that a judge runs over. Holds no date and no market selection, so that one file in
/// the cache serves every run over the same rules.
struct Program: Sendable {
    var markets: [CompiledMarket]
    var rules: [CompiledRule]
    /// Texts told to authors; rules name them by place, because packs share one among many rules.
    var notices: [LocalizedText]
    /// The rule of each leaf. Leaves are numbered rule by rule.
    var ruleOfLeaf: [UInt32]
    /// By leaf: 1 where it is one of those of which one must occur for its rule to hold (``Anchors``): the rule is looked
    /// at when it does.
    var isLeading: [UInt8]
    /// Each rule's ``CompiledRule/match`` as ``mayHold(_:_:hasNumber:)`` reads it; a rule without a match has no code.
    var matchCode: [Int32] = []
    /// Where each rule's code begins in ``matchCode``; one more entry than there are rules.
    var matchCodeStart: [UInt32] = []
    /// What is looked for: a base, and where it was compiled before the last change of rules, what came with that.
    var patternSets: [PatternSet]
    /// The weaker readings that some rule looks in.
    var readings: ViewSet
}

/// Patterns that were compiled together.
///
/// A class, so that a judge hands it on for the price of a reference count.
final class PatternSet: Sendable {
    /// The literals that every post is scanned for: of each rule the words that it cannot do without (``Anchors``).
    let anchors: LiteralTable
    /// All other literals, looked for only where an anchor of some rule occurs.
    let others: LiteralTable
    let regexes: RegexTables

    init(anchors: LiteralTable, others: LiteralTable, regexes: RegexTables) {
        self.anchors = anchors
        self.others = others
        self.regexes = regexes
    }
}

struct CompiledMarket: Sendable, Codable {
    var name: String
    var languages: [String]
    var thresholds: [String: CompiledThresholds]
    var defaultThresholds: CompiledThresholds
    var onFailure: UInt8
    var live: LivePolicy
    /// SHA-256 of the policy, hexadecimal.
    var hash: String
}

struct CompiledThresholds: Sendable, Codable, Hashable {
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

struct CompiledRule: Sendable {
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
    /// The markets that it binds, and how; none for a rule of the base that a change took out.
    var bindings: [Binding]
    var from: String?
    var until: String?
    /// SHA-256 of what the rule does, hexadecimal.
    var hash: String

    struct Binding: Sendable {
        /// Place in ``Program/markets``.
        var market: Int
        var confidence: Double
        var isShadow: Bool
    }

    var effective: DateRange { DateRange(from: from, until: until) }
}

/// A rule's expression over leaves.
indirect enum LeafExpression: Sendable {
    case leaf(Int)
    case any([LeafExpression])
    case all([LeafExpression], within: Int?)
}

struct CompiledClearance: Sendable {
    var expression: LeafExpression
    /// Code points.
    var near: Int
}

struct CompiledCondition: Sendable {
    var field: String
    var comparison: String
    var number: Double?
    var text: String?
    var holdsWhenMissing: Bool
}

/// The regexes of a pattern set, by what a post must have before it is scanned for them.
struct RegexTables: Sendable {
    /// Nothing.
    var plain = RegexTable()
    /// A literal of their prefilter, without which they cannot match (``RegexLiterals``).
    var prefiltered = RegexTable()
    /// A number, without which they cannot match (``RegexDigits``).
    var numbers = RegexTable()
    /// Other words of their rule, which they confirm or clear, as they say nothing alone; and a literal of their
    /// prefilter, where it is known.
    var dependent = RegexTable()
    /// Both: other words of their rule, and a number.
    var dependentNumbers = RegexTable()

    init() {}
}

/// Regexes that are scanned for together.
struct RegexTable: Sendable {
    /// By their number in the pattern database.
    var patterns: [CompiledRegex] = []

    /// What the pattern database is made of; nil without regexes.
    var source: PatternDatabase.Source? { patterns.isEmpty ? nil : .regexes(patterns.map(\.source)) }

    /// What tells cheaply whether any of them occurs; nil without regexes.
    var presence: PatternDatabase.Source? { patterns.isEmpty ? nil : .regexPresence(patterns.map(\.source)) }

    /// The leaves that its regexes serve.
    var leaves: [Int] { patterns.flatMap { $0.uses.map(\.leaf) } }
}

struct CompiledRegex: Sendable {
    var source: String
    /// The leaves that it serves; many rules ask for the same number or link.
    var uses: [Use]

    struct Use: Sendable {
        var leaf: Int
        var boundary: String
        var validator: String?
        /// Whether it looks at the reading of numerals too.
        var readsDigits: Bool
    }
}

/// Literals of all views: first those of the pattern database, then those that ``GramTable`` finds by a piece of them.
/// Several leaves may share one; each says in which views it counts for it.
///
/// A class, so that a judge hands it on for the price of a reference count.
final class LiteralTable: Sendable {
    /// The bytes of all literals, and where each begins; one more entry than there are literals.
    let text: [UInt8]
    let starts: [UInt32]
    /// The grams by which the last literals are found, in the order of their keys' hashes.
    let grams: [Gram]
    /// Where each literal's uses begin in ``uses``; one more entry than there are literals.
    /// Of each literal, uses as anchors that do not lead come last.
    let firstUse: [UInt32]
    let uses: [LiteralUse]
    /// Places of letters that must stand for a run of three or more in the text; literals name a stretch of it.
    let repeats: [UInt16]
    /// The words in which a letter may be masked.
    let masks: MaskTable
    /// The key of the pattern database; empty when there is none.
    let databaseKey: String

    init(_ parts: Parts) {
        (text, starts, grams, firstUse) = (parts.text, parts.starts, parts.grams, parts.firstUse)
        (uses, repeats, masks, databaseKey) = (parts.uses, parts.repeats, parts.masks, parts.databaseKey)
    }

    /// A table in the making.
    struct Parts {
        var text: [UInt8] = []
        var starts: [UInt32] = [0]
        var grams: [Gram] = []
        var firstUse: [UInt32] = [0]
        var uses: [LiteralUse] = []
        var repeats: [UInt16] = []
        var masks = MaskTable()
        var databaseKey = ""
    }

    /// A piece of a literal: its first eight bytes, little-endian, and where it begins, bytes.
    struct Gram: Sendable {
        var key: UInt64
        var offset: UInt32
        private var padding: UInt32 = 0

        init(key: UInt64, offset: Int) { (self.key, self.offset) = (key, UInt32(offset)) }

        /// Bytes of the key.
        var length: Int { 8 - key.leadingZeroBitCount / 8 }
    }

    var count: Int { starts.count - 1 }

    @inline(__always)
    func length(of literal: Int) -> Int { Int(starts[literal + 1] - starts[literal]) }

    /// Asks the memory for a literal's first use.
    func prefetchUses(of literal: Int) {
        let first = Int(firstUse[literal])
        unsafe uses.withUnsafeBufferPointer { uses in
            unsafe prefetch_memory(uses.baseAddress.unsafelyUnwrapped + first)
        }
    }

    /// Where a literal counts as it stands.
    enum Occurrence { case anywhere, wherePartIsHidden, nowhere }

    /// Where a literal counts: for some only in texts that hide letters or repeat them, for others only as what a
    /// masked word stands for (``masks``).
    func occurrence(of literal: Int) -> Occurrence {
        var occurrence = Occurrence.nowhere
        for use in Int(firstUse[literal])..<Int(firstUse[literal + 1]) where uses[use].views != [.masked] {
            guard uses[use].needsChange != 0 || uses[use].repeatCount > 0 else { return .anywhere }
            occurrence = .wherePartIsHidden
        }
        return occurrence
    }

    /// The views in which a literal counts for some leaf.
    func views(of literal: Int) -> ViewSet {
        var views: ViewSet = []
        for use in Int(firstUse[literal])..<Int(firstUse[literal + 1]) { views.formUnion(uses[use].views) }
        return views
    }

    /// Whether a literal stands at a place of a text.
    func stands(_ literal: Int, at start: Int, in text: Span<UInt8>) -> Bool {
        let length = length(of: literal)
        guard start >= 0, start + length <= text.count else { return false }
        let first = Int(starts[literal])
        for index in 0..<length where self.text[first + index] != text[start + index] { return false }
        return true
    }
}

/// What a literal is to one leaf.
struct LiteralUse: Sendable {
    var leaf: UInt32
    /// Raw values of `WordEdge`.
    var startEdge: UInt8
    var endEdge: UInt8
    var views: ViewSet
    var repeatCount: UInt16
    /// 1 where it counts only with something changed in it, see `PhraseForm`.
    var needsChange: UInt8
    /// Raw value of ``Role``.
    var role: UInt8
    var firstRepeat: UInt32

    enum Role: UInt8 {
        /// What the leaf looks for.
        case hit
        /// No hit: of the prefilter of the leaf's regex (``RegexLiterals``).
        case prefilter
        /// The same, and the regex needs a digit besides.
        case prefilterWithDigit
        /// What the leaf looks for, an anchor that does not lead (``Anchors/isLeading(_:)``).
        case besideHit
    }

    var isHit: Bool { role == Role.hit.rawValue || isBeside }
    var isBeside: Bool { role == Role.besideHit.rawValue }
}

extension Program {
    /// Derives ``matchCode`` from the rules.
    mutating func writeMatchCode() {
        var needsNumber = [Bool](repeating: false, count: ruleOfLeaf.count)
        for leaf in patternSets.flatMap(\.regexes.dependentNumbers.leaves) { needsNumber[leaf] = true }
        matchCode = []
        matchCodeStart = [0]
        for rule in rules {
            matchCode += rule.match.map { MatchCode.write($0, needsNumber) } ?? []
            matchCodeStart.append(UInt32(matchCode.count))
        }
    }

    /// Whether a rule's expression may hold, given which leaves have a hit, and whether there is a number for
    /// regexes that need one and depend on other words. Distances are not looked at.
    func mayHold(_ rule: Int, _ hasHit: Span<Bool>, hasNumber: Bool) -> Bool {
        let (start, end) = (Int(matchCodeStart[rule]), Int(matchCodeStart[rule + 1]))
        return start < end && MatchCode.holds(matchCode.span, at: start, hasHit, hasNumber)
    }
}
