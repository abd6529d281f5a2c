internal import ContentModel
internal import TextViews
internal import UnicodeData

/// The words of literals by their length and their first and last letters, so that a masked word (`s*le`) finds the
/// few that it may stand for. One of the two letters shows: `*word*` is emphasis.
struct MaskTable: Sendable {
    /// Ascending; see ``key(_:_:_:)``.
    var keys: [UInt32] = []
    /// By key: the literal, and the word's place in it, bytes.
    var literals: [UInt32] = []
    var offsets: [UInt32] = []

    init() {}

    /// The words of the literals that may be masked.
    init(of table: LiteralTable.Parts) {
        var entries: [(key: UInt32, literal: Int, offset: Int)] = []
        for literal in 0..<table.starts.count - 1 {
            let uses = Int(table.firstUse[literal])..<Int(table.firstUse[literal + 1])
            guard uses.contains(where: { table.uses[$0].views.contains(.masked) }) else { continue }
            let bytes = table.text[Int(table.starts[literal])..<Int(table.starts[literal + 1])]
            var offset = 0
            for word in bytes.split(separator: 0x20, omittingEmptySubsequences: false) {
                defer { offset += word.count + 1 }
                let scalars = Array(String(decoding: word, as: UTF8.self).unicodeScalars)
                guard MaskedWord.lengths.contains(scalars.count), let first = scalars.first,
                    let last = scalars.last
                else { continue }
                entries.append((Self.key(scalars.count, false, first.value), literal, offset))
                entries.append((Self.key(scalars.count, true, last.value), literal, offset))
            }
        }
        entries.sort { ($0.key, $0.literal, $0.offset) < ($1.key, $1.literal, $1.offset) }
        keys = entries.map(\.key)
        literals = entries.map { UInt32($0.literal) }
        offsets = entries.map { UInt32($0.offset) }
    }

    private static func key(_ length: Int, _ isLast: Bool, _ letter: UInt32) -> UInt32 {
        UInt32(length) << 22 | (isLast ? 1 << 21 : 0) | letter
    }

    /// Calls `body` with each literal that a masked word of a text may stand for, and its stretch of the text.
    func forEachLiteral(
        at word: TextSpan, of text: Span<UInt8>, in table: LiteralTable,
        _ body: (_ literal: Int, _ span: TextSpan) -> Void
    ) {
        guard !keys.isEmpty else { return }
        let first = UTF8Scalar.decode(text, at: word.start).codePoint
        let isLast = MaskedWord.isMask(first)
        let letter = isLast ? UTF8Scalar.decode(text, before: word.end).codePoint : first
        let key = Self.key(UTF8Scalar.count(text, from: word.start, to: word.end), isLast, letter)
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        while low < keys.count, keys[low] == key {
            if let span = span(of: low, at: word, text, table) { body(Int(literals[low]), span) }
            low += 1
        }
    }

    /// Where a literal stands if its word is the masked one; nil when it does not.
    private func span(
        of entry: Int, at word: TextSpan, _ text: Span<UInt8>, _ table: LiteralTable
    ) -> TextSpan? {
        let literal = Int(table.starts[Int(literals[entry])])
        let length = table.length(of: Int(literals[entry]))
        let offset = Int(offsets[entry])
        guard word.start >= offset else { return nil }
        var place = word.start - offset
        var index = 0
        while index < length {
            guard place < text.count else { return nil }
            if index >= offset, place < word.end {
                let (codePoint, size) = UTF8Scalar.decode(text, at: place)
                let (expected, width) = decode(table.text, at: literal + index)
                guard codePoint == expected || MaskedWord.isMask(codePoint) else { return nil }
                place += size
                index += width
            } else {
                guard text[place] == table.text[literal + index] else { return nil }
                place += 1
                index += 1
            }
        }
        return TextSpan(start: word.start - offset, end: place)
    }

    private func decode(_ bytes: [UInt8], at offset: Int) -> (codePoint: UInt32, length: Int) {
        UTF8Scalar.decode(bytes.span, at: offset)
    }
}
