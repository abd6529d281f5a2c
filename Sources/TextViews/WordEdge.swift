internal import UnicodeData

/// What may stand next to an edge of a phrase, for the phrase to count there.
///
/// Scripts with spaces ask for a word's edge, scripts without match inside anything, and a phrase that mixes both is
/// judged edge by edge. Hangul asks for a word's edge at its start only: particles follow a word without a space.
public enum WordEdge: UInt8, Sendable {
    /// Anything.
    case free
    /// No letter, mark or digit of a script with spaces.
    case spaced
    /// No Hangul letter.
    case hangul
    /// No letter, mark or digit at all.
    case any
    /// The start of a domain: nothing that continues a host name to the left, but a dot.
    case hostStart
    /// The end of a domain: nothing that continues a host name to the right.
    case hostEnd

    /// How a rule's author asks for edges.
    public enum Boundary: String, Sendable, CaseIterable {
        case auto, word, none
    }

    /// The demands of a phrase, folded valid UTF-8, at its two edges.
    public static func edges(of phrase: Span<UInt8>, boundary: Boundary) -> (start: WordEdge, end: WordEdge) {
        guard phrase.count > 0 else { return (.free, .free) }
        switch boundary {
        case .none: return (.free, .free)
        case .word: return (.any, .any)
        case .auto:
            let first = CharacterClass(of: UTF8Scalar.decode(phrase, at: 0).codePoint)
            let last = CharacterClass(of: UTF8Scalar.decode(phrase, before: phrase.count).codePoint)
            return (edge(first, isStart: true), edge(last, isStart: false))
        }
    }

    private static func edge(_ class: CharacterClass, isStart: Bool) -> WordEdge {
        guard `class`.isWord else { return .free }
        if `class`.script == .hangul { return isStart ? .hangul : .free }
        return `class`.script.isUnspaced ? .free : .spaced
    }

    /// Whether this edge may lie at `offset` (bytes) of `text`, with the phrase to the right of it.
    public func allows(before offset: Int, in text: Span<UInt8>) -> Bool {
        guard self != .free else { return true }
        var place = offset
        var skipped = 0
        while place > 0, skipped < Self.longestSkip {
            let (codePoint, length) = UTF8Scalar.decode(text, before: place)
            let neighbour = CharacterClass(of: codePoint)
            guard neighbour.kind == .ignorable else { return !isBlocked(by: neighbour, codePoint) }
            place -= length
            skipped += 1
        }
        return true
    }

    /// Whether this edge may lie at `offset` (bytes) of `text`, with the phrase to the left of it.
    public func allows(after offset: Int, in text: Span<UInt8>) -> Bool {
        guard self != .free else { return true }
        var place = offset
        var skipped = 0
        while place < text.count, skipped < Self.longestSkip {
            let (codePoint, length) = UTF8Scalar.decode(text, at: place)
            let neighbour = CharacterClass(of: codePoint)
            guard neighbour.kind == .ignorable else {
                if self == .hostEnd, codePoint == 0x2E { return !continuesHost(text, after: place + length) }
                return !isBlocked(by: neighbour, codePoint)
            }
            place += length
            skipped += 1
        }
        return true
    }

    /// Ignorable code points between a word and its neighbour that are looked through.
    private static let longestSkip = 64

    /// `example.com.` ends a sentence; `example.com.evil` is another host.
    private func continuesHost(_ text: Span<UInt8>, after offset: Int) -> Bool {
        guard offset < text.count else { return false }
        return CharacterClass(of: UTF8Scalar.decode(text, at: offset).codePoint).isWord
    }

    private func isBlocked(by neighbour: CharacterClass, _ codePoint: UInt32) -> Bool {
        switch self {
        case .free: false
        case .any: neighbour.isWord
        case .hangul: neighbour.isLetter && neighbour.script == .hangul
        case .spaced: neighbour.isWord && !neighbour.script.isUnspaced && neighbour.script != .hangul
        case .hostStart, .hostEnd:
            codePoint == 0x2D || neighbour.isWord && !neighbour.script.isUnspaced
        }
    }
}
