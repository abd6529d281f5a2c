/// A half-open run of UTF-8 bytes of one text.
///
/// Evidence spans are offsets into a field's decoded value and fall on grapheme cluster boundaries.
public struct TextSpan: Sendable, Hashable {
    public var start: Int
    public var end: Int

    public init(start: Int, end: Int) {
        self.start = start
        self.end = end
    }

    public var count: Int { end - start }

    /// Whether the two share at least one byte.
    public func overlaps(_ other: TextSpan) -> Bool { start < other.end && other.start < end }
}
