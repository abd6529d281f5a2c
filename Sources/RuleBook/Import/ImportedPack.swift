public import ContentModel

/// A list of another tool, made a pack in our YAML.
public struct ImportedPack: Sendable {
    /// The pack's name, which its file has too.
    public var name: String
    /// The pack's file, to be written as `<name>.yaml`.
    public var yaml: String
    /// Term lists beside it; paths are relative to the pack's folder, e.g. `terms/<name>-1.txt`.
    public var termFiles: [(path: String, text: String)]
    /// What was carried over, and how much of what was read that is.
    public var carried: ImportCounts
    /// The source's entries in its order, each with a mark: an AutoModerator check, a row, a term that was not carried
    /// over as it stood. Terms and rows that came over whole are counted in ``carried`` and not listed.
    public var marks: [ImportMark]
    /// What could not be carried over and why, and what was changed in meaning.
    public var notes: [ImportNote]
}

/// How much of a source became rules.
public struct ImportCounts: Sendable, Equatable {
    /// Rules written.
    public var rules = 0
    /// Phrases written, without those that clear.
    public var phrases = 0
    public var regexes = 0
    public var domains = 0
    /// Checks (AutoModerator), terms, rows or objects that the source holds.
    public var entries = 0
    /// Of ``entries``, those that rules stand for, in whole or in part.
    public var entriesCarried = 0
    /// Of ``entries``, those that say again what another said.
    public var duplicates = 0

    /// Of ``entries``, those that no rule stands for.
    public var entriesRefused: Int { entries - entriesCarried - duplicates }

    public init() {}
}

/// What became of one entry of the source.
public struct ImportMark: Sendable {
    public enum Outcome: String, Sendable, CaseIterable {
        /// A rule asks the same.
        case carried
        /// A rule asks nearly the same; a note says what differs.
        case changed
        /// No rule asks it; a note says why.
        case refused
    }

    public var location: SourceLocation
    /// The entry's name, e.g. `title+body (regex)`.
    public var what: String
    public var outcome: Outcome
}

/// What could not be carried over, or means something else now.
public struct ImportNote: Sendable, Hashable, CustomStringConvertible {
    public var location: SourceLocation
    /// The entry, shortened.
    public var what: String
    public var reason: String

    public init(location: SourceLocation, what: String, reason: String) {
        self.location = location
        self.what = what
        self.reason = reason
    }

    /// In a compiler's form; control characters are shown as `?`.
    public var description: String { diagnostic.description }

    /// The note as a warning.
    public var diagnostic: Diagnostic {
        Diagnostic(.warning, at: location, what.isEmpty ? reason : "`\(what)`: \(reason)")
    }
}

/// A form in which other tools keep their lists.
public enum ImportFormat: String, CaseIterable, Sendable {
    /// Reddit's AutoModerator configuration.
    case automoderator
    /// A term a line.
    case words
    /// Rows with a header that names the columns.
    case csv
    /// An array of terms, or of objects that hold them.
    case json
}
