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

    private let classes = CharacterClasses.shared
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

    /// Whether rewriting could change anything. False for nearly all honest text; never false where
    /// ``rewrite(_:into:)`` would change the text.
    static func isSuspicious(_ text: Span<UInt8>, _ classes: Span<UInt8>) -> Bool {
        var scan = TokenScan()
        let length = text.count
        var offset = 0
        // The code point before, and how many equal ones stand in a row with it.
        var previous: UInt32 = 0
        var run = 1
        while offset < length {
            let byte = text[offset]
            if byte &- 0x61 < 26 {
                // Letters of ASCII, a word at a time.
                scan.continueWord(.spaced, latin: true)
                repeat {
                    let letter = UInt32(text[offset])
                    guard letter &- 0x61 < 26 else { break }
                    run = letter == previous ? run + 1 : 1
                    if run >= shortestRun { return true }
                    previous = letter
                    scan.letters += 1
                    offset += 1
                } while offset < length
                continue
            }
            if byte &- 0xE4 < 6, text[offset + 1] > 0xB7 || byte > 0xE4 {
                // Han of the first plane (U+4E00 on), a run at a time.
                scan.continueWord(.unspaced, latin: false)
                repeat {
                    guard text[offset] &- 0xE4 < 6 else { break }
                    let (han, _) = UTF8Scalar.decode(text, at: offset)
                    guard han >= 0x4E00 else { break }
                    run = han == previous ? run + 1 : 1
                    if run >= shortestRun { return true }
                    previous = han
                    scan.letters += 1
                    offset += 3
                } while offset < length
                continue
            }
            let codePoint: UInt32
            let size: Int
            if byte < 0x80 {
                (codePoint, size) = (UInt32(byte), 1)
            } else {
                (codePoint, size) = UTF8Scalar.decode(text, at: offset)
                if isFiller(codePoint) { return true }
            }
            let raw = classes[Int(codePoint)]
            run = codePoint == previous ? run + 1 : 1
            previous = codePoint
            if raw >> 5 == CharacterClass.Kind.letter.rawValue, run >= shortestRun { return true }
            if scan.isSuspicious(after: raw, codePoint) { return true }
            offset += size
        }
        return scan.isSuspiciousAtEnd()
    }

    /// The state of the token grammar over one text: a letter, a mark, a digit or a separator at a time.
    private struct TokenScan {
        /// Letters of the token at hand; 0 between tokens.
        var letters = 0
        private var side = Side.spaced
        private var hasLatin = false
        private var hasOther = false
        private var gap = 0
        private var gapKind = Gap.none
        private var previousLetters = 0
        private var previousSide = Side.spaced
        private var chain = 0
        /// A join was seen where a token ended at once with the next one's beginning.
        private var isFound = false

        /// Goes on with a token of `newSide`, or begins one.
        @inline(__always)
        mutating func continueWord(_ newSide: Side, latin: Bool) {
            if letters > 0, newSide != side {
                if closeToken() { isFound = true }
                gapKind = .none
            }
            side = newSide
            if latin { hasLatin = true }
        }

        @inline(__always)
        mutating func isSuspicious(after raw: UInt8, _ codePoint: UInt32) -> Bool {
            switch raw >> 5 {
            case CharacterClass.Kind.letter.rawValue:
                let script = raw & 31
                continueWord(Deobfuscator.side(ofScript: script), latin: script == Script.latin.rawValue)
                letters += 1
                if script == Script.cyrillic.rawValue || script == Script.greek.rawValue { hasOther = true }
                return isFound || hasLatin && hasOther
            case CharacterClass.Kind.mark.rawValue: return false  // belongs to its letter
            case CharacterClass.Kind.digit.rawValue:
                // A digit is part of no word that hides.
                if closeToken() { return true }
                previousLetters = 0
                chain = 0
                gap = 0
                gapKind = .wide
                return false
            default:
                if letters > 0, closeToken() { return true }
                gap += 1
                gapKind =
                    gap > Deobfuscator.longestSeparator ? .wide : Deobfuscator.gap(gapKind, extendedBy: raw, codePoint)
                return false
            }
        }

        mutating func isSuspiciousAtEnd() -> Bool { closeToken() || isFound }

        /// Ends a token; true when it and the one before it would be joined, or its scripts are mixed.
        @inline(__always)
        private mutating func closeToken() -> Bool {
            guard letters > 0 else { return false }
            let follows = previousLetters > 0 && gapKind != .wide
            chain = letters > 1 ? 0 : follows && gapKind != .none ? chain + 1 : 1
            let isJoined =
                chain >= Deobfuscator.shortestChain
                || follows && side != .spaced
                    && Deobfuscator.joins(previousSide, previousLetters, gapKind, side, letters)
            let isMixed = hasLatin && hasOther
            previousLetters = letters
            previousSide = side
            letters = 0
            hasLatin = false
            hasOther = false
            gap = 0
            gapKind = .none
            return isJoined || isMixed
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
                if classes[codePoint].isLetter {
                    let latin = mixed ? LookAlikes.latin(codePoint) : 0
                    writer.letter(text, at: place, length: length, as: latin)
                } else {
                    writer.copy(text, from: place, to: place + length)
                }
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
        let table = classes
        let classes = table.bytes
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
                switch classes[codePoint].script {
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
