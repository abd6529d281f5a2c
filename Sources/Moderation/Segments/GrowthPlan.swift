internal import ContentModel
internal import PatternMatching
internal import TextViews

/// How far the rules look, in code points: what a text that goes on must keep, and from where on what it holds can no
/// longer change. Made once a rule set, and shared by all threads.
final class GrowthPlan: Sendable {
    /// The places of rules in the program, by name: reports outlive the rules at hand.
    let places: [RuleName: Int]
    /// By rule: its longest phrase or regex, at most the reach.
    let patternLength: [Int]
    /// By rule: from the first word of what it finds to the last, at most.
    let extent: [Int]
    /// By rule: the longest gap between two words of what it finds.
    let gap: [Int]
    /// By rule: how far behind what it finds a word may stand that clears it.
    let clearance: [Int]
    /// By rule: whether its parts may stand anywhere in the text.
    let isWide: [Bool]
    /// The longest pattern that every text is asked for.
    let longestAnchor: Int
    /// The most Han characters that such a pattern can span, by itself or by sound.
    let mostHan: Int
    /// By leaf: whether it takes part in what its rule finds, rather than clears it.
    let isPart: [Bool]
    /// By rule: the text that it takes to tell what it finds at the end, and that nothing else could come of it.
    let sight: [Int]
    /// What is kept of a text for judging it again: the longest sight.
    let memory: Int

    /// Where a rule's parts may stand anywhere, no text is long enough.
    static let unlimited = 1 << 20

    init(_ program: Program) {
        places = Dictionary(
            program.rules.indices.map { (RuleName(rawValue: program.rules[$0].name), $0) },
            uniquingKeysWith: { first, _ in first })
        var lengths = [Int](repeating: 0, count: program.ruleOfLeaf.count)
        var (longestAnchor, mostHan) = (1, 1)
        for set in program.patternSets {
            for (table, isAnchor) in [(set.anchors, true), (set.others, false)] {
                for literal in 0..<table.count {
                    let bytes = table.text[Int(table.starts[literal])..<Int(table.starts[literal + 1])]
                    let length = min(bytes.count { $0 & 0xC0 != 0x80 }, Compiler.reach)
                    if isAnchor {
                        longestAnchor = max(longestAnchor, length)
                        mostHan = max(mostHan, Self.mostHan(bytes))
                    }
                    for use in table.uses[Int(table.firstUse[literal])..<Int(table.firstUse[literal + 1])]
                    where use.isHit {
                        lengths[Int(use.leaf)] = max(lengths[Int(use.leaf)], length)
                    }
                }
            }
            for (table, isAnchor) in [
                (set.regexes.plain, true), (set.regexes.prefiltered, true), (set.regexes.numbers, true),
                (set.regexes.dependent, false), (set.regexes.dependentNumbers, true),
            ] {
                for pattern in table.patterns {
                    let length = min(PatternDatabase.longestMatch(of: pattern.source) ?? .max, Compiler.reach)
                    if isAnchor {
                        longestAnchor = max(longestAnchor, length)
                        // Three bytes each; a text's bytes are what a regex counts.
                        mostHan = max(mostHan, (length + 2) / 3)
                    }
                    for use in pattern.uses { lengths[use.leaf] = max(lengths[use.leaf], length) }
                }
            }
        }
        (self.longestAnchor, self.mostHan) = (longestAnchor, mostHan)
        var isPart = [Bool](repeating: false, count: program.ruleOfLeaf.count)
        for leaf in program.rules.flatMap({ $0.match?.leaves ?? [] }) { isPart[leaf] = true }
        self.isPart = isPart
        var patternLength = [Int](repeating: 1, count: program.rules.count)
        for (leaf, rule) in program.ruleOfLeaf.enumerated() {
            patternLength[Int(rule)] = max(patternLength[Int(rule)], lengths[leaf])
        }
        self.patternLength = patternLength
        extent = program.rules.map { $0.match.map { Self.extent(of: $0, lengths) } ?? 0 }
        gap = program.rules.map { $0.match?.longestGap ?? 0 }
        clearance = program.rules.map { rule in
            rule.unless.reduce(0) { longest, unless in
                let extent = unless.expression.isOnePattern ? 0 : Self.extent(of: unless.expression, lengths)
                return max(longest, unless.near + extent)
            }
        }
        isWide = program.rules.map { rule in
            if case .all(_, within: nil)? = rule.match { true } else { false }
        }
        var sight: [Int] = []
        for rule in program.rules.indices {
            // What it finds, the text behind it that must come until it is final, and before it that may change it.
            let seen = extent[rule] + 2 * (patternLength[rule] + gap[rule] + min(clearance[rule], Compiler.reach * 2))
            sight.append(min(seen, Self.longestMemory) + 2 * TextViews.locality)
        }
        self.sight = sight
        memory = sight.max() ?? 2 * TextViews.locality
    }

    /// No rule makes a stream keep more.
    private static let longestMemory = 1024

    /// Han characters of a literal (any of three bytes), or syllables of one that goes by sound, each of which an
    /// apostrophe ends.
    private static func mostHan(_ literal: ArraySlice<UInt8>) -> Int {
        literal.count { $0 == 0x27 || $0 & 0xF0 == 0xE0 }
    }

    private static func extent(of expression: LeafExpression, _ lengths: [Int]) -> Int {
        switch expression {
        case .leaf(let leaf): lengths[leaf]
        case .any(let members): members.reduce(0) { max($0, extent(of: $1, lengths)) }
        // Each member is found by itself.
        case .all(let members, within: nil): members.reduce(0) { max($0, extent(of: $1, lengths)) }
        case .all(let members, within: let gap?):
            members.reduce(0) { $0 + extent(of: $1, lengths) } + gap * (members.count - 1)
        }
    }
}

extension LeafExpression {
    /// The longest gap between two words that belong together.
    fileprivate var longestGap: Int {
        switch self {
        case .leaf: 0
        case .any(let members): members.reduce(0) { max($0, $1.longestGap) }
        case .all(let members, let gap): members.reduce(gap ?? 0) { max($0, $1.longestGap) }
        }
    }

    /// Whether every finding is one hit.
    fileprivate var isOnePattern: Bool {
        switch self {
        case .leaf: true
        case .any(let members): members.allSatisfy(\.isOnePattern)
        case .all: false
        }
    }
}
