/// Letters of Cyrillic and Greek that look like a Latin letter, after folding.
///
/// Source: the part of Unicode's confusables (UTS #39, confusables.txt) whose skeleton is one ASCII letter, for the
/// two scripts that people mix into Latin words; letters that look alike only as capitals (В, Н, К, М, Т) stand here
/// too, because folding has made them small.
enum LookAlikes {
    /// The Latin letter that `codePoint` is taken for, or 0.
    @inline(__always)
    static func latin(_ codePoint: UInt32) -> UInt8 {
        guard codePoint >= 0x370, codePoint < 0x370 + UInt32(table.count) else { return 0 }
        return table[Int(codePoint - 0x370)]
    }

    private static let pairs: [(Unicode.Scalar, Character)] = [
        ("а", "a"), ("в", "b"), ("с", "c"), ("ԁ", "d"), ("е", "e"), ("г", "r"), ("һ", "h"), ("н", "h"), ("і", "i"),
        ("ј", "j"), ("к", "k"), ("ӏ", "l"), ("м", "m"), ("п", "n"), ("о", "o"), ("р", "p"), ("ԛ", "q"), ("ѕ", "s"),
        ("т", "t"), ("у", "y"), ("ѵ", "v"), ("ԝ", "w"), ("х", "x"), ("ү", "y"), ("ь", "b"),
        ("α", "a"), ("β", "b"), ("ε", "e"), ("η", "n"), ("ι", "i"), ("κ", "k"), ("ν", "v"), ("ο", "o"), ("ρ", "p"),
        ("σ", "o"), ("τ", "t"), ("υ", "u"), ("χ", "x"), ("ω", "w"), ("γ", "y"), ("ϲ", "c"), ("ϳ", "j"),
    ]

    /// Indexed by code point minus U+0370.
    private static let table: [UInt8] = {
        var table = [UInt8](repeating: 0, count: 0x530 - 0x370)
        for (letter, latin) in pairs { table[Int(letter.value - 0x370)] = latin.asciiValue! }
        return table
    }()
}
