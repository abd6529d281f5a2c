internal import LanguageID

/// The leaves that every post is asked for: of each rule its rarest list of words, without which it cannot hold, and
/// those of its other lists that are not much likelier.
///
/// A rule of three lists, all of which must have a word in a post, is looked into only where its anchors say that it
/// may hold. Lists of everyday words ("free", "today", "add") then cost nothing on everyday posts, however many rules
/// have them.
struct Anchors {
    /// By leaf: how likely it is to occur in an ordinary post, compared with others.
    private var chances: [Int: Double] = [:]
    private var leaves: Set<Int> = []
    private var leading: Set<Int> = []
    private var regexes: Set<Int> = []

    /// A literal of a leaf.
    mutating func add(_ literal: [UInt8], leaf: Int) { chances[leaf, default: 0] += Self.chance(of: literal) }

    /// A regex of a leaf. With three letters of its own it is rare, but looking for it costs more than for a word.
    mutating func add(_ regex: RegexMeasure, leaf: Int) {
        regexes.insert(leaf)
        chances[leaf, default: 0] += regex.literals >= 3 ? 0.1 : 1
    }

    /// How likely an ordinary post of some 100 letters has a literal: a guess from its words, which halves with every
    /// letter and falls to a tenth with every Han character. Common words and lone signs are likely anywhere.
    static func chance(of literal: [UInt8]) -> Double {
        var chance = 1.0
        for word in literal.split(separator: 0x20) {
            if CommonWords.contains(word) {
                chance *= 0.5
                continue
            }
            chance *= 0.4
            let scalars = String(decoding: word, as: UTF8.self).unicodeScalars
            // A Han character alone is part of many words.
            if word.count == 3, scalars.allSatisfy({ 0x3400..<0xA000 ~= $0.value }) { continue }
            for scalar in scalars {
                switch scalar.value {
                case 0x3400..<0xA000: chance *= 0.1
                case 0..<0x3400, 0xAC00..<0xD7A4: chance *= scalar.properties.isAlphabetic ? 0.5 : 0.7
                default: chance *= 0.3
                }
            }
        }
        return chance
    }

    /// Chooses the anchors of each expression.
    mutating func choose(of expressions: [LeafExpression]) {
        for expression in expressions {
            // Words anywhere in a text may be said far apart on a stream: each must be noticed when it comes.
            if case .all(_, within: nil) = expression { leaves.formUnion(expression.leaves) }
            let anchors = anchors(of: expression)
            leaves.formUnion(anchors.leaves)
            leading.formUnion(anchors.leading)
        }
    }

    /// Up to so many times as likely as the rarest list, another that must occur beside it is looked for in every post
    /// too: words noted in vain then cost no more than the second looks that they spare. By measurement, which tells 4 to
    /// 12 hardly apart.
    private static let worth = 7.0

    func contains(_ leaf: Int) -> Bool { leaves.contains(leaf) }

    /// Whether a leaf is of the lists without which its rule cannot hold, beside which others are but looked for.
    func isLeading(_ leaf: Int) -> Bool { leading.contains(leaf) }

    /// The leaves of which one must occur for an expression to hold, and those that are looked for beside them; and how
    /// likely it is that one occurs.
    private func anchors(of expression: LeafExpression) -> (leading: [Int], leaves: [Int], chance: Double) {
        switch expression {
        case .leaf(let leaf): return ([leaf], [leaf], chances[leaf] ?? 0)
        case .any(let members):
            let all = members.map(anchors)
            return (all.flatMap(\.leading), all.flatMap(\.leaves), all.reduce(0) { $0 + $1.chance })
        case .all(let members, _):
            let lists = members.map(anchors).sorted { $0.chance < $1.chance }
            guard let rarest = lists.first else { return ([], [], 0) }
            let others = lists.dropFirst().filter {
                $0.chance <= Self.worth * rarest.chance && regexes.isDisjoint(with: $0.leaves)
            }
            return (rarest.leading, rarest.leaves + others.flatMap(\.leaves), rarest.chance)
        }
    }
}
