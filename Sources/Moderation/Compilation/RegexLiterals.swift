/// Literals of which every text that a regex matches has one: its *prefilter*. Most texts have none of them, and are not
/// scanned for the regex.
///
/// The regex is cut into runs of characters that are known, each a set of strings; each run and each group asks for a
/// literal of each of its strings, and what asks for the rarest wins (as RE2's prefilter and Vectorscan itself choose
/// their literals). Of a string it is a word that is rare by itself, as few strings as may be then differ; and else the
/// whole string: "family" stands in many posts, "kill your family" in none. A word is what ``GramTable`` finds literals
/// by: letters and digits of ASCII that do not go on to either side, a sign, or characters outside ASCII.
enum RegexLiterals {
    /// The literals of a regex; nil where none are known.
    static func literals(of regex: RegexSyntax) -> Set<Literal>? {
        regex.isRead ? Part.of(regex).needs?.literals : nil
    }

    /// A stretch of what a regex matches.
    struct Literal: Hashable {
        var bytes: [UInt8]
        /// Whether no letter or digit goes on before it, and behind it.
        var isClosedBefore = true
        var isClosedBehind = true

        /// Whether ``GramTable`` finds it.
        fileprivate var hasGram: Bool {
            // A character alone stands in too many texts.
            GramTable.grams(of: bytes, isClosed: (isClosedBefore, isClosedBehind)).contains {
                !GramTable.isCharacter($0)
            }
        }
    }

    /// A word that an ordinary post has less likely than this is taken alone, by ``Anchors/chance(of:)``.
    private static let rare = 0.001

    /// More strings than this, and more elements of all together, are not written out: what a regex may take to read
    /// grows with both.
    private static let mostStrings = 512
    private static let mostElements = 1 << 15

    /// Every string of the first with every string of the second behind it; nil where they are too many or too long.
    private static func joined(_ left: [[Element]], _ right: [[Element]]) -> [[Element]]? {
        let elements = left.joined().count * right.count + right.joined().count * left.count
        guard left.count * right.count <= mostStrings, elements <= mostElements else { return nil }
        return left.flatMap { left in right.map { left + $0 } }
    }

    private static func isFew(_ strings: [[Element]]) -> Bool {
        strings.count <= mostStrings && strings.joined().count <= mostElements
    }

    /// A byte, or the edge of a word.
    private typealias Element = UInt16
    private static let edge: Element = 0x100

    /// Literals of which one is needed, and how likely an ordinary post has one.
    private struct Needs {
        var literals: Set<Literal>
        var chance: Double

        init(_ literals: Set<Literal>) {
            self.literals = literals
            // In one order, whatever the set's: equal rule books make equal programs.
            chance = literals.map { Anchors.chance(of: $0.bytes) }.sorted().reduce(0, +)
        }

        /// A literal of each string; nil where a string has none.
        ///
        /// - Parameter isClosed: Whether no word goes on before the strings, and behind them.
        init?(_ strings: [[Element]], isClosed: (before: Bool, behind: Bool)) {
            var literals: Set<Literal> = []
            for string in strings {
                guard let literal = RegexLiterals.literal(of: string, isClosed) else { return nil }
                literals.insert(literal)
            }
            self.init(literals)
        }

        /// One of the literals of any.
        init?(anyOf all: [Needs?]) {
            var literals: Set<Literal> = []
            for needs in all {
                guard let needs else { return nil }
                literals.formUnion(needs.literals)
            }
            self.init(literals)
        }

        /// The rarer of what two parts need, both of which are there.
        static func rarer(_ left: Needs?, _ right: Needs?) -> Needs? {
            guard let left, let right else { return left ?? right }
            return left.chance <= right.chance ? left : right
        }
    }

    /// What is known of a part of a regex.
    private struct Part {
        /// All that it matches; nil where that is too much, or not known.
        var strings: [[Element]]?
        /// What it needs by itself, wherever it stands.
        var needs: Needs?
        /// Whether what it matches begins outside words, and ends there.
        var isClosed = (before: false, behind: false)
        /// Whether it may match nothing, ``strings`` aside.
        var mayBeEmpty = false

        /// - Parameter strings: Few (``isFew(_:)``).
        static func known(_ strings: [[Element]]) -> Part {
            let needs = Needs(strings, isClosed: (false, false))
            let isClosed = (
                before: strings.allSatisfy { $0.first.map(RegexLiterals.isOutsideWords) ?? false },
                behind: strings.allSatisfy { $0.last.map(RegexLiterals.isOutsideWords) ?? false }
            )
            return Part(strings: strings, needs: needs, isClosed: isClosed)
        }

        static func of(_ syntax: RegexSyntax) -> Part {
            switch syntax {
            case .scalar(let scalar):
                return known([String(scalar).utf8.map(Element.init)])
            case .boundary:
                return known([[RegexLiterals.edge]])
            case .characters(let characters):
                if let members = characters.members, 1...8 ~= members.count {
                    return known(members.map { String($0).utf8.map(Element.init) })
                }
                return Part(isClosed: (characters.isOutsideWords, characters.isOutsideWords))
            case .sequence(let parts):
                return sequence(parts.map(of))
            case .alternatives(let alternatives):
                return any(of: alternatives.map(of))
            case .repeated(let part, let least, let most):
                return repeated(of(part), least: least, most: most)
            case .unread:
                return Part()
            }
        }

        private static func any(of parts: [Part]) -> Part {
            let strings = Array(parts.compactMap(\.strings).joined())
            if parts.allSatisfy({ $0.strings != nil }), RegexLiterals.isFew(strings) { return known(strings) }
            return Part(
                needs: Needs(anyOf: parts.map(\.needs)),
                isClosed: (parts.allSatisfy(\.isClosed.before), parts.allSatisfy(\.isClosed.behind)),
                mayBeEmpty: parts.contains { $0.mayBeEmpty || $0.strings?.contains([]) ?? false })
        }

        private static func repeated(_ part: Part, least: Int, most: Int?) -> Part {
            if let own = part.strings, let most, 1...3 ~= most, least <= most {
                var strings: [[Element]] = least == 0 ? [[]] : []
                var power: [[Element]] = [[]]
                for count in 1...most {
                    guard let next = RegexLiterals.joined(power, own) else { break }
                    power = next
                    if count >= least { strings += power }
                    if count == most, RegexLiterals.isFew(strings) { return known(strings) }
                }
            }
            return Part(
                needs: least == 0 ? nil : part.needs, isClosed: part.isClosed,
                mayBeEmpty: least == 0 || part.mayBeEmpty || part.strings?.contains([]) ?? false)
        }

        private static func sequence(_ parts: [Part]) -> Part {
            var whole = Part()
            // The known strings since the last part that is not known, and whether no word goes on into them.
            var run: [[Element]] = [[]]
            var isRunClosed = false
            var isKnown = true
            func isEndClosed() -> Bool {
                run.allSatisfy { $0.last.map(RegexLiterals.isOutsideWords) ?? isRunClosed }
            }
            for part in parts {
                if let strings = part.strings, let longer = RegexLiterals.joined(run, strings) {
                    run = longer
                    continue
                }
                let isClosedBehind = part.isClosed.before && !part.mayBeEmpty
                whole.needs = .rarer(whole.needs, Needs(run, isClosed: (isRunClosed, isClosedBehind)))
                if isKnown {
                    whole.isClosed.before = run.allSatisfy {
                        $0.first.map(RegexLiterals.isOutsideWords) ?? isClosedBehind
                    }
                }
                isKnown = false
                let wasClosed = isEndClosed()
                if let strings = part.strings {
                    (isRunClosed, run) = (wasClosed, strings)
                } else {
                    whole.needs = .rarer(whole.needs, part.needs)
                    (isRunClosed, run) = (part.isClosed.behind && (wasClosed || !part.mayBeEmpty), [[]])
                }
            }
            guard !isKnown else { return known(run) }
            whole.needs = .rarer(whole.needs, Needs(run, isClosed: (isRunClosed, false)))
            whole.isClosed.behind = isEndClosed()
            return whole
        }
    }

    private static func isWord(_ element: Element) -> Bool {
        0x61...0x7A ~= element || 0x30...0x39 ~= element
    }

    private static func isOutsideWords(_ element: Element) -> Bool { !isWord(element) }

    /// What every text with a string has of it.
    private static func literal(of string: [Element], _ isClosed: (before: Bool, behind: Bool)) -> Literal? {
        let words = words(in: string, isClosed).map { (literal: $0, chance: Anchors.chance(of: $0.bytes)) }
        if let rarest = words.min(by: { $0.chance < $1.chance }), rarest.chance < rare { return rarest.literal }
        let whole = Literal(
            bytes: string.filter { $0 != edge }.map { UInt8(truncatingIfNeeded: $0) },
            isClosedBefore: isClosed.before || string.first == edge,
            isClosedBehind: isClosed.behind || string.last == edge)
        return whole.hasGram ? whole : nil
    }

    /// The words of a string that a text with the string has as words of its own.
    private static func words(in string: [Element], _ isClosed: (before: Bool, behind: Bool)) -> [Literal] {
        var words: [Literal] = []
        var start = 0
        while start < string.count {
            let kind = Kind(string[start])
            let end = string[start...].firstIndex { Kind($0) != kind } ?? string.count
            defer { start = end }
            let word = Literal(
                bytes: string[start..<end].map { UInt8(truncatingIfNeeded: $0) },
                isClosedBefore: start > 0 || isClosed.before, isClosedBehind: end < string.count || isClosed.behind)
            switch kind {
            case .word, .wide: if word.hasGram { words.append(word) }
            case .sign: words += word.bytes.map { Literal(bytes: [$0]) }.filter(\.hasGram)
            case .edge: break
            }
        }
        return words
    }

    private enum Kind {
        case word, wide, sign, edge

        init(_ element: Element) {
            self =
                element == RegexLiterals.edge
                ? .edge : RegexLiterals.isWord(element) ? .word : element < 0x80 ? .sign : .wide
        }
    }
}
