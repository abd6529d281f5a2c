internal import UnicodeData

/// The words of a post, counted for the languages in which they are common.
///
/// Without branches on what a word is: which language comes next is what no processor foresees.
struct WordCounts {
    private(set) var words = 0
    /// Words that are common in some language.
    private(set) var common = 0
    /// By the bits of ``CommonWords/languages``.
    private var counts = InlineArray<16, Int>(repeating: 0)
    /// Not yet in `counts`: a byte a language, of the first eight and the others. A block has 32 words at most.
    private var first: UInt64 = 0
    private var others: UInt64 = 0
    private var unsettled = 0

    /// Counts the words of a text: runs of letters, with apostrophes between ASCII ones.
    ///
    /// - Parameter letters: Which bytes of a block belong to letters. A run of more than 64 counts as far as that.
    /// - Returns: The number of such bytes.
    @inline(__always)
    mutating func count(
        _ text: Span<UInt8>, _ blocks: borrowing TextBlocks, in table: CommonWords.Table,
        letters: (_ block: Int) -> UInt64
    ) -> Int {
        var bytes = 0
        // Where a word ends that goes on with an apostrophe.
        var joined = 0
        var own = blocks.count > 0 ? letters(0) : 0
        var before: UInt64 = 0
        for block in 0..<blocks.count {
            let behind = block + 1 < blocks.count ? letters(block + 1) : 0
            var starts = own & ~(own << 1 | before)
            bytes += own.nonzeroBitCount
            if unsettled > 0xFF - 32 { settle() }
            while starts != 0 {
                let bit = UInt64(starts.trailingZeroBitCount)
                let start = block << 6 | Int(bit)
                starts &= starts &- 1
                if start < joined { continue }
                let gaps = ~(own &>> bit | (behind &<< 1) &<< (63 - bit))
                var end = start + gaps.trailingZeroBitCount
                // "don't" is one word.
                while end + 1 < text.count, text[end] == 0x27, text[end + 1] &- 0x61 < 26 {
                    end = blocks.end(from: end + 1, of: letters)
                    joined = end
                }
                let key = WordKey.key(start..<min(end, start + WordKey.longest), of: text)
                count(table.speakers(of: end - start > WordKey.longest ? 0 : key))
            }
            before = own >> 63
            own = behind
        }
        return bytes
    }

    @inline(__always)
    private mutating func count(_ speakers: UInt16) {
        words &+= 1
        common &+= speakers == 0 ? 0 : 1
        first &+= Self.spread(speakers & 0xFF)
        others &+= Self.spread(speakers >> 8)
        unsettled &+= 1
    }

    /// Eight bits as the lowest bits of eight bytes.
    @inline(__always)
    private static func spread(_ bits: UInt16) -> UInt64 {
        let apart = UInt64(bits) &* 0x0101_0101_0101_0101 & 0x8040_2010_0804_0201
        return (apart &+ 0x7F7F_7F7F_7F7F_7F7F) >> 7 & 0x0101_0101_0101_0101
    }

    private mutating func settle() {
        for index in 0..<8 {
            counts[index] += Int(first >> UInt64(8 * index) & 0xFF)
            counts[8 + index] += Int(others >> UInt64(8 * index) & 0xFF)
        }
        (first, others, unsettled) = (0, 0, 0)
    }

    /// The language with the most words, its words and those of the next: the first of equal ones.
    mutating func rank() -> (best: Int, count: Int, second: Int) {
        settle()
        var best = -1
        var second = -1
        for index in 0..<CommonWords.languages.count {
            let rank = counts[index] << 4 | 15 - index
            second = max(second, min(best, rank))
            best = max(best, rank)
        }
        return (15 - best & 15, best >> 4, second >> 4)
    }
}
