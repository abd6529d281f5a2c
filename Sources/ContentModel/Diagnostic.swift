/// A place in a file that a person wrote.
public struct SourceLocation: Sendable, Hashable, Codable, Comparable {
    public var file: String
    /// From 1; 0 means the file as a whole.
    public var line: Int
    /// From 1, in code points.
    public var column: Int

    public init(file: String, line: Int = 0, column: Int = 0) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// By file, line and column.
    public static func < (left: SourceLocation, right: SourceLocation) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}

/// What a rule file's author is told, in a compiler's form.
public struct Diagnostic: Sendable, Hashable, Codable, CustomStringConvertible {
    public enum Level: String, Sendable, Codable { case error, warning }

    public var level: Level
    public var location: SourceLocation
    public var message: String
    /// What to do about it.
    public var hint: String?

    public init(_ level: Level, at location: SourceLocation, _ message: String, hint: String? = nil) {
        self.level = level
        self.location = location
        self.message = message
        self.hint = hint
    }

    /// `file:line:column: error: message` and, behind a line break, the hint. Control characters are shown as `?`,
    /// so that a hostile file name or phrase cannot speak to a terminal.
    public var description: String {
        var place = location.file
        if location.line > 0 { place += ":\(location.line):\(location.column)" }
        let text = "\(place): \(level.rawValue): \(message)" + (hint.map { "\n  hint: \($0)" } ?? "")
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control where scalar != "\n", .format, .lineSeparator, .paragraphSeparator: "?"
                    default: scalar
                    }
                }))
    }
}
