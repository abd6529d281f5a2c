internal import CGrams
internal import ContentModel
internal import UnicodeData

/// Literals found by the hash of a piece of them, a *gram*: a whole word of ASCII letters and digits, a sign, or one to
/// three characters outside ASCII.
///
/// Lists are full of words such as "dm" and "buy", of phrases that end as all English does, and of thousands of terms
/// of two Han characters. In a pattern database they cost more than all others: it stops at every other word to
/// confirm, out of tables larger than the processor's cache. So each such literal is filed under its rarest gram, texts
/// are looked up gram by gram, and the rest of the literal is compared where one is found.
struct GramTable: Sendable {
    private let shift: UInt64
    /// The keys of the grams: nearly all grams of a text end here, and it fits the processor's cache.
    private var keys: BloomFilter
    /// By `gram_character_index`, a bit each: the characters that are a key.
    private var characters = [UInt64](repeating: 0, count: 64)
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
            for (place, byte) in bytes[(start + gram.length)...].prefix(4).enumerated() {
                after |= UInt32(byte) << UInt32(8 * place)
                afterMask |= 0xFF << UInt32(8 * place)
            }
        }

        /// Bytes.
        private var keyLength: Int { 8 - key.leadingZeroBitCount / 8 }

        /// The key with the three bytes behind it, else with those before the gram, else alone.
        var context: UInt64 {
            if afterMask << 8 == ~0 << 8 { return gram_key_after(key, after) }
            if beforeMask >> 8 == ~0 >> 8 { return gram_key_before(key, before) }
            return key
        }

        /// Whether key, before and after are all of the literal.
        var isWhole: Bool { offset <= 4 && Int(length) <= Int(offset) + keyLength + 4 }
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
            let hash = gram_hash(grams[index].key)
            keys.insert(grams[index].key)
            if Self.isCharacter(grams[index]) {
                let bit = gram_character_index(grams[index].key)
                characters[Int(bit >> 6)] |= 1 << UInt64(bit & 63)
            }
            starts[Int(hash >> shift) + 1] += 1
            let literal = first + index
            let entry = Entry(
                literal, grams[index], table.text[Int(table.starts[literal])..<Int(table.starts[literal + 1])])
            contexts.insert(entry.context)
            entries.append(entry)
        }
        for bucket in 1..<starts.count { starts[bucket] += starts[bucket - 1] }
    }

    /// The grams that every text with a literal has.
    ///
    /// - Parameter isClosed: Whether letters and digits of ASCII do not go on before the literal, and behind it. Else a
    ///   word at its edge may be part of a longer one in the text, which is found by its first letters if at all.
    static func grams(of literal: [UInt8], isClosed: (before: Bool, behind: Bool)) -> [LiteralTable.Gram] {
        var blocks = TextBlocks()
        let isASCII = blocks.map(literal.span)
        let everything = [UInt64](repeating: ~0, count: 64)
        var grams = [gram](repeating: gram(), count: 64 * blocks.count)
        let count = unsafe blocks.words.withUnsafeBufferPointer { bits in
            unsafe grams_find(
                literal, literal.count, bits.baseAddress, 0, blocks.count, blocks.count, isASCII, everything, 63,
                everything, &grams)
        }
        return grams[..<count].map { LiteralTable.Gram(key: $0.key, offset: Int($0.start)) }.filter { gram in
            let start = Int(gram.offset)
            guard isWord(literal[start]) else { return true }
            let end = literal[start...].firstIndex { !isWord($0) } ?? literal.count
            return (start > 0 || isClosed.before)
                && (end < literal.count || isClosed.behind || end - start >= gram_longest_key)
        }
    }

    /// Whether a byte is a small ASCII letter or a digit.
    static func isWord(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 || byte &- 0x30 < 10 }

    /// Whether a gram is one character outside ASCII.
    static func isCharacter(_ gram: LiteralTable.Gram) -> Bool {
        let lead = UInt8(truncatingIfNeeded: gram.key)
        return lead >= 0x80 && UTF8Scalar.length(lead: lead) == gram.length
    }

    // MARK: - Search

    /// Storage of a search, used again for the next.
    struct Search: ~Copyable {
        fileprivate var grams = [gram](repeating: gram(), count: 64 * Self.blocks)

        /// Blocks whose grams are looked up together, at most one a byte.
        fileprivate static let blocks = 16
    }

    /// Calls `body` with each literal of the table that stands in a text, and where.
    ///
    /// The grams are looked up step by step and not one by one: no step but the last branches on what it reads, so that
    /// the processor waits for the memory of many grams at a time. For the last, and for those who look up what a literal
    /// is used for, memory is asked before they are.
    func forEachLiteral(
        in text: Span<UInt8>, _ blocks: borrowing TextBlocks, isASCII: Bool, of table: LiteralTable,
        by search: inout Search, _ body: (_ literal: Int, _ span: TextSpan) -> Void
    ) {
        guard !entries.isEmpty else { return }
        var first = 0
        while first < blocks.count {
            let next = min(first + Search.blocks, blocks.count)
            let count = find(in: text, blocks, first..<next, isASCII: isASCII, into: &search.grams)
            for index in 0..<count { prefetchEntries(of: search.grams[index]) }
            for index in 0..<count { compare(search.grams[index], text, table, body) }
            first = next
        }
    }

    /// Notes the grams of some blocks that stand there as in a literal, or nearly.
    ///
    /// - Returns: How many there are.
    private func find(
        in text: Span<UInt8>, _ blocks: borrowing TextBlocks, _ range: Range<Int>, isASCII: Bool,
        into grams: inout [gram]
    ) -> Int {
        let bits = blocks.words
        let blockCount = blocks.count
        return unsafe grams.withUnsafeMutableBufferPointer { grams in
            unsafe text.withUnsafeBufferPointer { text in
                let known = unsafe bits.withUnsafeBufferPointer { bits in
                    unsafe keys.words.withUnsafeBufferPointer { words in
                        unsafe characters.withUnsafeBufferPointer { characters in
                            unsafe grams_find(
                                text.baseAddress, text.count, bits.baseAddress, range.lowerBound, range.upperBound,
                                blockCount, isASCII, words.baseAddress, keys.shift, characters.baseAddress,
                                grams.baseAddress)
                        }
                    }
                }
                return unsafe contexts.words.withUnsafeBufferPointer { words in
                    unsafe grams_sift(
                        text.baseAddress, text.count, words.baseAddress, contexts.shift, grams.baseAddress, known)
                }
            }
        }
    }

    /// Asks the memory for a gram's first entry.
    private func prefetchEntries(of gram: gram) {
        let first = Int(starts[Int(gram_hash(gram.key) &>> shift)])
        unsafe entries.withUnsafeBufferPointer { entries in
            unsafe prefetch_memory(entries.baseAddress.unsafelyUnwrapped + first)
        }
    }

    /// Calls `body` with each literal of a gram that stands in a text, and where.
    private func compare(
        _ gram: gram, _ text: Span<UInt8>, _ table: LiteralTable, _ body: (_ literal: Int, _ span: TextSpan) -> Void
    ) {
        let bucket = Int(gram_hash(gram.key) &>> shift)
        for index in Int(starts[bucket])..<Int(starts[bucket + 1]) {
            let entry = entries[index]
            // One question and not three: few entries are the text's, and none can be foreseen.
            let around = (gram.before ^ entry.before) & entry.beforeMask | (gram.after ^ entry.after) & entry.afterMask
            guard gram.key ^ entry.key | UInt64(around) == 0 else { continue }
            let start = Int(gram.start) - Int(entry.offset)
            if entry.isWhole || table.stands(Int(entry.literal), at: start, in: text) {
                table.prefetchUses(of: Int(entry.literal))
                body(Int(entry.literal), TextSpan(start: start, end: start + Int(entry.length)))
            }
        }
    }
}

/// A set of keys that says of some others too that they are in it, and never of one of its own that it is not; `CGrams`
/// looks into it.
private struct BloomFilter: Sendable {
    private(set) var words: [UInt64]
    /// How far a hash is shifted for the place of its word.
    let shift: UInt32

    /// - Parameter bits: The logarithm of the filter's size in bits, from 6; with eight bits a key it lets (1 - e^-1/4)^2
    ///   of the others pass, one in twenty.
    init(bits: UInt64) {
        words = [UInt64](repeating: 0, count: 1 << Int(bits - 6))
        shift = UInt32(64 - (bits - 6))
    }

    mutating func insert(_ key: UInt64) {
        let hash = gram_hash(key)
        words[Int(hash >> UInt64(shift))] |= gram_filter_bits(hash)
    }
}
