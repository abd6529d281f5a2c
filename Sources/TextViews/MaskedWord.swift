internal import ContentModel
internal import UnicodeData

/// Words with a letter or two behind a sign (`s*le`).
public enum MaskedWord {
    /// Letters that must show.
    private static let leastShown = 3
    /// Code points of the words that are looked at.
    public static let lengths = leastShown + 1...32
    private static let mostMasked = 2

    /// Whether a code point may stand for any letter.
    @inline(__always)
    public static func isMask(_ codePoint: UInt32) -> Bool {
        switch codePoint {
        // * # _ and round dots and stars
        case 0x2A, 0x23, 0x5F, 0x2022, 0x25CF, 0x25CB, 0x2605, 0x2606, 0x2731, 0x25AA, 0x2588: true
        default: false
        }
    }

    /// The stretches of a view that are masked words, UTF-8 bytes.
    static func find(in view: borrowing ViewText, into words: inout [TextSpan]) {
        guard mayOccur(in: view) else { return }
        let text = view.bytes
        var offset = 0
        while offset < text.count {
            let start = offset
            var end = start
            var (shown, masked, length) = (0, 0, 0)
            var (first, last): (UInt32, UInt32) = (0, 0)
            var isBroken = false
            while offset < text.count {
                let (codePoint, size) = UTF8Scalar.decode(text, at: offset)
                let isMask = isMask(codePoint)
                guard isMask || isLetter(codePoint) else { break }
                if length == 0 { first = codePoint }
                // A name's sign is a mask between two letters alone.
                if isMask, Self.isMask(last), isName(codePoint) || isName(last) { isBroken = true }
                last = codePoint
                if isMask { masked += 1 } else { shown += 1 }
                length += 1
                offset += size
                end = offset
            }
            if end == start {
                offset += UTF8Scalar.decode(text, at: offset).length
                continue
            }
            // `*word*` is emphasis, `_word` a name and `#word` a tag.
            let isEmphasis = isMask(first) && isMask(last) || isName(first) || isName(last)
            if masked > 0, masked <= mostMasked, shown >= leastShown, lengths.contains(length), !isEmphasis, !isBroken {
                words.append(TextSpan(start: start, end: end))
            }
        }
    }

    /// Whether a text has a byte that masks have: those of ASCII, or the first of the others.
    private static func mayOccur(in view: borrowing ViewText) -> Bool {
        for block in 0..<view.blocks.count where view.blocks.masks(block) != 0 { return true }
        return false
    }

    private static func isName(_ codePoint: UInt32) -> Bool { codePoint == 0x23 || codePoint == 0x5F }

    private static func isLetter(_ codePoint: UInt32) -> Bool {
        let character = CharacterClass(of: codePoint)
        return character.isLetter && !character.script.isUnspaced && character.script != .hangul
            || character.kind == .mark
    }
}
