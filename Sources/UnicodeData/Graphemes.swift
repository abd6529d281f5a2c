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
        unsafe text.withUnsafeBufferPointer { bytes in
            guard unsafe cicu_graphemes_set_text(handle, bytes.baseAddress, Int32(bytes.count)) else { return nil }
            return spans.map { span in
                let start = unsafe Int(cicu_graphemes_floor(handle, Int32(span.lowerBound)))
                let end = unsafe Int(cicu_graphemes_ceiling(handle, Int32(span.upperBound)))
                return start..<end
            }
        }
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
