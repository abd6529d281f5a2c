internal import UnicodeData

/// What in a folded text may hide something: nothing, in nearly all honest texts, for which no further view is made.
///
/// Never misses what the views would change; may point at what they then leave as it is.
struct Suspicion: OptionSet {
    let rawValue: UInt8

    /// Disguises, marks, look-alikes: ``Deobfuscator``.
    static let letters = Suspicion(rawValue: 1)
    /// Letters that stand for others of as many bytes, two or three: traditional characters, katakana, Arabic letters.
    static let substitutes = Suspicion(rawValue: 2)
    /// Letters apart: ``Deobfuscator`` again.
    static let separators = Suspicion(rawValue: 4)
    /// Letters that look like Latin ones, where letters stand apart.
    static let lookAlikes = Suspicion(rawValue: 8)
    /// Three equal letters or more in a row: ``Deobfuscator`` again.
    static let runs = Suspicion(rawValue: 16)
    static let leet = Suspicion(rawValue: 32)
    static let masks = Suspicion(rawValue: 64)
    /// In the original: ``Wrappings``.
    static let wrapping = Suspicion(rawValue: 128)

    static let all = Suspicion(rawValue: 255)

    /// Looks at a folded text and the original that it was made from.
    ///
    /// - Parameter hidesSomething: Whether folding left something out that may wrap a word.
    /// - Returns: What there is, and whether it took a look at each code point, because the folded text has letters,
    ///   marks or digits beside ASCII and Han.
    static func look(
        at view: borrowing ViewText, of original: Span<UInt8>, hidesSomething: Bool
    ) -> (found: Suspicion, hasOtherLetters: Bool) {
        let quick = lookAtBlocks(of: view)
        var found = quick ?? lookAtCodePoints(of: view)
        if found.contains(.wrapping) || hidesSomething {
            found.remove(.wrapping)
            if Wrappings.mayOccur(in: original) { found.insert(.wrapping) }
        }
        return (found, quick == nil)
    }
}
