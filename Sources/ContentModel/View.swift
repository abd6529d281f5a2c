/// A way of seeing a text.
public enum View: UInt8, Sendable, CaseIterable {
    /// NFKC_Casefold: compatibility forms, case and default ignorable code points gone.
    case folded
    /// ``folded`` with separators, repeats and look-alikes undone.
    case deobfuscated
    /// By sound.
    case phonetic

    public var name: String {
        switch self {
        case .folded: "folded"
        case .deobfuscated: "deobfuscated"
        case .phonetic: "phonetic"
        }
    }

    public init?(name: String) {
        guard let view = View.allCases.first(where: { $0.name == name }) else { return nil }
        self = view
    }

    /// What evidence found in this view weighs, 0...1: a guess weighs less, and that is what sends an item to a
    /// person and not to the bin.
    public var weight: Double {
        switch self {
        case .folded: 1
        case .deobfuscated: 0.85
        case .phonetic: 0.7
        }
    }
}
