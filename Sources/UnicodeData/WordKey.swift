/// Words of up to eight bytes as numbers: their bytes, little-endian, padded with zeros.
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
        first(word.upperBound &- word.lowerBound, of: bytes(at: word.lowerBound, of: text))
    }

    /// The first `count` of eight bytes, at least one, with zeros for the others.
    @inlinable @inline(__always)
    static func first(_ count: Int, of bytes: UInt64) -> UInt64 {
        bytes & ~0 &>> UInt64(truncatingIfNeeded: 64 &- 8 &* count)
    }

    /// The eight bytes at `offset`, little-endian, with zeros for those behind the text's end.
    @inlinable @inline(__always)
    static func bytes(at offset: Int, of text: Span<UInt8>) -> UInt64 {
        precondition(offset >= 0)
        guard offset &+ longest <= text.count else { return lastBytes(at: offset, of: text) }
        return unsafe text.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
    }

    @usableFromInline
    static func lastBytes(at offset: Int, of text: Span<UInt8>) -> UInt64 {
        var bytes: UInt64 = 0
        var place = text.count
        while place > offset {
            place -= 1
            bytes = bytes << 8 | UInt64(text[place])
        }
        return bytes
    }
}
