internal import ContentModel

/// Reads tables whose header names a column of terms, and perhaps a category and a severity.
enum TableImporter {
    /// Whether a line looks like such a header: more than one column, one of them for terms.
    static func hasHeader(_ line: String) -> Bool {
        var reader = TableReader(line, delimiter: TableReader.delimiter(of: line))
        guard let header = reader.next(), header.fields.count > 1 else { return false }
        return Columns(header.fields).term != nil
    }

    static func read(_ text: String, into draft: inout ImportDraft) throws(RuleBookError) {
        let firstLine = text.utf8.prefix { $0 != 0x0A }
        var reader = TableReader(text, delimiter: TableReader.delimiter(of: String(Substring(firstLine))))
        guard let header = reader.next() else { throw RuleImporter.failure(draft.file, "the file is empty") }
        let columns = Columns(header.fields)
        guard let termColumn = columns.term else {
            throw RuleImporter.failure(
                draft.file, line: header.line, column: 1, "no column of this table holds terms",
                hint: "name one of them: \(Columns.termNames.joined(separator: ", "))")
        }
        var rows: [TableReader.Row] = []
        while let row = reader.next() { rows.append(row) }
        if let line = reader.openQuote {
            throw RuleImporter.failure(
                draft.file, line: line, column: 1, "a quoted field of this row never ends",
                hint: "a quote inside a quoted field is doubled")
        }
        if let language = columns.language {
            draft.note(
                draft.location(header.line), header.fields[language],
                "not carried over: a listed term counts whatever the language")
        }
        let scale = SeverityScale(of: rows.compactMap { columns.number(of: $0.fields) })
        if scale.isConverted {
            draft.note(
                draft.location(header.line), columns.severity.map { header.fields[$0] } ?? "",
                "its numbers are carried over as three levels")
        }
        gather(rows, columns: columns, term: termColumn, scale: scale, into: &draft)
        draft.title = "Imported table" + (draft.language.map { " (\($0.rawValue))" } ?? "")
    }

    private static func gather(
        _ rows: [TableReader.Row], columns: Columns, term termColumn: Int, scale: SeverityScale,
        into draft: inout ImportDraft
    ) {
        var groups = TermGroups()
        for row in rows {
            draft.counts.entries += 1
            let place = draft.location(row.line)
            guard termColumn < row.fields.count, !row.fields[termColumn].isEmpty else {
                draft.note(place, row.fields.joined(separator: ","), "left out: the row has no term")
                continue
            }
            groups.add(
                row.fields[termColumn], category: columns.text(columns.category, of: row.fields),
                band: columns.band(of: row.fields, scale: scale), at: place, into: &draft)
        }
        groups.write(into: &draft)
    }

    /// Which column is which.
    struct Columns {
        static let termNames = ["text", "term", "word", "phrase", "keyword", "pattern"]
        var term: Int?
        var category: Int?
        /// The column of numbers before the one of words, where there are both.
        var severity: Int?
        private var severityWord: Int?
        var language: Int?

        init(_ header: [String]) {
            let names = header.map { $0.lowercased().filter { $0 != " " } }
            func first(_ wanted: [String]) -> Int? {
                for name in wanted { if let index = names.firstIndex(of: name) { return index } }
                return nil
            }
            term = first(Self.termNames + ["words", "terms", "keywords", "phrases", "词", "词语", "敏感词"])
            category = first([
                "category", "category_1", "category1", "categories", "type", "label", "tag", "class", "分类", "类别",
            ])
            severity = first([
                "severity_rating", "severity", "severity_score", "level", "score", "weight", "rating", "级别",
            ])
            severityWord = first(["severity_description", "severity_label", "severity", "level"])
            language = first(["language", "lang", "locale", "语言"])
        }

        func text(_ column: Int?, of fields: [String]) -> String {
            guard let column, column < fields.count else { return "" }
            var text = fields[column]
            while text.last == " " { text.removeLast() }
            return String(text.drop { $0 == " " })
        }

        func number(of fields: [String]) -> Double? {
            Double(text(severity, of: fields)).flatMap { $0.isFinite ? $0 : nil }
        }

        /// The band of a row, medium where it says nothing.
        func band(of fields: [String], scale: SeverityScale) -> SeverityBand {
            if let number = number(of: fields) { return scale.band(of: number) }
            return SeverityBand(word: text(severity, of: fields)) ?? SeverityBand(word: text(severityWord, of: fields))
                ?? .medium
        }
    }
}
