/// Words and grams of up to eight bytes as numbers: their bytes, little-endian, padded with zeros.
public enum WordKey {
    /// Bytes of the longest word that has a key: what a register holds.
    public static let longest = 8

    /// Fibonacci hashing (Knuth, The Art of Computer Programming, section 6.4): the best bits are the highest.
    @inlinable @inline(__always)
    public static func hash(_ key: UInt64) -> UInt64 { key &* 0x9E37_79B9_7F4A_7C15 }

    /// The key of the first ``longest`` bytes of a word.
    @inlinable
    public static func key(_ word: some Sequence<UInt8>) -> UInt64 {
        var key: UInt64 = 0
        var shift: UInt64 = 0
        for byte in word {
            key |= UInt64(byte) << shift
            shift += 8
            if shift == 64 { break }
        }
        return key
    }

    /// The key of a stretch of at most ``longest`` bytes.
    @inlinable @inline(__always)
    public static func key(_ word: Range<Int>, of text: Span<UInt8>) -> UInt64 {
        if word.lowerBound + 8 <= text.count {
            let bytes = unsafe text.bytes.unsafeLoadUnaligned(fromByteOffset: word.lowerBound, as: UInt64.self)
            return bytes & (~0 >> UInt64(64 - 8 * word.count))
        }
        var key: UInt64 = 0
        var offset = word.upperBound
        while offset > word.lowerBound {
            offset -= 1
            key = key << 8 | UInt64(text[offset])
        }
        return key
    }
}

extension WordKey {
    /// The key of the gram that begins at `offset` with a character outside ASCII: two characters, three where the
    /// first is of two bytes as most letters of alphabets are, of them the first ``longest`` bytes.
    ///
    /// - Returns: The key and the gram's length, bytes; nil where the text ends before.
    @inlinable @inline(__always)
    public static func gram(at offset: Int, of text: Span<UInt8>) -> (key: UInt64, length: Int)? {
        let available = min(longest, text.count - offset)
        let bytes = key(offset..<offset + available, of: text)
        // The highest bit of each byte that begins a character, the first left out; behind the end all do.
        var starts = ~(bytes & ~(bytes << 1)) & 0x8080_8080_8080_8000
        starts &= starts &- 1
        if bytes & 0xE0 == 0xC0 { starts &= starts &- 1 }
        let length = starts.trailingZeroBitCount >> 3
        guard length <= available else { return nil }
        return (bytes & ~0 >> UInt64(64 - 8 * length), length)
    }
}
