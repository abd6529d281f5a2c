/// Short words of ASCII letters by hash.
///
/// Lists are full of words such as "dm" and "buy". As literals they stop the pattern matcher at every other word of an
/// English post (23 matches a post were measured, against 2 without them), so they are looked up word by word.
struct WordTable: Sendable {
    /// Longest word, in bytes: what a register holds.
    static let longest = 8

    private let mask: Int
    private let shift: UInt64
    private var keys: [UInt64]
    private var literals: [UInt32]

    /// - Parameter words: Bytes of each word, little-endian and padded with zeros.
    /// - Parameter first: The number of the literal that the first word is; the others follow.
    init(words: [UInt64], first: Int) {
        var bits: UInt64 = 4
        while words.count * 2 > 1 << Int(bits) { bits += 1 }
        mask = 1 << Int(bits) - 1
        shift = 64 - bits
        keys = [UInt64](repeating: 0, count: mask + 1)
        literals = [UInt32](repeating: 0, count: mask + 1)
        for (index, word) in words.enumerated() {
            var slot = slot(word)
            while keys[slot] != 0 { slot = (slot + 1) & mask }
            keys[slot] = word
            literals[slot] = UInt32(first + index)
        }
    }

    /// The bytes of a word as a key; nil for what no key can hold.
    static func key(_ word: some BidirectionalCollection<UInt8>) -> UInt64? {
        guard (1...longest).contains(word.count), word.allSatisfy({ $0 &- 0x61 < 26 }) else { return nil }
        return word.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Calls `body` with the number and the end of each word of the table that stands in a folded text.
    @inline(__always)
    func forEachWord(in text: Span<UInt8>, _ body: (_ literal: Int, _ end: Int) -> Void) {
        let length = text.count
        var offset = 0
        while offset < length {
            var key: UInt64 = 0
            var place: UInt64 = 0
            let start = offset
            while offset < length, text[offset] &- 0x61 < 26 {
                if place < 64 { key |= UInt64(text[offset]) << place }
                place += 8
                offset += 1
            }
            if offset == start {
                offset += 1
            } else if offset - start <= Self.longest {
                var slot = slot(key)
                while keys[slot] != 0 {
                    if keys[slot] == key {
                        body(Int(literals[slot]), offset)
                        break
                    }
                    slot = (slot + 1) & mask
                }
            }
        }
    }

    /// Fibonacci hashing (Knuth, The Art of Computer Programming, section 6.4).
    @inline(__always)
    private func slot(_ key: UInt64) -> Int { Int((key &* 0x9E37_79B9_7F4A_7C15) >> shift) }
}
