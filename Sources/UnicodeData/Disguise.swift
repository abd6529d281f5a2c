public import CUnicodeTables

/// What a code point of folded text may stand for, where people use it to hide a word.
public enum Disguise {
    /// What the table says of a code point.
    public enum Kind: UInt32, Sendable {
        case none
        /// It stands for its target wherever it occurs; a target of 0 means that it is left out.
        case always
        /// It looks like its target, an ASCII letter, and counts as it beside Latin letters.
        case lookAlike
        /// A regional indicator: two are a flag, more may be letters.
        case regional
    }

    /// A code point's kind, and what it stands for.
    @inlinable @inline(__always)
    public static func of(_ codePoint: UInt32) -> (kind: Kind, target: UInt32) {
        if codePoint < 0x10000, unicode_is_disguised(codePoint) == 0 { return (.none, 0) }
        let value = unicode_disguise(codePoint)
        return (Kind(rawValue: value >> 21) ?? .none, value & 0x1F_FFFF)
    }

    /// Whether the table says anything of a code point up to U+FFFF.
    @inlinable @inline(__always)
    public static func isAny(_ codePoint: UInt32) -> Bool { unicode_is_disguised(codePoint) != 0 }
}

/// Weaker readings of single code points.
public enum Reading {
    /// A Latin, Cyrillic or Greek letter without its marks; the code point itself where it has none.
    @inlinable public static func unmarked(_ codePoint: UInt32) -> UInt32 {
        let base = unicode_base(codePoint)
        return base == 0 ? codePoint : UInt32(base)
    }

    /// The decimal digit that a code point stands for, in any script or shape.
    @inlinable public static func digit(_ codePoint: UInt32) -> UInt8? {
        let digit = unicode_digit(codePoint)
        return digit == 0 ? nil : digit - 1
    }

    /// Bytes of the longest syllable.
    public static let longestSyllable = 6

    /// Calls `body` with each ASCII letter of a Han character's Mandarin syllable, without tone.
    ///
    /// - Returns: False when it has none.
    @inlinable public static func syllable(_ codePoint: UInt32, _ body: (UInt8) -> Void) -> Bool {
        let number = unicode_syllable(codePoint)
        guard number != 0 else { return false }
        let name = unsafe unicode_syllable_name(number)
        for index in 0..<longestSyllable {
            let letter = unsafe name[index]
            if letter == 0 { break }
            body(letter)
        }
        return true
    }
}
