internal import ContentModel
internal import UnicodeData

/// Literals found by the hash of a piece of them, a *gram*: a whole word of ASCII letters, or two or three characters
/// outside ASCII.
///
/// Lists are full of words such as "dm" and "buy", of phrases that end as all English does, and of thousands of terms
/// of two Han characters. In a pattern database they cost more than all others: it stops at every other word to
/// confirm, out of tables larger than the processor's cache. So each such literal is filed under its rarest gram, texts
/// are looked up gram by gram, and the rest of the literal is compared where one is found.
struct GramTable: Sendable {
    private let shift: UInt64
    /// The keys of the grams: nearly all grams of a text end here, and it fits the processor's cache.
    private var keys: BloomFilter
    /// The keys with three bytes before or behind them: of grams that many texts hold it leaves few that are not part of
    /// a literal.
    private var contexts: BloomFilter
    /// By the highest bits of a gram's hash: where its entries begin; one more than there are buckets.
    private var starts: [UInt32]
    /// The literals, bucket by bucket: what must be known of one lies together, for one look into memory.
    private var entries: [Entry]

    /// A literal filed under a gram: the gram's key and place, and the four bytes before the gram and behind its key.
    /// Nearly all literals of a gram are told apart by those, and few are longer.
    private struct Entry {
        var key: UInt64
        var literal: UInt32
        var offset: UInt16
        var length: UInt16
        var before: UInt32 = 0
        var beforeMask: UInt32 = 0
        var after: UInt32 = 0
        var afterMask: UInt32 = 0

        init(_ literal: Int, _ gram: LiteralTable.Gram, _ bytes: ArraySlice<UInt8>) {
            key = gram.key
            self.literal = UInt32(literal)
            offset = UInt16(gram.offset)
            length = UInt16(bytes.count)
            let start = bytes.startIndex + Int(gram.offset)
            for (place, byte) in bytes[..<start].suffix(4).reversed().enumerated() {
                before |= UInt32(byte) << UInt32(24 - 8 * place)
                beforeMask |= 0xFF << UInt32(24 - 8 * place)
            }
            for (place, byte) in bytes[(start + keyLength)...].prefix(4).enumerated() {
                after |= UInt32(byte) << UInt32(8 * place)
                afterMask |= 0xFF << UInt32(8 * place)
            }
        }

        /// Bytes.
        private var keyLength: Int { 8 - key.leadingZeroBitCount / 8 }

        /// The key with the three bytes behind it, else with those before the gram, else alone.
        var context: UInt64 {
            if afterMask << 8 == ~0 << 8 { return Self.context(key, after: after) }
            if beforeMask >> 8 == ~0 >> 8 { return Self.context(key, before: before) }
            return key
        }

        @inline(__always)
        static func context(_ key: UInt64, after: UInt32) -> UInt64 { key ^ (UInt64(after << 8) | 1) &* multiplier }
        @inline(__always)
        static func context(_ key: UInt64, before: UInt32) -> UInt64 {
            key ^ (UInt64(before >> 8) << 8 | 2) &* multiplier
        }

        /// Odd, with bits as good as thrown by dice: SplitMix64's (Steele, Lea, Flood 2014).
        private static let multiplier: UInt64 = 0xBF58_476D_1CE4_E5B9

        /// Whether key, before and after are all of the literal.
        var isWhole: Bool { offset <= 4 && Int(length) <= Int(offset) + keyLength + 4 }
    }

    /// A literal's number, and where it stands in a text.
    struct Place {
        var literal: Int
        var span: TextSpan
    }

    /// - Parameter isIncluded: Whether a literal is to be found by this table.
    init(_ table: LiteralTable, where isIncluded: (_ literal: Int) -> Bool) {
        let grams = table.grams
        let first = table.count - grams.count
        let order = grams.indices.filter { isIncluded(first + $0) }
        let distinct = zip(order, order.dropFirst()).reduce(1) { $0 + (grams[$1.0].key == grams[$1.1].key ? 0 : 1) }
        var bits: UInt64 = 4
        while distinct > 1 << Int(bits) { bits += 1 }
        shift = 64 - bits
        keys = BloomFilter(bits: bits + 3)
        contexts = BloomFilter(bits: bits + 4)
        starts = [UInt32](repeating: 0, count: 1 << Int(bits) + 1)
        entries = []
        entries.reserveCapacity(order.count)
        for index in order {
            let hash = WordKey.hash(grams[index].key)
            keys.insert(grams[index].key)
            starts[Int(hash >> shift) + 1] += 1
            let literal = first + index
            let entry = Entry(
                literal, grams[index], table.text[Int(table.starts[literal])..<Int(table.starts[literal + 1])])
            contexts.insert(entry.context)
            entries.append(entry)
        }
        for bucket in 1..<starts.count { starts[bucket] += starts[bucket - 1] }
    }

    // MARK: - Search

    /// Storage of a search, used again for the next.
    struct Search: ~Copyable {
        /// Where literals stand in the text.
        var places: [Place] = []
        fileprivate var probes = [Probe](repeating: Probe(key: 0, start: 0, end: 0), count: 64 * Self.blocks)

        /// Blocks whose grams are looked up together, at most one a byte.
        fileprivate static let blocks = 16
    }

    /// A gram of a text.
    fileprivate struct Probe {
        var key: UInt64
        /// Bytes of the text that ``key`` stands for.
        var start: UInt32
        var end: UInt32

        @inline(__always)
        init(key: UInt64, start: Int, end: Int) {
            (self.key, self.start, self.end) = (key, UInt32(truncatingIfNeeded: start), UInt32(truncatingIfNeeded: end))
        }
    }

    /// Appends where literals of the table stand in a text.
    ///
    /// The grams are looked up step by step and not one by one: no step but the last branches on what it reads, so that
    /// the processor waits for the memory of many grams at a time.
    func find(
        in text: Span<UInt8>, _ blocks: borrowing TextBlocks, isASCII: Bool, of table: LiteralTable,
        by search: inout Search
    ) {
        guard !entries.isEmpty else { return }
        var first = 0
        while first < blocks.count {
            let next = min(first + Search.blocks, blocks.count)
            let known = probe(text, blocks, first..<next, isASCII: isASCII, into: &search.probes)
            let count = sift(&search.probes, known, text)
            for index in 0..<count { compare(search.probes[index], text, table, &search.places) }
            first = next
        }
    }

    /// Notes the grams of some blocks that may be of a literal.
    ///
    /// - Returns: How many there are.
    private func probe(
        _ text: Span<UInt8>, _ blocks: borrowing TextBlocks, _ range: Range<Int>, isASCII: Bool,
        into storage: inout [Probe]
    ) -> Int {
        var probes = storage.mutableSpan
        let keys = keys.span
        var count = 0
        for block in range {
            var words = blocks.words(block)
            while let (start, length) = words.next() {
                let end = start &+ length
                let key = WordKey.key(start..<end, of: text)
                probes[count] = Probe(key: key, start: start, end: end)
                count &+= keys.mayHold(key)
            }
            guard !isASCII else { continue }
            var starts = blocks.wide(block)
            while starts != 0 {
                let start = block &<< 6 | starts.trailingZeroBitCount
                starts &= starts &- 1
                guard let (key, length) = WordKey.gram(at: start, of: text) else { continue }
                probes[count] = Probe(key: key, start: start, end: start &+ length)
                count &+= keys.mayHold(key)
            }
        }
        return count
    }

    /// Moves the grams to the front that stand in a text as in a literal.
    ///
    /// - Returns: How many there are.
    private func sift(_ storage: inout [Probe], _ known: Int, _ text: Span<UInt8>) -> Int {
        var probes = storage.mutableSpan
        let contexts = contexts.span
        var count = 0
        for index in 0..<known {
            let probe = probes[index]
            probes[count] = probe
            let before = Self.bytes(of: text, at: Int(probe.start) &- 4)
            let after = Self.bytes(of: text, at: Int(probe.end))
            count &+=
                contexts.mayHold(probe.key) | contexts.mayHold(Entry.context(probe.key, before: before))
                | contexts.mayHold(Entry.context(probe.key, after: after))
        }
        return count
    }

    /// Appends where literals of a gram stand in a text.
    private func compare(_ probe: Probe, _ text: Span<UInt8>, _ table: LiteralTable, _ places: inout [Place]) {
        let bucket = Int(WordKey.hash(probe.key) &>> shift)
        let before = Self.bytes(of: text, at: Int(probe.start) &- 4)
        let after = Self.bytes(of: text, at: Int(probe.end))
        for index in Int(starts[bucket])..<Int(starts[bucket + 1]) {
            let entry = entries[index]
            guard entry.key == probe.key, (before ^ entry.before) & entry.beforeMask == 0,
                (after ^ entry.after) & entry.afterMask == 0
            else { continue }
            let start = Int(probe.start) - Int(entry.offset)
            if entry.isWhole || table.stands(Int(entry.literal), at: start, in: text) {
                let span = TextSpan(start: start, end: start + Int(entry.length))
                places.append(Place(literal: Int(entry.literal), span: span))
            }
        }
    }

    /// Four bytes of a text, little-endian, with zeros for those outside it.
    @inline(__always)
    private static func bytes(of text: Span<UInt8>, at offset: Int) -> UInt32 {
        if offset >= 0, offset &+ 4 <= text.count {
            return unsafe text.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)
        }
        var bytes: UInt32 = 0
        for index in 0..<4 where text.indices.contains(offset + index) {
            bytes |= UInt32(text[offset + index]) << UInt32(8 * index)
        }
        return bytes
    }
}

/// A set of keys that says of some others too that they are in it, and never of one of its own that it is not (Bloom
/// 1970). Two bits a key, both in one word: one look into memory.
private struct BloomFilter: Sendable {
    private var words: [UInt64]
    private let shift: UInt64

    /// - Parameter bits: The logarithm of the filter's size in bits, from 6; with eight bits a key it lets (1 - e^-1/4)^2
    ///   of the others pass, one in twenty.
    init(bits: UInt64) {
        words = [UInt64](repeating: 0, count: 1 << Int(bits - 6))
        shift = 64 - (bits - 6)
    }

    mutating func insert(_ key: UInt64) {
        let hash = WordKey.hash(key)
        words[Int(hash >> shift)] |= Self.bits(of: hash)
    }

    /// Two bits by numbers of the hash below those that choose the word.
    @inline(__always)
    private static func bits(of hash: UInt64) -> UInt64 { 1 &<< (hash &>> 32) | 1 &<< (hash &>> 26) }

    /// The filter to look into, without reference counts.
    var span: View {
        @_lifetime(borrow self) get { View(words: words.span, shift: shift) }
    }

    struct View: ~Escapable {
        let words: Span<UInt64>
        let shift: UInt64

        @_lifetime(copy words)
        init(words: Span<UInt64>, shift: UInt64) { (self.words, self.shift) = (words, shift) }

        /// 1 or 0, without a branch: nobody could foretell it.
        @inline(__always)
        func mayHold(_ key: UInt64) -> Int {
            let hash = WordKey.hash(key)
            let missing = BloomFilter.bits(of: hash) & ~words[Int(truncatingIfNeeded: hash &>> shift)]
            return Int(truncatingIfNeeded: (missing &- 1) & ~missing) &>> 63 & 1
        }
    }
}
