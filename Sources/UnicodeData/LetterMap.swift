/// Where the small ASCII letters of a text stand, a bit a byte, so that words are found by counting zeros and not by
/// looking at every byte again.
public struct LetterMap: ~Copyable, Sendable {
    @usableFromInline var bits: [UInt64] = []
    /// Blocks of 64 bytes in use.
    @usableFromInline var count = 0

    public init() {}

    /// A bit for each byte of block `index`; bytes behind the text's end are no letters.
    @inlinable public subscript(_ index: Int) -> UInt64 { bits[index] }
    @inlinable public var blocks: Int { count }

    /// Maps another text.
    ///
    /// - Returns: Whether the text is ASCII alone.
    public mutating func map(_ text: Span<UInt8>) -> Bool {
        let length = text.count
        count = (length + 63) / 64
        if bits.count < count { bits.append(contentsOf: repeatElement(0, count: count + count / 2 - bits.count + 4)) }
        return unsafe text.withUnsafeBytes { text in
            unsafe bits.withUnsafeMutableBufferPointer { bits in
                var high: UInt64 = 0
                var offset = 0
                var block = 0
                while offset < length {
                    var letters: UInt64 = 0
                    let end = min(offset + 64, length)
                    var shift: UInt64 = 0
                    while offset + 8 <= end {
                        let word = unsafe text.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                        high |= word
                        letters |= Self.letters(word) << shift
                        shift += 8
                        offset += 8
                    }
                    while offset < end {
                        let byte = unsafe text[offset]
                        high |= UInt64(byte)
                        if byte &- 0x61 < 26 { letters |= 1 << shift }
                        shift += 1
                        offset += 1
                    }
                    unsafe bits[block] = letters
                    block += 1
                }
                return high & 0x8080_8080_8080_8080 == 0
            }
        }
    }

    /// A bit for each byte of a word that is a small letter.
    @inline(__always)
    private static func letters(_ word: UInt64) -> UInt64 {
        let low = word & 0x7F7F_7F7F_7F7F_7F7F
        let atLeastA = low &+ 0x1F1F_1F1F_1F1F_1F1F
        let pastZ = low &+ 0x0505_0505_0505_0505
        let isLetter = (atLeastA & ~pastZ & ~word) & 0x8080_8080_8080_8080
        return gather(isLetter)
    }

    /// The high bits of eight bytes as eight bits.
    @inlinable @inline(__always)
    public static func gather(_ highBits: UInt64) -> UInt64 {
        ((highBits >> 7) &* 0x0102_0408_1020_4080) >> 56
    }

    /// The first word, a run of small letters, that begins at `offset` or behind it.
    @inlinable @inline(__always)
    public func nextWord(from offset: Int) -> Range<Int>? {
        var block = offset >> 6
        guard block < count else { return nil }
        var rest = bits[block] & (~0 << UInt64(offset & 63))
        while rest == 0 {
            block += 1
            guard block < count else { return nil }
            rest = bits[block]
        }
        let start = block << 6 | rest.trailingZeroBitCount
        var gaps = ~bits[block] & (~0 << UInt64(start & 63))
        while gaps == 0 {
            block += 1
            guard block < count else { return start..<block << 6 }
            gaps = ~bits[block]
        }
        return start..<(block << 6 | gaps.trailingZeroBitCount)
    }
}

/// Words of up to eight bytes as numbers: their bytes, little-endian, padded with zeros.
public enum WordKey {
    /// Bytes of the longest word that has a key: what a register holds.
    public static let longest = 8

    /// Fibonacci hashing (Knuth, The Art of Computer Programming, section 6.4): the best bits are the highest.
    @inlinable @inline(__always)
    public static func hash(_ key: UInt64) -> UInt64 { key &* 0x9E37_79B9_7F4A_7C15 }

    /// The key of the first ``longest`` bytes of a word.
    public static func key(_ word: some Sequence<UInt8>) -> UInt64 {
        word.prefix(longest).reversed().reduce(0) { $0 << 8 | UInt64($1) }
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
