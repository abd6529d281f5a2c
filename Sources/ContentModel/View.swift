/// A way of seeing a text, the surest first.
public enum View: UInt8, Sendable, CaseIterable {
    /// NFKC_Casefold: compatibility forms, case and default ignorable code points gone.
    case folded
    /// ``folded`` with what hides letters undone: separators, repeats, look-alikes, wrappings.
    case deobfuscated
    /// Numerals of every script and shape as ASCII digits.
    case digits
    /// Digits and signs inside words as the letters that they stand for.
    case leet
    /// Words with a letter or two masked by a sign.
    case masked
    /// By sound: Han characters as Mandarin syllables without tone.
    case phonetic
    /// Latin, Cyrillic and Greek letters without their marks.
    case unmarked
    /// Words with two letters swapped or one missing.
    case typo

    public var name: String {
        switch self {
        case .folded: "folded"
        case .deobfuscated: "deobfuscated"
        case .digits: "digits"
        case .leet: "leet"
        case .masked: "masked"
        case .phonetic: "phonetic"
        case .unmarked: "unmarked"
        case .typo: "typo"
        }
    }

    public init?(name: String) {
        guard let view = View.allCases.first(where: { $0.name == name }) else { return nil }
        self = view
    }

    /// What evidence found in this view weighs, 0...1: a guess weighs less, and that is what sends an item to a
    /// person and not to the bin. No guess alone reaches 0.9.
    public var weight: Double {
        switch self {
        case .folded: 1
        case .deobfuscated: 0.85
        case .digits: 0.8
        case .leet: 0.75
        case .masked, .phonetic, .unmarked: 0.7
        case .typo: 0.6
        }
    }
}
