/// Tells a list's format from its name and its first lines.
enum FormatGuess {
    static func format(of text: String, name: String) -> ImportFormat {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        switch parts.count > 1 ? parts.last?.lowercased() : nil {
        case "json": return .json
        case "csv", "tsv": return .csv
        case "yaml", "yml": return .automoderator
        default: break
        }
        // Only what stands near the beginning tells; the rest may be a hundred megabytes.
        let head = text.utf8.prefix(64 << 10)
        let lines = String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline).map {
            $0.drop { $0 == " " || $0 == "\t" }
        }
        let first = lines.first { !$0.isEmpty && !$0.hasPrefix("#") } ?? ""
        if first.hasPrefix("[") && !first.hasPrefix("[]]") || first.hasPrefix("{") { return .json }
        if isConfiguration(lines) { return .automoderator }
        if TableImporter.hasHeader(String(first)) { return .csv }
        return .words
    }

    /// Two lines that begin as checks, actions or separators of AutoModerator do.
    private static func isConfiguration(_ lines: [Substring]) -> Bool {
        var count = 0
        for line in lines where !line.hasPrefix("#") {
            if line == "---" {
                count += 1
            } else if let colon = line.firstIndex(of: ":") {
                let key = AutoModeratorKey(String(line[..<colon]))
                if key.fields.allSatisfy({ AutoModeratorField.isKnown($0) }) { count += 1 }
            }
            if count >= 2 { return true }
        }
        return false
    }
}
