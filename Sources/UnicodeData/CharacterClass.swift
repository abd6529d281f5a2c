public import CUnicodeTables

/// The scripts that the pipeline tells apart, in the order of the generated tables. Scripts without a case of their
/// own are `other`.
public enum Script: UInt8, Sendable, CaseIterable {
    case common, latin, cyrillic, greek, han, hiragana, katakana, hangul, bopomofo, arabic, hebrew, thai, lao, khmer,
        myanmar, devanagari, bengali, tamil, telugu, kannada, malayalam, gujarati, gurmukhi, sinhala, georgian,
        armenian, ethiopic, tibetan, cherokee, other

    /// Whether words are written without spaces between them.
    public var isUnspaced: Bool {
        switch self {
        case .han, .hiragana, .katakana, .bopomofo, .thai, .lao, .khmer, .myanmar, .tibetan: true
        default: false
        }
    }
}

/// What a code point is to tokens and words: three bits of kind and five of script in one byte.
public struct CharacterClass: Sendable, Equatable {
    public enum Kind: UInt8, Sendable {
        case other, letter, mark, digit, separator, space, ignorable
    }

    public let rawValue: UInt8

    /// The class of a code point, at most U+10FFFF.
    @inlinable @inline(__always)
    public init(of codePoint: UInt32) { rawValue = unicode_class(codePoint) }

    /// Punctuation and symbols are `separator`; controls that are white space and all of Z are `space`; default
    /// ignorables are `ignorable`; unassigned and other controls are `other`.
    @inlinable public var kind: Kind { Kind(rawValue: rawValue >> 5) ?? .other }
    @inlinable public var script: Script { Script(rawValue: rawValue & 31) ?? .other }
    @inlinable public var isLetter: Bool { rawValue >> 5 == 1 }
    /// A letter, a mark or a digit.
    @inlinable public var isWord: Bool { (1...3).contains(rawValue >> 5) }
}
