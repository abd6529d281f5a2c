internal import ContentModel

/// The lines of a rule as its author wrote them.
public enum RuleText {
    /// - Returns: The lines, behind a line that says where they stand; nil when no file has the rule.
    /// - Throws: ``RuleBookError`` when a file of the rule's region cannot be read.
    public static func find(_ name: String, in files: RuleFiles) throws(RuleBookError) -> String? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        for file in files.files(of: String(parts[0])) where file.path.hasSuffix(".yaml") || file.path.hasSuffix(".yml")
        {
            var yaml = YAMLReader(file: file.path)
            let text = String(decoding: file.bytes, as: UTF8.self)
            guard let root = yaml.root(of: text) else { continue }
            let terms = { (path: String) in
                files.files.first { $0.path == "\(parts[0])/\(path)" }?.bytes
            }
            guard let pack = yaml.pack(root, folder: String(parts[0]), terms: terms) else { continue }
            let starts = pack.rules.map(\.location.line).sorted()
            guard let rule = pack.rules.first(where: { $0.name.rawValue == name }) else { continue }
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let first = rule.location.line - 1
            var end = starts.first { $0 > rule.location.line }.map { $0 - 1 } ?? lines.count
            // Comments above the next rule are the next rule's.
            while end > first + 1, isCommentOrBlank(lines[end - 1]) { end -= 1 }
            return "# \(file.path):\(rule.location.line)\n" + lines[first..<end].joined(separator: "\n") + "\n"
        }
        return nil
    }

    private static func isCommentOrBlank(_ line: Substring) -> Bool {
        let first = line.first { $0 != " " }
        return first == nil || first == "#"
    }
}
