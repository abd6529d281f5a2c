internal import CTextBlocks

/// A text by blocks of 64 bytes, a bit a byte, so that words, signs and runs are found by counting zeros and not by
/// looking at every byte again.
public struct TextBlocks: ~Copyable, Sendable {
    /// ``wordsOfBlock`` a block.
    @usableFromInline var bits: [UInt64] = []
    /// Blocks of 64 bytes in use.
    public private(set) var count = 0
    /// The Han characters of the text; none where they were not counted.
    public private(set) var han = HanCharacters()

    public init() {}

    @usableFromInline static var wordsOfBlock: Int { 8 }

    /// All bits, block by block, as `CTextBlocks` says; room for longer texts follows.
    public var words: Span<UInt64> {
        @_lifetime(borrow self) get { bits.span }
    }

    // Bits for the bytes of block `index`; none behind the text's end.

    /// Small ASCII letters.
    @inlinable public func letters(_ index: Int) -> UInt64 { bits[index &* Self.wordsOfBlock] }
    /// ASCII digits.
    @inlinable public func digits(_ index: Int) -> UInt64 { bits[index &* Self.wordsOfBlock &+ 1] }
    /// Digits, the signs `! # $ % & * + @ _ |`, and a dash before a dash.
    @inlinable public func signs(_ index: Int) -> UInt64 { bits[index &* Self.wordsOfBlock &+ 2] }
    /// Bytes that the next two are equal to.
    @inlinable public func runs(_ index: Int) -> UInt64 { bits[index &* Self.wordsOfBlock &+ 3] }

    /// The signs `* # _` and the first bytes of U+2000 to U+2FFF.
    @inlinable public func masks(_ index: Int) -> UInt64 { bits[index &* Self.wordsOfBlock &+ 4] }

    /// First bytes of characters outside ASCII.
    @inlinable public func wide(_ index: Int) -> UInt64 { bits[index &* Self.wordsOfBlock &+ 5] }

    /// All bytes of Han characters, U+4E00 to U+9FFF.
    @inlinable public func han(_ index: Int) -> UInt64 { bits[index &* Self.wordsOfBlock &+ 7] }

    /// Maps another text.
    ///
    /// - Parameter countsHan: Whether to count its Han characters.
    /// - Returns: Whether the text is ASCII alone.
    public mutating func map(_ text: Span<UInt8>, countsHan: Bool = true) -> Bool {
        han = HanCharacters()
        count = (text.count + 63) / 64
        let words = count * Self.wordsOfBlock
        if bits.count < words { bits.append(contentsOf: repeatElement(0, count: words + words / 2 - bits.count + 12)) }
        guard count > 0 else { return true }
        return unsafe text.withUnsafeBufferPointer { text in
            unsafe bits.withUnsafeMutableBufferPointer { bits in
                let isASCII = unsafe text_blocks_map(text.baseAddress, text.count, bits.baseAddress)
                if countsHan, !isASCII { unsafe han = HanCharacters(text, bits.baseAddress.unsafelyUnwrapped) }
                return isASCII
            }
        }
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
    public func next(from offset: Int, of bits: (_ block: Int) -> UInt64) -> Int? {
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
    public func wordEnd(from offset: Int) -> Int { end(from: offset, of: { letters($0) }) }

    /// The end of the run of Han characters that `offset` lies in; `offset` when it lies in none.
    @inlinable @inline(__always)
    public func hanEnd(from offset: Int) -> Int { end(from: offset, of: { han($0) }) }

    /// The first place at `offset` or behind it whose bit is not set.
    @inlinable @inline(__always)
    public func end(from offset: Int, of bits: (_ block: Int) -> UInt64) -> Int {
        var block = offset >> 6
        var gaps = ~bits(block) & (~0 << UInt64(offset & 63))
        while gaps == 0 {
            block += 1
            guard block < count else { return block << 6 }
            gaps = ~bits(block)
        }
        return block << 6 | gaps.trailingZeroBitCount
    }
}
