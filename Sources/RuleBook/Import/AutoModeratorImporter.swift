internal import ContentModel

/// Reads Reddit's AutoModerator configuration: documents of checks, all of which must hold, and of actions.
enum AutoModeratorImporter {
    static func read(_ text: String, into draft: inout ImportDraft) throws(RuleBookError) {
        draft.title = "Imported AutoModerator rules"
        var documents = 0
        for (source, line) in documentTexts(text) {
            guard hasContent(source) else { continue }
            documents += 1
            read(source, line: line, into: &draft)
        }
        guard documents > 0 else {
            throw RuleImporter.failure(draft.file, "the file holds no rules", hint: "each is a few `key: value` lines")
        }
    }

    /// The documents between lines that begin with exactly three hyphens, each with the lines before it.
    private static func documentTexts(_ text: String) -> [(text: String, line: Int)] {
        var documents: [(text: String, line: Int)] = []
        let bytes = Substring(text).utf8
        var start = bytes.startIndex
        var startLine = 0
        var line = 0
        var place = bytes.startIndex
        while place < bytes.endIndex {
            let end = bytes[place...].firstIndex(of: 0x0A) ?? bytes.endIndex
            let isSeparator =
                bytes[place..<end].starts(with: [0x2D, 0x2D, 0x2D]) && bytes[place..<end].dropFirst(3).first != 0x2D
            if isSeparator {
                documents.append((String(Substring(bytes[start..<place])), startLine))
                start = end
                startLine = line
            }
            line += 1
            place = end < bytes.endIndex ? bytes.index(after: end) : end
        }
        documents.append((String(Substring(bytes[start...])), startLine))
        return documents
    }

    private static func hasContent(_ document: String) -> Bool {
        document.utf8.split(separator: 0x0A).contains { line in
            let first = line.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }
            return first != nil && first != 0x23
        }
    }

    private static func read(_ source: String, line: Int, into draft: inout ImportDraft) {
        switch AutoModeratorDocument.parse(source) {
        case .failure(let fault):
            draft.counts.entries += 1
            let place = draft.location(line + max(1, fault.line), max(1, fault.column))
            draft.marks.append(ImportMark(location: place, what: "a whole document", outcome: .refused))
            draft.note(place, "", "this document is no YAML and is left out: \(fault.message)")
        case .success(let document):
            var reader = AutoModeratorRule(document, line: line)
            reader.read(into: &draft)
        }
    }
}
