/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014: the same numbers in each run.
public struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    public init(_ seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    /// Text of letters of several scripts, separators, marks and odd code points, which tokens are made of.
    public mutating func text(_ length: Int) -> String {
        let alphabet: [String] = [
            "a", "s", "l", "e", "w", "x", "S", "é", "а", "е", "ѕ", "ο", "加", "微", "信", "大", "麻", "の", "カ", "카", "톡",
            "ไ", "ท", "م", "ि", " ", " ", ".", "-", "_", "*", "\n", "🔥", "·", ",", "1", "9", "\u{200B}", "\u{2800}",
            "\u{301}", "\u{202E}", "ﬁ", "Ⅷ", "①", "ß", "İ", "𝐬", "\u{E0041}", "👩‍👩‍👧", "🇲🇾",
        ]
        var text = ""
        for _ in 0..<length {
            let piece = alphabet.randomElement(using: &self)!
            for _ in 0..<(Int.random(in: 0..<8, using: &self) == 0 ? 4 : 1) { text += piece }
        }
        return text
    }
}
