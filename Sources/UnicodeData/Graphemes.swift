internal import CICU
internal import CUnicodeTables

/// Finds grapheme cluster boundaries (UAX #29) of one text at a time. One thread at a time.
@safe public struct GraphemeBoundaries: ~Copyable {
    private let handle: OpaquePointer

    public init() throws(UnicodeDataError) {
        guard let handle = unsafe cicu_graphemes_create() else { throw UnicodeDataError() }
        unsafe self.handle = unsafe handle
    }

    deinit { unsafe cicu_graphemes_destroy(handle) }

    /// Widens spans of `text` (valid UTF-8, byte offsets) to whole graphemes.
    ///
    /// - Returns: The widened spans in the same order; nil when ICU refuses the text.
    public mutating func widen(_ spans: [Range<Int>], in text: Span<UInt8>) -> [Range<Int>]? {
        // Most evidence ends at blanks, ASCII letters or Han characters, for which ICU need not be asked.
        let areWhole = spans.allSatisfy {
            Self.isPlainBoundary($0.lowerBound, in: text) && Self.isPlainBoundary($0.upperBound, in: text)
        }
        return areWhole ? spans : widenByICU(spans, in: text)
    }

    private func widenByICU(_ spans: [Range<Int>], in text: Span<UInt8>) -> [Range<Int>]? {
        unsafe text.withUnsafeBufferPointer { bytes in
            guard unsafe cicu_graphemes_set_text(handle, bytes.baseAddress, Int32(bytes.count)) else { return nil }
            return spans.map { span in
                let start = unsafe Int(cicu_graphemes_floor(handle, Int32(span.lowerBound)))
                let end = unsafe Int(cicu_graphemes_ceiling(handle, Int32(span.upperBound)))
                return start..<end
            }
        }
    }

    /// Whether a place lies between two characters, ASCII or Han, that nothing joins but CR and LF.
    private static func isPlainBoundary(_ place: Int, in text: Span<UInt8>) -> Bool {
        guard place > 0, place < text.count else { return true }
        let (before, after) = (text[place - 1], text[place])
        guard before < 0x80 || place >= 3 && UTF8Scalar.isHan(text[place - 3], text[place - 2]) else { return false }
        guard after < 0x80 else { return place + 1 < text.count && UTF8Scalar.isHan(after, text[place + 1]) }
        return before != 0x0D || after != 0x0A
    }
}

/// The terminal columns of a code point (UAX #11): 2 for wide and full-width, 0 for marks and controls, else 1.
public func columns(of codePoint: UInt32) -> Int { Int(cicu_columns(Int32(codePoint))) }

/// The versions of the Unicode data in use.
public enum UnicodeVersion {
    public static var icu: String { unsafe String(cString: cicu_version()) }
    /// Of the generated tables.
    public static var tables: String { unsafe String(cString: unicode_tables_version()) }
    public static var unicode: String { unsafe String(cString: cicu_unicode_version()) }
}
