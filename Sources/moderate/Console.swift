internal import ContentModel
internal import Foundation
internal import UnicodeData

/// What people see: colour where it is wanted, and text that cannot speak to their terminal.
enum Console {
    /// Whether a stream is a terminal that takes colour.
    static func isColoured(_ descriptor: Int32) -> Bool {
        let environment = ProcessInfo.processInfo.environment
        return isatty(descriptor) == 1 && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    static func error(_ message: String, isDiagnostic: Bool = false) {
        note(isDiagnostic ? message : "moderate: \(message)")
    }

    /// A line on standard error.
    static func note(_ message: String) {
        var line = message + "\n"
        line.withUTF8 { bytes in
            var offset = 0
            while offset < bytes.count {
                let count = unsafe write(STDERR_FILENO, bytes.baseAddress! + offset, bytes.count - offset)
                guard count > 0 else { return }
                offset += count
            }
        }
    }

    /// Standard output, all of it or an error.
    ///
    /// - Parameter failsWhenClosed: Whether a reader that went away is an error; otherwise it ends quietly.
    static func output(_ text: String, failsWhenClosed: Bool = false) throws {
        var text = text
        let isWritten = text.withUTF8 { bytes in
            var offset = 0
            while offset < bytes.count {
                let count = unsafe write(STDOUT_FILENO, bytes.baseAddress! + offset, bytes.count - offset)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return errno == EPIPE && !failsWhenClosed }
                offset += count
            }
            return true
        }
        if !isWritten {
            error("the output cannot be written: \(unsafe String(cString: strerror(errno)))")
            throw Failure.outputUnwritable.exitCode
        }
    }

    /// Text of others that cannot speak to the terminal.
    static func harmless(_ text: String) -> String { TerminalText.harmless(text) }

    /// The columns that a text takes on a terminal.
    static func width(_ text: String) -> Int { TerminalText.width(text) }

    /// The text with blanks behind it to so many columns.
    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - Console.width(text)))
    }

    enum Style: String {
        case red = "31", yellow = "33", green = "32", blue = "34", bold = "1", dim = "2", marked = "7"
    }

    static func styled(_ text: String, _ style: Style, _ isColoured: Bool) -> String {
        isColoured ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    static func style(of action: Action) -> Style {
        switch action {
        case .allow: .green
        case .label, .limit: .blue
        case .review: .yellow
        case .block: .red
        }
    }

    /// A number with two decimals.
    static func rounded(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
