/// RFC 4180 rows for spreadsheets. A cell that a spreadsheet would take for a formula is quoted with an apostrophe.
public struct CSVBytes: Sendable {
    public var text = ""

    public init() {}

    public mutating func row(_ cells: [String]) {
        text += cells.map(Self.cell).joined(separator: ",") + "\r\n"
    }

    private static func cell(_ content: String) -> String {
        var content = content
        if let first = content.unicodeScalars.first, "=+-@\t\r＝＋－＠".unicodeScalars.contains(first) {
            content = "'" + content
        }
        guard content.unicodeScalars.contains(where: { "\",;\t\r\n".unicodeScalars.contains($0) }) else {
            return content
        }
        return "\"" + content.replacing("\"", with: "\"\"") + "\""
    }
}
