/// A regex as Python's `re` reads it, taken apart far enough to be said anew for a matcher of linear time over folded
/// text.
struct PythonRegex {
    indirect enum Node {
        /// Folded; several scalars where one folds to more.
        case literal([Unicode.Scalar])
        case dot
        /// A class in brackets, already folded.
        case set(RegexClass)
        /// `\d`, `\W` and their like.
        case shorthand(Unicode.Scalar)
        /// `^`, `$`, `\b`, `\B`, `\A`, `\z`.
        case assertion(String)
        case sequence([Node])
        case alternatives([Node])
        case repeated(Node, least: Int, most: Int?, isLazy: Bool)
    }

    /// What may stand at an edge of a match.
    struct EdgeKinds: OptionSet {
        var rawValue: UInt8
        static let word = EdgeKinds(rawValue: 1)
        static let other = EdgeKinds(rawValue: 2)
        static let both: EdgeKinds = [.word, .other]
    }

    /// Why a regex cannot be carried over.
    struct Refusal: Error {
        var reason: String
    }

    var root: Node
    /// Whether capitals stand in it, which folded text has not.
    var hasCapitals = false

    init(_ source: String) throws(Refusal) {
        var parser = PythonRegexParser(source)
        root = try parser.parse()
        hasCapitals = parser.hasCapitals
        guard root.least > 0 else { throw Refusal(reason: "it matches an empty text, and with it every post") }
        guard root.least <= 128 else { throw Refusal(reason: "a match would be longer than 128 code points") }
    }

    init(root: Node) { self.root = root }

    /// Whether the matcher finds its repeats too large.
    ///
    /// Vectorscan (5.4.8, with the starts of matches) takes `\S{30,}` and `[a-z]{0,100}x`, and finds `\S{40,}`,
    /// `[a-z]{0,128}x` and `x.{12,}y` too large.
    var isTooLarge: Bool { root.repeatSize() > 120 }

    /// The regex in the matcher's syntax, between what asks for its edges. `(?s)` lets a repeated dot pass line breaks,
    /// as AutoModerator does.
    func source(after start: String = "", before end: String = "") -> String {
        var isAlternatives = false
        if case .alternatives = root { isAlternatives = !start.isEmpty || !end.isEmpty }
        let body = isAlternatives ? "(?:\(root.written))" : root.written
        return (root.hasRepeatedDot ? "(?s)" : "") + start + body + end
    }

    /// The members of the outermost sequence.
    var sequence: [Node] { if case .sequence(let members) = root { members } else { [root] } }

    /// Without what matches anything at either end, which says nothing about where a text is found.
    func withoutOpenEnds(start: Bool = true, end: Bool = true) -> PythonRegex {
        var members = sequence
        while start, case .repeated(.dot, let least, _, _)? = members.first {
            members.removeFirst()
            if least > 0 {
                members.insert(.dot, at: 0)
                break
            }
        }
        while end, case .repeated(.dot, let least, _, _)? = members.last {
            members.removeLast()
            if least > 0 {
                members.append(.dot)
                break
            }
        }
        return PythonRegex(root: .sequence(members))
    }

    /// Where anything of any length may stand between parts, the parts; the gap is the code points allowed there.
    /// nil when there is no such place, or a part is too short to be worth looking for.
    var parts: (parts: [PythonRegex], gap: Int)? {
        var parts: [[Node]] = [[]]
        var gap = 0
        for member in sequence {
            if case .repeated(.dot, _, let most, _) = member, most ?? .max > 4 {
                parts.append([])
                gap = max(gap, min(most ?? 128, 128))
            } else {
                parts[parts.count - 1].append(member)
            }
        }
        guard parts.count > 1 else { return nil }
        let regexes = parts.map { PythonRegex(root: .sequence($0)) }
        guard regexes.allSatisfy({ $0.root.least >= 2 && !$0.root.hasAnchor }) else { return nil }
        return (regexes, gap)
    }

    /// Without `\b` at the ends, and whether it stood there.
    var withoutWordEdges: (core: PythonRegex, start: Bool, end: Bool) {
        var members = sequence
        var start = false
        var end = false
        while case .assertion("\\b")? = members.first {
            members.removeFirst()
            start = true
        }
        while case .assertion("\\b")? = members.last {
            members.removeLast()
            end = true
        }
        return (PythonRegex(root: members.count == 1 ? members[0] : .sequence(members)), start, end)
    }

    /// Every text that it matches, when they are few and plain.
    func words(atMost limit: Int = 64) -> [String]? {
        root.words(atMost: limit)?.map { String(String.UnicodeScalarView($0)) }
    }

    /// A short text that it matches, where one is easily told.
    var sample: String? { root.sample.map { String(String.UnicodeScalarView($0)) } }
}

extension PythonRegex.Node {
    /// The least number of code points that it matches.
    var least: Int {
        switch self {
        case .literal(let scalars): scalars.count
        case .dot, .set, .shorthand: 1
        case .assertion: 0
        case .sequence(let members): members.reduce(0) { min(1000, $0 + $1.least) }
        case .alternatives(let members): members.map(\.least).min() ?? 0
        case .repeated(let member, let least, _, _): min(1000, member.least * min(least, 1000))
        }
    }

    /// How many places of an automaton its repeats take, by a rule of thumb.
    func repeatSize(isLast: Bool = true) -> Int {
        switch self {
        case .literal, .dot, .set, .shorthand, .assertion: return 0
        case .alternatives(let members): return members.map { $0.repeatSize(isLast: isLast) }.max() ?? 0
        case .sequence(let members):
            return members.enumerated().reduce(0) { sum, member in
                min(1000, sum + member.element.repeatSize(isLast: isLast && member.offset == members.count - 1))
            }
        case .repeated(let member, let least, let most, _):
            let count = min(most ?? least, 1000)
            guard count > 1 else { return member.repeatSize(isLast: false) }
            // Text behind a long repeat without an end makes it dear.
            let factor = most == nil && !isLast && member.weight >= 4 ? 3 : 1
            return min(1000, member.weight * factor * count)
        }
    }

    /// The places of one round of a repeat.
    private var weight: Int {
        switch self {
        case .literal(let scalars): scalars.reduce(0) { $0 + ($1.value < 0x80 ? 1 : 2) }
        case .dot: 4
        case .set(let set): set.isWide ? 4 : 1
        case .shorthand(let letter): letter.properties.isUppercase ? 4 : 1
        case .assertion: 0
        case .sequence(let members): min(1000, members.reduce(0) { $0 + $1.weight })
        case .alternatives(let members): members.map(\.weight).max() ?? 0
        case .repeated(let member, let least, let most, _):
            min(1000, member.weight * (most.map { min($0, 1000) } ?? max(2, min(least, 1000))))
        }
    }

    var hasRepeatedDot: Bool {
        switch self {
        case .repeated(.dot, _, _, _): true
        case .repeated(let member, _, _, _): member.hasRepeatedDot
        case .sequence(let members), .alternatives(let members): members.contains(where: \.hasRepeatedDot)
        default: false
        }
    }

    /// Whether it asks for the start or the end of the text.
    var hasAnchor: Bool {
        switch self {
        case .assertion(let text): text != "\\b" && text != "\\B"
        case .repeated(let member, _, _, _): member.hasAnchor
        case .sequence(let members), .alternatives(let members): members.contains(where: \.hasAnchor)
        default: false
        }
    }

    // MARK: - Text

    var written: String {
        switch self {
        case .literal(let scalars): RegexText.escaped(String(String.UnicodeScalarView(scalars)))
        case .dot: "."
        case .set(let set): set.written
        case .assertion(let text): text
        case .shorthand(let letter): "\\\(letter)"
        case .sequence(let members): members.map(\.writtenInSequence).joined()
        case .alternatives(let members): members.map(\.written).joined(separator: "|")
        case .repeated(let member, let least, let most, let isLazy):
            member.writtenAsAtom + quantifier(least, most) + (isLazy ? "?" : "")
        }
    }

    private var writtenInSequence: String {
        if case .alternatives = self { "(?:\(written))" } else { written }
    }

    private var writtenAsAtom: String {
        switch self {
        case .literal(let scalars) where scalars.count == 1: written
        case .dot, .set, .shorthand: written
        default: "(?:\(written))"
        }
    }

    private func quantifier(_ least: Int, _ most: Int?) -> String {
        switch (least, most) {
        case (0, 1): "?"
        case (0, nil): "*"
        case (1, nil): "+"
        case (_, nil): "{\(least),}"
        case (_, let most?): most == least ? "{\(least)}" : "{\(least),\(most)}"
        }
    }

    // MARK: - Words

    func words(atMost limit: Int) -> [[Unicode.Scalar]]? {
        switch self {
        case .literal(let scalars): return [scalars]
        case .set(let set): return set.members.flatMap { $0.count <= 8 ? $0.map { [$0] } : nil }
        case .dot, .shorthand, .assertion: return nil
        case .alternatives(let members):
            var all: [[Unicode.Scalar]] = []
            for member in members {
                guard let words = member.words(atMost: limit), all.count + words.count <= limit else { return nil }
                all += words
            }
            return all
        case .sequence(let members):
            var all: [[Unicode.Scalar]] = [[]]
            for member in members {
                guard let words = member.words(atMost: limit), all.count * words.count <= limit else { return nil }
                all = all.flatMap { head in words.map { head + $0 } }
            }
            return all
        case .repeated(let member, let least, let most, _):
            guard let most, most <= 3, let words = member.words(atMost: limit) else { return nil }
            var all: [[Unicode.Scalar]] = least == 0 ? [[]] : []
            var power: [[Unicode.Scalar]] = [[]]
            guard most > 0 else { return all }
            for count in 1...most {
                guard power.count * words.count <= limit else { return nil }
                power = power.flatMap { head in words.map { head + $0 } }
                if count >= least { all += power }
                guard all.count <= limit else { return nil }
            }
            return all
        }
    }

    var sample: [Unicode.Scalar]? {
        switch self {
        case .literal(let scalars): return scalars
        case .dot: return ["x"]
        case .set(let set): return set.first.map { [$0] }
        case .assertion: return []
        case .shorthand(let letter):
            switch letter {
            case "d": return ["1"]
            case "w", "D", "S": return ["x"]
            case "W", "s": return [" "]
            default: return nil
            }
        case .alternatives(let members): return members.lazy.compactMap(\.sample).first
        case .sequence(let members):
            var all: [Unicode.Scalar] = []
            for member in members {
                guard let sample = member.sample, all.count + sample.count <= 100 else { return nil }
                all += sample
            }
            return all
        case .repeated(let member, let least, _, _):
            guard least > 0 else { return [] }
            guard let sample = member.sample, sample.count * least <= 100 else { return nil }
            return Array(repeatElement(sample, count: least).joined())
        }
    }

    // MARK: - Edges

    /// What a match may begin with, or end with, and whether it may be empty.
    func edge(isStart: Bool) -> (kinds: PythonRegex.EdgeKinds, maybeEmpty: Bool) {
        switch self {
        case .literal(let scalars):
            guard let scalar = isStart ? scalars.first : scalars.last else { return ([], true) }
            return (Self.kind(of: scalar), false)
        case .dot: return (.both, false)
        case .set(let set): return (set.kinds, false)
        case .shorthand(let letter):
            switch letter {
            case "d", "w": return (.word, false)
            case "W", "s": return (.other, false)
            default: return (.both, false)
            }
        case .assertion: return ([], true)
        case .alternatives(let members):
            var all: (kinds: PythonRegex.EdgeKinds, maybeEmpty: Bool) = ([], false)
            for member in members {
                let edge = member.edge(isStart: isStart)
                all = (all.kinds.union(edge.kinds), all.maybeEmpty || edge.maybeEmpty)
            }
            return all
        case .sequence(let members):
            var kinds: PythonRegex.EdgeKinds = []
            for member in isStart ? members : members.reversed() {
                let edge = member.edge(isStart: isStart)
                kinds.formUnion(edge.kinds)
                if !edge.maybeEmpty { return (kinds, false) }
            }
            return (kinds, true)
        case .repeated(let member, let least, _, _):
            let edge = member.edge(isStart: isStart)
            return (edge.kinds, edge.maybeEmpty || least == 0)
        }
    }

    static func kind(of scalar: Unicode.Scalar) -> PythonRegex.EdgeKinds {
        RegexText.isWord(scalar) || scalar.properties.isAlphabetic ? .word : .other
    }
}
