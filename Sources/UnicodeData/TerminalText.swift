/// Text of others on a terminal.
public enum TerminalText {
    /// The text with line breaks shown as `↵`, and controls, format characters and bidirectional overrides as `·`.
    public static func harmless(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control: result.append(scalar == "\n" ? "↵" : scalar == "\t" ? " " : "·")
            case .format: result.append(scalar == "\u{200D}" || scalar == "\u{200C}" ? scalar : "·")
            case .lineSeparator, .paragraphSeparator: result.append("↵")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// The columns that a text takes.
    public static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + columns(of: $1.value) }
    }

    /// As much of a text as so many columns hold, with `…` where something is missing.
    public static func clipped(_ text: String, to columns: Int) -> String {
        guard width(text) > columns else { return text }
        var taken = 0
        var end = text.startIndex
        while end < text.endIndex {
            taken += width(String(text[end]))
            guard taken < columns else { break }
            end = text.index(after: end)
        }
        return columns > 0 ? text[..<end] + "…" : ""
    }
}
