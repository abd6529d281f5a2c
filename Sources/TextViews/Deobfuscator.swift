internal import UnicodeData

/// Undoes four ways in which people hide a word from a filter, over folded text:
///
/// - *separators* between single letters (`s.a.l.e`, `加 微 信`) are dropped,
/// - *repeats* of a letter, three or more, become one (`saaaale`),
/// - *look-alikes* of other scripts inside a Latin word become Latin (`ѕаle`),
/// - *fillers*, blanks that are neither white space nor ignorable (U+2800, U+FFFC), are dropped.
///
/// Every change depends on a few neighbours alone, see the constants.
struct Deobfuscator {
    /// Code points in a separator between letters; more end a chain.
    static let longestSeparator = 4
    /// Single letters of a spaced script in a row, before their separators are dropped: fewer would glue "I a" and
    /// initials.
    static let shortestChain = 3
    /// Equal letters in a row before they become one: two are spelling in most languages.
    static let shortestRun = 3
    /// Code points over which a word's mix of scripts is looked at.
    static let longestMix = 64

    private var tokens: [Token] = []

    /// A run of letters (with their marks) of one side: scripts with spaces, or scripts without.
    private struct Token {
        var start: Int
        var end: Int
        /// Letters in it.
        var letters: Int
        var side: Side
        /// What stands between this token and the next one.
        var gap: Gap = .wide
        /// Part of a chain of single letters whose separators are dropped.
        var isChained = false
    }

    private enum Side: UInt8 { case spaced, hangul, unspaced }

    /// What stands between two tokens.
    private enum Gap: UInt8 {
        /// Nothing: the sides differ.
        case none
        /// Blanks alone.
        case blank
        /// Marks that no sentence needs between two letters: `.`, `-`, `*`, an emoji.
        case sign
        /// Marks of a sentence (comma, question mark …).
        case sentence
        /// Too long, or a digit: no separator at all.
        case wide
    }

    // MARK: - Detection

    /// Whether rewriting could change anything. False for nearly all honest text; never false where ``rewrite(_:into:)``
    /// would change the text.
    static func isSuspicious(_ text: Span<UInt8>) -> Bool {
        let all = CharacterClasses.shared
        let classes = all.bytes
        var scan = TokenScan()
        var offset = 0
        var previous: UInt32 = 0
        var run = 1
        while offset < text.count {
            let byte = text[offset]
            let codePoint: UInt32
            if byte < 0x80 {
                codePoint = UInt32(byte)
                offset += 1
            } else {
                let scalar = UTF8Scalar.decode(text, at: offset)
                codePoint = scalar.codePoint
                offset += scalar.length
                if isFiller(codePoint) { return true }
            }
            let raw = classes[Int(codePoint)]
            if codePoint == previous {
                run += 1
                if run >= shortestRun, raw >> 5 == CharacterClass.Kind.letter.rawValue { return true }
            } else {
                run = 1
                previous = codePoint
            }
            if scan.isSuspicious(after: raw, codePoint) { return true }
        }
        return scan.isSuspiciousAtEnd()
    }

    /// The state of the token grammar over one text; a letter, a mark, a digit or a separator at a time.
    private struct TokenScan {
        private var letters = 0
        private var side = Side.spaced
        private var scripts: UInt8 = 0
        private var gap = 0
        private var gapKind = Gap.none
        private var previousLetters = 0
        private var previousSide = Side.spaced
        private var chain = 0

        @inline(__always)
        mutating func isSuspicious(after raw: UInt8, _ codePoint: UInt32) -> Bool {
            switch raw >> 5 {
            case 1:  // letter
                let script = raw & 31
                let newSide = Deobfuscator.side(ofScript: script)
                if letters == 0 {
                    begin(newSide)
                } else if newSide != side {
                    if closeToken() { return true }
                    gapKind = .none
                    begin(newSide)
                }
                letters += 1
                if script <= Script.greek.rawValue, script != 0 {
                    scripts |= 1 << script
                    return scripts & 2 != 0 && scripts & 0b1100 != 0
                }
                return false
            case 2: return false  // marks belong to their letter
            case 3:  // a digit is part of no word that hides
                if closeToken() { return true }
                previousLetters = 0
                chain = 0
                gap = 0
                gapKind = .wide
                return false
            default:
                if letters > 0, closeToken() { return true }
                gap += 1
                gapKind = Deobfuscator.gap(gapKind, extendedBy: raw, codePoint)
                if gap > Deobfuscator.longestSeparator { gapKind = .wide }
                return false
            }
        }

        mutating func isSuspiciousAtEnd() -> Bool { closeToken() }

        @inline(__always)
        private mutating func begin(_ newSide: Side) { side = newSide }

        /// Ends a token; true when it and the one before it would be joined.
        @inline(__always)
        private mutating func closeToken() -> Bool {
            guard letters > 0 else { return false }
            defer {
                previousLetters = letters
                previousSide = side
                letters = 0
                scripts = 0
                gap = 0
                gapKind = .none
            }
            let follows = previousLetters > 0 && gapKind != .wide
            chain = letters == 1 ? (follows && gapKind != .none ? chain + 1 : 1) : 0
            if chain >= Deobfuscator.shortestChain { return true }
            return follows
                && Deobfuscator.joins(
                    previousSide, previousLetters, gapKind, side, letters)
        }
    }

    /// Whether a gap between two unspaced tokens is dropped. One of the two must be a single letter: a whole word
    /// next to a whole word is how people write pauses.
    private static func joins(_ left: Side, _ leftLetters: Int, _ gap: Gap, _ right: Side, _ rightLetters: Int) -> Bool
    {
        guard left == right, leftLetters == 1 || rightLetters == 1 else { return false }
        switch left {
        case .unspaced: return gap == .blank || gap == .sign
        case .hangul: return gap == .sign
        case .spaced: return false
        }
    }

    @inline(__always)
    private static func side(ofScript script: UInt8) -> Side {
        if script <= Script.greek.rawValue { return .spaced }
        if script == Script.hangul.rawValue { return .hangul }
        return (Script(rawValue: script) ?? .other).isUnspaced ? .unspaced : .spaced
    }

    private static func gap(_ gap: Gap, extendedBy raw: UInt8, _ codePoint: UInt32) -> Gap {
        if gap == .wide || gap == .sentence { return gap }
        if raw >> 5 == CharacterClass.Kind.space.rawValue { return gap == .none ? .blank : gap }
        switch codePoint {
        // Commas, question and exclamation marks, colons, brackets and quotes in their folded forms.
        case 0x21, 0x22, 0x27, 0x28, 0x29, 0x2C, 0x3A, 0x3B, 0x3F, 0x5B, 0x5D, 0x2018...0x201F, 0x3001, 0x3002,
            0x3008...0x3011, 0x3014...0x301B:
            return .sentence
        default: return .sign
        }
    }

    @inline(__always)
    private static func isFiller(_ codePoint: UInt32) -> Bool { codePoint == 0x2800 || codePoint == 0xFFFC }

    // MARK: - Rewriting

    /// Rewrites folded text into `view`, whose edits then map to `folded`.
    ///
    /// - Returns: Whether anything changed.
    mutating func rewrite(_ folded: borrowing ViewText, into view: inout ViewText) -> Bool {
        let text = folded.bytes
        findTokens(text)
        chainTokens()
        var writer = ViewWriter(view: view)
        view = ViewText()
        var offset = 0
        for index in tokens.indices {
            let token = tokens[index]
            writer.copy(text, from: offset, to: token.start)
            let mixed = isMixed(text, tokenAt: index)
            var place = token.start
            while place < token.end {
                let (codePoint, length) = UTF8Scalar.decode(text, at: place)
                let latin = mixed ? LookAlikes.latin(codePoint) : 0
                writer.letter(text, at: place, length: length, as: latin)
                place += length
            }
            offset = token.end
            if index + 1 < tokens.count, dropsGap(after: index) {
                writer.drop(from: token.end, to: tokens[index + 1].start)
                offset = tokens[index + 1].start
            }
        }
        writer.copy(text, from: offset, to: text.count)
        view = writer.finish()
        return !view.edits.isEmpty
    }

    private mutating func findTokens(_ text: Span<UInt8>) {
        let all = CharacterClasses.shared
        let classes = all.bytes
        tokens.removeAll(keepingCapacity: true)
        var offset = 0
        var gap = 0
        var gapKind = Gap.wide
        var open = false
        while offset < text.count {
            let (codePoint, length) = UTF8Scalar.decode(text, at: offset)
            let raw = classes[Int(codePoint)]
            let next = offset + length
            switch raw >> 5 {
            case 1:
                let side = Self.side(ofScript: raw & 31)
                if open, tokens[tokens.count - 1].side == side {
                    tokens[tokens.count - 1].end = next
                    tokens[tokens.count - 1].letters += 1
                } else {
                    if !tokens.isEmpty { tokens[tokens.count - 1].gap = open ? .none : gapKind }
                    tokens.append(Token(start: offset, end: next, letters: 1, side: side))
                    open = true
                }
            case 2 where open: tokens[tokens.count - 1].end = next
            case 2: break
            case 3:
                open = false
                gapKind = .wide
            default:
                if open {
                    gap = 0
                    gapKind = .none
                    open = false
                }
                gap += 1
                gapKind = Self.gap(gapKind, extendedBy: raw, codePoint)
                if gap > Self.longestSeparator { gapKind = .wide }
            }
            offset = next
        }
    }

    /// Marks the runs of single letters that are long enough.
    private mutating func chainTokens() {
        var start = 0
        while start < tokens.count {
            guard tokens[start].letters == 1 else {
                start += 1
                continue
            }
            var end = start + 1
            while end < tokens.count, tokens[end].letters == 1, tokens[end - 1].gap != .wide,
                tokens[end - 1].gap != .none
            {
                end += 1
            }
            if end - start >= Self.shortestChain {
                for index in start..<end { tokens[index].isChained = true }
            }
            start = end
        }
    }

    private func dropsGap(after index: Int) -> Bool {
        let left = tokens[index]
        let right = tokens[index + 1]
        guard left.gap != .wide, left.gap != .none else { return false }
        if left.isChained, right.isChained { return true }
        return Self.joins(left.side, left.letters, left.gap, right.side, right.letters)
    }

    /// Whether the word that a token belongs to (the token, or its chain) has Latin letters and others that look so.
    private func isMixed(_ text: Span<UInt8>, tokenAt index: Int) -> Bool {
        guard tokens[index].side == .spaced else { return false }
        var first = index
        var last = index
        if tokens[index].isChained {
            while first > 0, index - first < Self.longestMix, tokens[first - 1].isChained, dropsGap(after: first - 1) {
                first -= 1
            }
            while last + 1 < tokens.count, last - index < Self.longestMix, tokens[last + 1].isChained,
                dropsGap(after: last)
            {
                last += 1
            }
        }
        var hasLatin = false
        var hasOther = false
        for token in tokens[first...last] {
            var place = token.start
            var left = Self.longestMix
            while place < token.end, left > 0 {
                let (codePoint, length) = UTF8Scalar.decode(text, at: place)
                switch CharacterClasses.shared[codePoint].script {
                case .latin: hasLatin = true
                case .cyrillic, .greek: hasOther = true
                default: break
                }
                place += length
                left -= 1
            }
        }
        return hasLatin && hasOther
    }
}
