internal import ContentModel
internal import Foundation
internal import ReviewQueue
internal import Wire

/// A file of cases with a column for decisions: written by `batch export`, filled in by a person or a program, read by
/// `batch apply`.
struct BatchFile {
    let format: Review.Batch.Format

    private static let columns = [
        "id", "decision", "reason", "market", "category", "score", "language", "text", "evidence", "revision",
    ]

    var head: String {
        guard format == .csv else { return "" }
        var csv = CSVBytes()
        csv.row(Self.columns)
        // Spreadsheets take a file without the mark for one of the system's old code page.
        return "\u{FEFF}" + csv.text
    }

    func row(_ found: ReviewCase) -> String {
        let evidence = found.content?.evidence ?? []
        let words = evidence.map { "\($0.rule.rawValue): \($0.place?.text ?? "")" }.joined(separator: " | ")
        let cells = [
            found.id, "", "", found.markets.joined(separator: " "), found.category.rawValue,
            CasePage.number(found.score), found.languages.joined(separator: " "),
            found.content.map(CaseTable.text) ?? "", words, "\(found.revision)",
        ]
        switch format {
        case .csv:
            var csv = CSVBytes()
            csv.row(cells.map(Self.harmless))
            return csv.text
        case .ndjson:
            var json = JSONBytes()
            for (index, (name, cell)) in zip(Self.columns, cells).enumerated() {
                json.raw(index == 0 ? "{" : ",")
                json.name(name)
                json.raw(":")
                switch name {
                case "score", "revision": json.raw(Array(cell.utf8))
                default: json.string(cell)
                }
            }
            json.raw("}\n")
            return String(decoding: json.bytes, as: UTF8.self)
        }
    }

    /// Line breaks stay; what could speak to a terminal or turn a line around does not.
    private static func harmless(_ cell: String) -> String {
        cell.split(separator: "\n", omittingEmptySubsequences: false).map { Console.harmless(String($0)) }
            .joined(separator: "\n")
    }

    // MARK: - Reading

    /// A line that is no decision.
    struct Fault: Error {
        var line: Int
        var message: String
    }

    /// - Throws: `ExitCode` 65 after saying why the file as a whole cannot be read.
    static func read(_ bytes: [UInt8], shown: String) throws -> [Result<BatchLine, Fault>] {
        var bytes = bytes[...]
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw refusal("\(shown) is UTF-16: save it as \"CSV UTF-8\"")
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw refusal("\(shown) is not UTF-8: save it as \"CSV UTF-8\"")
        }
        let first = text.unicodeScalars.first { !$0.properties.isWhitespace }
        switch first {
        case nil: throw refusal("\(shown) is empty")
        case "{": return readObjects(text)
        case "[": throw refusal("\(shown) is a JSON array: one object a line is expected (jq -c '.[]')")
        default: return try readTable(text, shown: shown)
        }
    }

    private static func refusal(_ message: String) -> any Error {
        Console.error(message)
        return Failure.dataUnreadable.exitCode
    }

    private static func readTable(_ text: String, shown: String) throws -> [Result<BatchLine, Fault>] {
        let header = String(Substring(text.utf8.prefix { $0 != 0x0A && $0 != 0x0D }))
        var reader = TableReader(text, delimiter: TableReader.delimiter(of: header))
        let names = (reader.next()?.fields ?? []).map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
        guard names.contains("id"), names.contains("decision") else {
            throw refusal(
                "\(shown) has no columns `id` and `decision`: keep the first row of the export (it has \(Console.harmless(names.joined(separator: ", "))))"
            )
        }
        var lines: [Result<BatchLine, Fault>] = []
        while let row = reader.next() {
            if row.fields.allSatisfy({ $0.allSatisfy(\.isWhitespace) }) { continue }
            var cells: [String: String] = [:]
            for (name, cell) in zip(names, row.fields) { cells[name] = cells[name] ?? cell }
            lines.append(line(row.line, cells))
        }
        if let open = reader.openQuote {
            throw refusal("\(shown):\(open): a quoted cell of this row never ends; a quote inside one is doubled")
        }
        return lines
    }

    private static func readObjects(_ text: String) -> [Result<BatchLine, Fault>] {
        var lines: [Result<BatchLine, Fault>] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            let parsed = try? JSONSerialization.jsonObject(with: Data(line.utf8))
            guard let object = parsed as? [String: Any] else {
                lines.append(.failure(Fault(line: index + 1, message: "this is not a JSON object")))
                continue
            }
            var cells: [String: String] = [:]
            var odd: String?
            for (name, value) in object {
                switch value {
                case let text as String: cells[name] = text
                case let list as [String]: cells[name] = list.joined(separator: " ")
                case is NSNull: break
                case let number as NSNumber: cells[name] = number.stringValue
                default: if ["id", "decision", "reason", "market", "revision"].contains(name) { odd = name }
                }
            }
            if let odd {
                lines.append(.failure(Fault(line: index + 1, message: "`\(odd)` is neither text nor a list of texts")))
            } else {
                lines.append(self.line(index + 1, cells))
            }
        }
        return lines
    }

    private static func line(_ number: Int, _ cells: [String: String]) -> Result<BatchLine, Fault> {
        func cell(_ name: String) -> String { (cells[name] ?? "").trimmingCharacters(in: .whitespacesAndNewlines) }
        func fault(_ message: String) -> Result<BatchLine, Fault> { .failure(Fault(line: number, message: message)) }
        guard !cell("id").isEmpty else { return fault("the row has no id") }
        let word = cell("decision").lowercased()
        let decision = Decision(rawValue: word)
        if decision == nil, !word.isEmpty {
            let known = Decision.allCases.map(\.rawValue).joined(separator: ", ")
            return fault("`\(word)` is no decision: it is one of \(known)")
        }
        var revision: Int?
        if !cell("revision").isEmpty {
            guard let number = Int(cell("revision")) else { return fault("`\(cell("revision"))` is no revision") }
            revision = number
        }
        let markets = cell("market").split { $0 == " " || $0 == "," || $0 == ";" }.map { $0.lowercased() }
        let reason = cell("reason")
        return .success(
            BatchLine(
                line: number, id: cell("id").uppercased(), decision: decision, reason: reason.isEmpty ? nil : reason,
                markets: markets, revision: revision))
    }
}
