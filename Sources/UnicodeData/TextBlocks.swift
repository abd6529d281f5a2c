internal import CTextBlocks

/// A text by blocks of 64 bytes, a bit a byte, so that words, signs and runs are found by counting zeros and not by
/// looking at every byte again.
public struct TextBlocks: ~Copyable, Sendable {
    /// ``wordsOfBlock`` a block.
    @usableFromInline var bits: [UInt64] = []
    /// Blocks of 64 bytes in use.
    public private(set) var count = 0

    public init() {}

    @usableFromInline static var wordsOfBlock: Int { 5 }

    // Bits for the bytes of block `index`; none behind the text's end.

    /// Small ASCII letters.
    @inlinable public func letters(_ index: Int) -> UInt64 { bits[index &* Self.wordsOfBlock] }
    /// Digits, the signs `! # $ % & * + @ _ |`, and a dash before a dash.
    @inlinable public func signs(_ index: Int) -> UInt64 { bits[index &* Self.wordsOfBlock &+ 1] }
    /// Bytes that the next two are equal to.
    @inlinable public func runs(_ index: Int) -> UInt64 { bits[index &* Self.wordsOfBlock &+ 2] }

    /// The signs `* # _` and the first bytes of U+2000 to U+2FFF.
    @inlinable public func masks(_ index: Int) -> UInt64 { bits[index &* Self.wordsOfBlock &+ 3] }

    /// The first bytes of characters outside ASCII.
    @inlinable public func wide(_ index: Int) -> UInt64 { bits[index &* Self.wordsOfBlock &+ 4] }

    /// Maps another text.
    ///
    /// - Returns: Whether the text is ASCII alone.
    public mutating func map(_ text: Span<UInt8>) -> Bool {
        count = (text.count + 63) / 64
        let words = count * Self.wordsOfBlock
        if bits.count < words { bits.append(contentsOf: repeatElement(0, count: words + words / 2 - bits.count + 12)) }
        guard count > 0 else { return true }
        return unsafe text.withUnsafeBufferPointer { text in
            unsafe bits.withUnsafeMutableBufferPointer { bits in
                unsafe text_blocks_map(text.baseAddress, text.count, bits.baseAddress)
            }
        }
    }

    /// The words that begin in block `index`.
    @inlinable @inline(__always)
    public func words(_ index: Int) -> BlockWords {
        let letters = letters(index)
        let before = index == 0 ? 0 : self.letters(index &- 1) &>> 63
        return BlockWords(
            place: index &<< 6, letters: letters, behind: index &+ 1 < count ? self.letters(index &+ 1) : 0,
            starts: letters & ~(letters &<< 1 | before))
    }

    /// The first word, a run of small letters, that begins at `offset` or behind it.
    @inlinable @inline(__always)
    public func nextWord(from offset: Int) -> Range<Int>? {
        next(from: offset, of: { letters($0) }).map { $0..<wordEnd(from: $0) }
    }

    /// The first of ``signs(_:)`` at `offset` or behind it.
    @inlinable @inline(__always)
    public func nextSign(from offset: Int) -> Int? { next(from: offset, of: { signs($0) }) }

    /// The first place at `offset` or behind it whose bit is set.
    @inlinable @inline(__always)
    func next(from offset: Int, of bits: (_ block: Int) -> UInt64) -> Int? {
        var block = offset >> 6
        guard block < count else { return nil }
        var rest = bits(block) & (~0 << UInt64(offset & 63))
        while rest == 0 {
            block += 1
            guard block < count else { return nil }
            rest = bits(block)
        }
        return block << 6 | rest.trailingZeroBitCount
    }

    /// The end of the run of small letters that `offset` lies in.
    @inlinable @inline(__always)
    public func wordEnd(from offset: Int) -> Int {
        var block = offset >> 6
        var gaps = ~letters(block) & (~0 << UInt64(offset & 63))
        while gaps == 0 {
            block += 1
            guard block < count else { return block << 6 }
            gaps = ~letters(block)
        }
        return block << 6 | gaps.trailingZeroBitCount
    }
}

/// A walk over the words, runs of small letters, that begin in one block of a text.
public struct BlockWords {
    /// Where the block begins, bytes.
    @usableFromInline let place: Int
    /// The small letters of the block and of the next one.
    @usableFromInline let letters: UInt64
    @usableFromInline let behind: UInt64
    /// The first letters of the words that are left.
    @usableFromInline var starts: UInt64

    @inlinable
    init(place: Int, letters: UInt64, behind: UInt64, starts: UInt64) {
        (self.place, self.letters, self.behind, self.starts) = (place, letters, behind, starts)
    }

    /// Where the next word begins, and its first letters, at most ``WordKey/longest``; nil when there is none.
    @inlinable @inline(__always)
    public mutating func next() -> (start: Int, length: Int)? {
        guard starts != 0 else { return nil }
        let bit = UInt64(truncatingIfNeeded: starts.trailingZeroBitCount)
        starts &= starts &- 1
        let gaps = ~(letters &>> bit | (behind &<< 1) &<< (63 &- bit)) | 1 << UInt64(WordKey.longest)
        return (place &+ Int(truncatingIfNeeded: bit), gaps.trailingZeroBitCount)
    }
}
