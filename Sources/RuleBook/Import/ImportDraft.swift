internal import ContentModel
internal import Foundation

/// What an importer gathers, before it is written as YAML.
struct ImportDraft {
    let file: String
    let pack: String
    /// The caller's wish for every rule.
    let category: Category?
    let language: LanguageTag?
    var title = "Imported rules"
    var ground = ""
    var rules: [DraftRule] = []
    var counts = ImportCounts()
    var marks: [ImportMark] = []
    private(set) var notes: [ImportNote] = []
    private var ids: Set<String> = []
    private var said: Set<String> = []

    init(file: String, pack: String, category: Category?, language: LanguageTag?) {
        self.file = file
        self.pack = pack
        self.category = category
        self.language = language
    }

    // MARK: - Notes

    func location(_ line: Int, _ column: Int = 1) -> SourceLocation {
        SourceLocation(file: file, line: line, column: column)
    }

    mutating func note(_ location: SourceLocation, _ what: String, _ reason: String) {
        notes.append(ImportNote(location: location, what: Self.shortened(what), reason: reason))
    }

    /// A note that is said once a file, for the first entry that it is about.
    mutating func noteOnce(_ location: SourceLocation, _ what: String, _ reason: String) {
        if said.insert(reason).inserted { note(location, what, reason) }
    }

    /// At most 60 code points, so that a note is a line.
    static func shortened(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let flat = String(String.UnicodeScalarView(scalars.prefix(61).map { $0 == "\n" || $0 == "\t" ? " " : $0 }))
        return scalars.count <= 60 ? flat : String(String.UnicodeScalarView(flat.unicodeScalars.dropLast())) + "…"
    }

    // MARK: - Names

    /// An id made of `name`, unlike all before it: letters and digits of ASCII, hyphens between, at most 48 long.
    mutating func id(from name: String, else fallback: String) -> String {
        var slug = ""
        for byte in name.lowercased().utf8 {
            if (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) {
                slug.unicodeScalars.append(Unicode.Scalar(byte))
            } else if !slug.isEmpty, !slug.hasSuffix("-") {
                slug.append("-")
            }
            if slug.utf8.count >= 48 { break }
        }
        while slug.hasSuffix("-") { slug.removeLast() }
        if slug.isEmpty { slug = fallback }
        var id = slug
        var number = 2
        while !ids.insert(id).inserted {
            id = "\(slug)-\(number)"
            number += 1
        }
        return id
    }

    // MARK: - Terms

    /// A term as a phrase may hold it, or nil with a note: blanks around it are cut.
    mutating func term(_ raw: some StringProtocol, at location: SourceLocation) -> String? {
        var scalars = Substring(raw).unicodeScalars
        // A byte order mark inside of a file is unseen, and lost in front of a YAML scalar.
        while let first = scalars.first, first.properties.isWhitespace || first == "\u{FEFF}" { scalars.removeFirst() }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        let term = String(scalars)
        guard let fault = Self.fault(of: term) else { return term }
        note(location, term, fault)
        return nil
    }

    /// Why a text is no phrase; nil when it is one.
    static func fault(of term: String) -> String? {
        var isVisible = false
        var count = 0
        var isPlain = true
        for scalar in term.unicodeScalars {
            count += 1
            switch scalar.value {
            case 0x21...0x7E, 0x4E00...0x9FFF, 0xAC00...0xD7A3: isVisible = true
            case 0..<0x20, 0x7F...0x9F: return "left out: it holds a control character"
            case 0x20: break
            default:
                isPlain = false
                if !scalar.properties.isDefaultIgnorableCodePoint, !scalar.properties.isWhitespace,
                    scalar.properties.generalCategory != .format
                {
                    isVisible = true
                }
            }
        }
        guard isVisible else { return "left out: nothing of it can be seen" }
        // One code point may fold to eighteen (U+FDFA).
        if count > 128
            || !isPlain && count > 7 && term.precomposedStringWithCompatibilityMapping.unicodeScalars.count > 128
        {
            return "left out: it is longer than 128 code points, and no match is"
        }
        return nil
    }
}

/// Terms that were seen, told apart as folded text tells them apart.
struct TermSet {
    private var keys: Set<String> = []

    /// Whether the term was not there yet.
    mutating func insert(_ term: String) -> Bool { keys.insert(term.lowercased()).inserted }
}
