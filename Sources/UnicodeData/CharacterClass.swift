internal import CICU

/// The scripts that the pipeline tells apart. Scripts without a case of their own are `other`.
public enum Script: UInt8, Sendable, CaseIterable {
    case common, latin, cyrillic, greek, han, hiragana, katakana, hangul, bopomofo, arabic, hebrew, thai, lao, khmer,
        myanmar, devanagari, bengali, tamil, telugu, kannada, malayalam, gujarati, gurmukhi, sinhala, georgian,
        armenian, ethiopic, tibetan, cherokee, other

    /// The ISO 15924 code as ICU names it.
    fileprivate var code: String {
        switch self {
        case .common: "Zyyy"
        case .latin: "Latn"
        case .cyrillic: "Cyrl"
        case .greek: "Grek"
        case .han: "Hani"
        case .hiragana: "Hira"
        case .katakana: "Kana"
        case .hangul: "Hang"
        case .bopomofo: "Bopo"
        case .arabic: "Arab"
        case .hebrew: "Hebr"
        case .thai: "Thai"
        case .lao: "Laoo"
        case .khmer: "Khmr"
        case .myanmar: "Mymr"
        case .devanagari: "Deva"
        case .bengali: "Beng"
        case .tamil: "Taml"
        case .telugu: "Telu"
        case .kannada: "Knda"
        case .malayalam: "Mlym"
        case .gujarati: "Gujr"
        case .gurmukhi: "Guru"
        case .sinhala: "Sinh"
        case .georgian: "Geor"
        case .armenian: "Armn"
        case .ethiopic: "Ethi"
        case .tibetan: "Tibt"
        case .cherokee: "Cher"
        case .other: "Zzzz"
        }
    }

    /// Whether words are written without spaces between them.
    public var isUnspaced: Bool {
        switch self {
        case .han, .hiragana, .katakana, .bopomofo, .thai, .lao, .khmer, .myanmar, .tibetan: true
        default: false
        }
    }
}

/// What a code point is to tokens and words: three bits of kind and five of script in one byte.
public struct CharacterClass: Sendable, Equatable {
    public enum Kind: UInt8, Sendable {
        case other, letter, mark, digit, separator, space, ignorable
    }

    public let rawValue: UInt8

    @inlinable init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ kind: Kind, _ script: Script) { rawValue = kind.rawValue << 5 | script.rawValue }

    /// Punctuation and symbols are `separator`; controls that are white space and all of Z are `space`; default
    /// ignorables are `ignorable`; unassigned and other controls are `other`.
    @inlinable public var kind: Kind { Kind(rawValue: rawValue >> 5) ?? .other }
    @inlinable public var script: Script { Script(rawValue: rawValue & 31) ?? .other }
    @inlinable public var isLetter: Bool { rawValue >> 5 == 1 }
    /// A letter, a mark or a digit.
    @inlinable public var isWord: Bool { (1...3).contains(rawValue >> 5) }
}

/// The class of every code point, by two steps of indexing.
///
/// Made at start from ICU's property maps: about 5,000 runs, far less work than 1,114,112 look-ups.
public struct CharacterClasses: Sendable {
    /// The one table of the process.
    public static let shared = CharacterClasses()

    /// For each code point its ``CharacterClass``, as raw bytes.
    @usableFromInline let table: [UInt8]

    private init() {
        let scripts = Dictionary(uniqueKeysWithValues: Script.allCases.map { (pack($0.code), $0) })
        var script = [UInt8](repeating: 0, count: 0x110000)
        forEachRun(CICU_PROPERTY_SCRIPT) { run, value in
            // "Zinh" (inherited) takes part in any script, as common does.
            let group = value == pack("Zinh") ? Script.common : scripts[value] ?? .other
            for codePoint in run { script[codePoint] = group.rawValue }
        }
        var classes = script
        forEachRun(CICU_PROPERTY_GENERAL_CATEGORY) { run, value in
            let kind = kind(ofGeneralCategory: value).rawValue << 5
            for codePoint in run { classes[codePoint] |= kind }
        }
        for control in 0x09...0x0D { classes[control] = CharacterClass(.space, .common).rawValue }
        forEachRun(CICU_PROPERTY_IGNORABLE) { run, value in
            guard value == 1 else { return }
            for codePoint in run { classes[codePoint] = CharacterClass(.ignorable, .common).rawValue }
        }
        table = classes
    }

    /// The class of a code point.
    @inlinable public subscript(_ codePoint: UInt32) -> CharacterClass {
        CharacterClass(rawValue: table[Int(codePoint)])
    }

    /// The raw classes, for loops that look at every character of a text.
    @inlinable public var bytes: Span<UInt8> {
        @_lifetime(borrow self) get { table.span }
    }
}

/// ICU's `UCharCategory`, by number.
private func kind(ofGeneralCategory category: UInt32) -> CharacterClass.Kind {
    switch category {
    case 1...5: .letter  // Lu Ll Lt Lm Lo
    case 6...8: .mark  // Mn Me Mc
    case 9...11: .digit  // Nd Nl No
    case 12...14: .space  // Zs Zl Zp
    case 16: .ignorable  // Cf
    case 19...29: .separator  // P and S
    default: .other
    }
}

private func pack(_ code: String) -> UInt32 { code.utf8.reduce(0) { $0 << 8 | UInt32($1) } }

private func forEachRun(_ property: some BinaryInteger, _ body: (ClosedRange<Int>, UInt32) -> Void) {
    var start: Int32 = 0
    while start <= 0x10FFFF {
        var value: UInt32 = 0
        let end = unsafe cicu_property_run(Int32(property), start, &value)
        guard end >= start else { return }
        body(Int(start)...Int(end), value)
        start = end + 1
    }
}
