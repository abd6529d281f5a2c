internal import UnicodeData

/// How a piece of text looks.
public enum Style: Int32, Sendable {
    case plain, bold, dim, bar, marked, good, bad
}

/// One line of the screen: pieces side by side, each harmless to the terminal.
public struct ScreenLine: Sendable, Equatable {
    public struct Piece: Sendable, Equatable {
        public var text: String
        public var style: Style
    }

    public private(set) var pieces: [Piece] = []
    public private(set) var width = 0

    public init() {}

    public init(_ text: String, _ style: Style = .plain) { add(text, style) }

    /// Adds text of others, made harmless.
    public mutating func add(_ text: String, _ style: Style = .plain) {
        let harmless = TerminalText.harmless(text)
        guard !harmless.isEmpty else { return }
        if pieces.last?.style == style {
            pieces[pieces.count - 1].text += harmless
        } else {
            pieces.append(Piece(text: harmless, style: style))
        }
        width += TerminalText.width(harmless)
    }

    public var text: String { pieces.map(\.text).joined() }

    /// The line with blanks behind it, or cut, to so many columns.
    public func fitted(to columns: Int, _ style: Style? = nil) -> ScreenLine {
        var line = ScreenLine()
        for piece in pieces {
            let room = columns - line.width
            guard room > 0 else { break }
            line.add(TerminalText.clipped(piece.text, to: room), style ?? piece.style)
        }
        if line.width < columns { line.add(String(repeating: " ", count: columns - line.width), style ?? .plain) }
        return line
    }
}

/// Breaks pieces of text into lines of so many columns, between grapheme clusters, after blanks where there are any, and
/// where the text has line breaks.
struct LineWrapper {
    private let columns: Int
    private(set) var lines: [ScreenLine] = []
    private var line = ScreenLine()
    private var word: [(text: String, style: Style, width: Int)] = []
    private var wordWidth = 0

    init(columns: Int) { self.columns = max(2, columns) }

    mutating func add(_ text: String, _ style: Style) {
        for character in text {
            if character.isNewline {
                endLine()
                continue
            }
            let shown = String(character)
            let width = TerminalText.width(TerminalText.harmless(shown))
            word.append((shown, style, width))
            wordWidth += width
            let isWide = width > 1
            if character == " " || isWide || wordWidth >= columns { endWord() }
        }
    }

    mutating func endLine() {
        endWord()
        lines.append(line)
        line = ScreenLine()
    }

    private mutating func endWord() {
        if line.width + wordWidth > columns, line.width > 0 {
            lines.append(line)
            line = ScreenLine()
        }
        for part in word { line.add(part.text, part.style) }
        word.removeAll(keepingCapacity: true)
        wordWidth = 0
    }
}
