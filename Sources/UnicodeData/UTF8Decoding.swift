/// Decoding of UTF-8 that is known to be valid, code point by code point.
public enum UTF8Scalar {
    /// The bytes of the code point that begins with `lead`.
    @inlinable @inline(__always)
    public static func length(lead: UInt8) -> Int { lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4 }

    /// Whether two bytes begin a Han character from U+4E00 to U+9FFF.
    ///
    /// - Parameter second: Only asked for where the first leaves it open that there is one.
    @inlinable @inline(__always)
    public static func isHan(_ first: UInt8, _ second: @autoclosure () -> UInt8) -> Bool {
        first &- 0xE4 < 6 && (first > 0xE4 || second() >= 0xB8)
    }

    /// The code point whose first byte stands at `offset`, and its length in bytes.
    @inlinable @inline(__always)
    public static func decode(_ bytes: Span<UInt8>, at offset: Int) -> (codePoint: UInt32, length: Int) {
        let first = UInt32(bytes[offset])
        if first < 0x80 { return (first, 1) }
        let second = UInt32(bytes[offset + 1] & 0x3F)
        if first < 0xE0 { return ((first & 0x1F) << 6 | second, 2) }
        let third = UInt32(bytes[offset + 2] & 0x3F)
        if first < 0xF0 { return ((first & 0x0F) << 12 | second << 6 | third, 3) }
        return ((first & 0x07) << 18 | second << 12 | third << 6 | UInt32(bytes[offset + 3] & 0x3F), 4)
    }

    /// The same over a pointer into valid UTF-8, for the kernels that read every code point: checked places cost them
    /// 15 to 23 %.
    @unsafe @inlinable @inline(__always)
    public static func decode(_ bytes: UnsafePointer<UInt8>) -> (codePoint: UInt32, length: Int) {
        let first = unsafe UInt32(bytes[0])
        if first < 0x80 { return (first, 1) }
        let second = unsafe UInt32(bytes[1] & 0x3F)
        if first < 0xE0 { return ((first & 0x1F) << 6 | second, 2) }
        let third = unsafe UInt32(bytes[2] & 0x3F)
        if first < 0xF0 { return ((first & 0x0F) << 12 | second << 6 | third, 3) }
        return unsafe ((first & 0x07) << 18 | second << 12 | third << 6 | UInt32(bytes[3] & 0x3F), 4)
    }

    /// The code point that ends just before `offset`, and its length in bytes.
    @inlinable
    public static func decode(_ bytes: Span<UInt8>, before offset: Int) -> (codePoint: UInt32, length: Int) {
        var start = offset - 1
        let last = bytes[start]
        if last < 0x80 { return (UInt32(last), 1) }
        while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
        return decode(bytes, at: start)
    }

    /// The number of code points between two offsets.
    @inlinable
    public static func count(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
        var count = 0
        for offset in start..<end where bytes[offset] & 0xC0 != 0x80 { count += 1 }
        return count
    }

    /// The place so many code points before another one, or 0.
    @inlinable
    public static func place(_ bytes: Span<UInt8>, before end: Int, by codePoints: Int) -> Int {
        var (place, left) = (end, codePoints)
        while place > 0, left > 0 {
            place -= 1
            if bytes[place] & 0xC0 != 0x80 { left -= 1 }
        }
        return place
    }
}
