internal import UnicodeData

/// Literals that hold a whole word of ASCII letters, found by that word's hash.
///
/// Lists are full of words such as "dm" and "buy", and of phrases that end as all English does. In a pattern database
/// they cost more than all others: it stops at every other word to confirm. So each such literal is filed under its
/// rarest word, texts are looked up word by word, and the rest of the literal is compared where one is found.
struct WordTable: Sendable {
    private let mask: Int
    private let shift: UInt64
    /// A bit for each hash that some word has, four for each slot: small enough for the processor's
    /// cache, and nearly all words of a text end here.
    private var filter: [UInt64]
    private var slots: [Slot]
    /// By word: the literals that hold it.
    private var entries: [Entry]

    /// A word's first eight bytes, 0 for none, and its stretch of ``entries``: together, for one look into memory.
    private struct Slot {
        var key: UInt64 = 0
        var first: UInt32 = 0
        var count: UInt32 = 0
    }

    /// A literal, where in it the word begins, and the four bytes before the word and behind its key: nearly all
    /// literals of a word are told apart by those.
    private struct Entry {
        var literal: UInt32
        var offset: UInt32
        var before: UInt32 = 0
        var beforeMask: UInt32 = 0
        var after: UInt32 = 0
        var afterMask: UInt32 = 0

        init(_ literal: Int, _ word: LiteralTable.Word, _ bytes: ArraySlice<UInt8>) {
            self.literal = UInt32(literal)
            offset = word.offset
            let start = bytes.startIndex + Int(word.offset)
            for (place, byte) in bytes[..<start].suffix(4).reversed().enumerated() {
                before |= UInt32(byte) << UInt32(24 - 8 * place)
                beforeMask |= 0xFF << UInt32(24 - 8 * place)
            }
            let keyLength = 8 - word.key.leadingZeroBitCount / 8
            for (place, byte) in bytes[(start + keyLength)...].prefix(4).enumerated() {
                after |= UInt32(byte) << UInt32(8 * place)
                afterMask |= 0xFF << UInt32(8 * place)
            }
        }
    }

    /// - Parameter isIncluded: Whether a literal is to be found by this table.
    init(_ table: LiteralTable, where isIncluded: (_ literal: Int) -> Bool) {
        let words = table.words
        let first = table.count - words.count
        let order = words.indices.filter { isIncluded(first + $0) }.sorted {
            (words[$0].key, $0) < (words[$1].key, $1)
        }
        var bits: UInt64 = 6
        while order.count * 2 > 1 << Int(bits) { bits += 1 }
        mask = 1 << Int(bits) - 1
        shift = 64 - bits
        filter = [UInt64](repeating: 0, count: (mask + 1) * 4 / 64)
        slots = Array(repeating: Slot(), count: mask + 1)
        entries = []
        entries.reserveCapacity(order.count)
        for index in order {
            let word = words[index]
            let hash = WordKey.hash(word.key)
            filter[Int(hash >> (shift - 2)) >> 6] |= 1 << (hash >> (shift - 2) & 63)
            var slot = Int(hash >> shift)
            while slots[slot].key != 0, slots[slot].key != word.key { slot = (slot + 1) & mask }
            if slots[slot].key == 0 { slots[slot] = Slot(key: word.key, first: UInt32(entries.count)) }
            slots[slot].count += 1
            let literal = first + index
            entries.append(
                Entry(literal, word, table.text[Int(table.starts[literal])..<Int(table.starts[literal + 1])]))
        }
    }

    /// Calls `body` with the number and the start of each literal of the table that stands in a text.
    @inline(__always)
    func forEachLiteral(
        in text: Span<UInt8>, _ blocks: borrowing TextBlocks, of table: LiteralTable,
        _ body: (_ literal: Int, _ start: Int) -> Void
    ) {
        blocks.forEachWord { word in
            let keyEnd = min(word.upperBound, word.lowerBound + WordKey.longest)
            let key = WordKey.key(word.lowerBound..<keyEnd, of: text)
            let hash = WordKey.hash(key)
            guard filter[Int(hash >> (shift - 2)) >> 6] >> (hash >> (shift - 2) & 63) & 1 != 0 else { return }
            var slot = Int(hash >> shift)
            while slots[slot].key != 0 {
                if slots[slot].key == key {
                    let first = Int(slots[slot].first)
                    let before = Self.bytes(of: text, at: word.lowerBound - 4)
                    let after = Self.bytes(of: text, at: keyEnd)
                    for index in first..<first + Int(slots[slot].count) {
                        guard (before ^ entries[index].before) & entries[index].beforeMask == 0,
                            (after ^ entries[index].after) & entries[index].afterMask == 0
                        else { continue }
                        let start = word.lowerBound - Int(entries[index].offset)
                        if table.stands(Int(entries[index].literal), at: start, in: text) {
                            body(Int(entries[index].literal), start)
                        }
                    }
                    break
                }
                slot = (slot + 1) & mask
            }
        }
    }

    /// Four bytes of a text, little-endian, with zeros for those outside it.
    @inline(__always)
    private static func bytes(of text: Span<UInt8>, at offset: Int) -> UInt32 {
        if offset >= 0, offset + 4 <= text.count {
            return unsafe text.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)
        }
        var bytes: UInt32 = 0
        for index in 0..<4 where text.indices.contains(offset + index) {
            bytes |= UInt32(text[offset + index]) << UInt32(8 * index)
        }
        return bytes
    }
}
