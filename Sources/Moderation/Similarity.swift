public import ContentModel
internal import TextViews
internal import UnicodeData

extension Judge {
    /// What texts of nearly the same letters share, over the folded view of all judged fields: digits, blanks, signs and
    /// marks do not count, so that a new number or a row of emoji leaves it as it is. Nil for a post without letters.
    public mutating func similarity(of post: Post) -> SimilarityHash? {
        var sketch = ShingleSketch()
        for field in post.fields {
            guard views.see(post.bytes.span.extracting(field.range)) else { continue }
            sketch.add(views.folded.bytes)
        }
        return sketch.hash
    }
}

/// The minima of six hashes over all shingles.
private struct ShingleSketch {
    /// Odd factors of six multiplicative hashes: digits of the golden ratio's and of π's binary fractions.
    private static let factors: InlineArray<6, UInt64> = [
        0x9E37_79B9_7F4A_7C15, 0xF39C_C060_5CED_C835, 0x243F_6A88_85A3_08D3,
        0x1319_8A2E_0370_7345, 0xA409_3822_299F_31D1, 0x082E_FA98_EC4E_6C89,
    ]
    private static let letters = 4

    private var minima = InlineArray<6, UInt64>(repeating: .max)
    private var window = InlineArray<4, UInt32>(repeating: 0)
    private var count = 0

    mutating func add(_ text: Span<UInt8>) {
        var offset = 0
        while offset < text.count {
            let (codePoint, length) = UTF8Scalar.decode(text, at: offset)
            offset += length
            guard CharacterClass(of: codePoint).isLetter else { continue }
            window[count % Self.letters] = codePoint
            count += 1
            if count >= Self.letters { takeShingle() }
        }
    }

    private mutating func takeShingle() {
        var shingle: UInt64 = 0
        for index in 0..<Self.letters {
            shingle = (shingle ^ UInt64(window[(count + index) % Self.letters])) &* 0x0000_0100_0000_01B3
            shingle ^= shingle >> 29
        }
        for index in 0..<6 {
            var hash = (shingle ^ UInt64(index)) &* Self.factors[index]
            hash ^= hash >> 32
            hash = hash &* Self.factors[5 - index]
            minima[index] = min(minima[index], hash)
        }
    }

    var hash: SimilarityHash? {
        guard count > 0 else { return nil }
        var whole = self
        // A text of fewer letters is one shingle.
        if count < Self.letters { whole.takeShingle() }
        return SimilarityHash(first: whole.join(0), second: whole.join(3))
    }

    private func join(_ start: Int) -> Int64 {
        var joined: UInt64 = UInt64(start)
        for index in start..<(start + 3) { joined = (joined ^ minima[index]) &* 0x9E37_79B9_7F4A_7C15 }
        return Int64(bitPattern: joined ^ joined >> 31)
    }
}
