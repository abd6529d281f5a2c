internal import Yams

/// One document, parsed.
struct AutoModeratorDocument {
    struct Fault: Error {
        var line: Int
        var column: Int
        var message: String
    }

    /// Put behind a key that stands again further down.
    static let repeatedMark = "#repeated-above"

    var root: Node.Mapping
    /// The last comment above the first key, when it reads like a heading.
    var heading: String?
    /// Nodes know their anchors by weak references into it.
    private let parser: Parser

    static func parse(_ source: String) -> Result<AutoModeratorDocument, Fault> {
        // Resolving aliases may take time without bound, so that they are looked for before.
        if let line = lineOfAlias(in: source) {
            return .failure(
                Fault(line: line, column: 1, message: "anchors and aliases are not read; write the value out"))
        }
        var text = source
        for _ in 0..<20 {
            do {
                let parser = try Parser(yaml: text, resolver: .basic)
                guard let node = try parser.singleRoot(), case .mapping(let root) = node else {
                    return .failure(Fault(line: 1, column: 1, message: "it is not made of `key: value` lines"))
                }
                return .success(AutoModeratorDocument(root: root, heading: heading(of: source), parser: parser))
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                guard let renamed = renaming(keys, in: text) else {
                    let message = "the key `\(keys.joined(separator: "`, `"))` stands twice"
                    return .failure(Fault(line: context.mark.line, column: context.mark.column, message: message))
                }
                text = renamed
            } catch {
                return .failure(fault(of: error))
            }
        }
        return .failure(Fault(line: 1, column: 1, message: "too many keys stand twice"))
    }

    private static func fault(of error: any Error) -> Fault {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            let hint =
                problem.contains("escape")
                ? " (a backslash in double quotes is written twice; single quotes need that not)" : ""
            return Fault(line: mark.line, column: mark.column, message: problem + hint)
        case .reader(let problem, _, _, _): return Fault(line: 1, column: 1, message: problem)
        default: return Fault(line: 1, column: 1, message: "it cannot be read")
        }
    }

    /// AutoModerator keeps the last of equal keys; the others get names of their own, so that the document parses.
    private static func renaming(_ keys: [String], in text: String) -> String? {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var isChanged = false
        for key in keys {
            var places: [Int: [(line: Int, end: Int)]] = [:]
            for (number, line) in lines.enumerated() {
                let indent = line.utf8.prefix { $0 == 0x20 }.count
                let rest = line.utf8.dropFirst(indent)
                guard rest.starts(with: key.utf8) else { continue }
                let behind = rest.dropFirst(key.utf8.count)
                guard behind.first(where: { $0 != 0x20 }) == 0x3A else { continue }
                places[indent, default: []].append((number, indent + key.utf8.count))
            }
            for twins in places.values where twins.count > 1 {
                for (place, twin) in twins.dropLast().enumerated() {
                    let bytes = lines[twin.line].utf8
                    let head = String(decoding: bytes.prefix(twin.end), as: UTF8.self)
                    let tail = String(decoding: bytes.dropFirst(twin.end), as: UTF8.self)
                    lines[twin.line] = "\(head)\(repeatedMark)-\(place)\(tail)"
                    isChanged = true
                }
            }
        }
        return isChanged ? lines.joined(separator: "\n") : nil
    }

    /// The line of an alias whose anchor the document has.
    private static func lineOfAlias(in text: String) -> Int? {
        let bytes = Array(text.utf8)
        var anchors: Set<ArraySlice<UInt8>> = []
        var line = 1
        for (index, byte) in bytes.enumerated() {
            if byte == 0x0A { line += 1 }
            guard byte == 0x26 || byte == 0x2A, index == 0 || " \t\r\n[]{},:-?".utf8.contains(bytes[index - 1]) else {
                continue
            }
            let name = bytes[(index + 1)...].prefix { byte in
                byte > 0x20 && !",[]{}".utf8.contains(byte)
            }
            guard !name.isEmpty, name.count <= 200 else { continue }
            if byte == 0x26 { anchors.insert(name) } else if anchors.contains(name) { return line }
        }
        return nil
    }

    private static func heading(of source: String) -> String? {
        var heading: String?
        for line in source.split(separator: "\n") {
            let text = line.drop { $0 == " " || $0 == "\t" }
            guard text.hasPrefix("#") else {
                if text.contains(where: { !$0.isWhitespace }) { break }
                continue
            }
            var words = text.drop { $0 == "#" || $0 == " " }
            while let last = words.last, last == "#" || last.isWhitespace { words.removeLast() }
            if words.contains(where: \.isLetter), words.count <= 60 { heading = String(words) }
        }
        return heading
    }
}
