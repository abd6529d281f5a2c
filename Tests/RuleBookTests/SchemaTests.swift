import ContentModel
import Foundation
import RuleBook
import Testing
import Yams

/// `Rules/schema.json`, which editors complete by, says what the reader reads.
@Suite struct SchemaTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Rules")

    private func schema() throws -> [String: Any] {
        let data = try Data(contentsOf: Self.root.appendingPathComponent("schema.json"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    private func properties(_ name: String, _ path: String...) throws -> Set<String> {
        var node = (try schema()["$defs"] as? [String: Any])?[name] as? [String: Any]
        for step in path { node = (node?["properties"] as? [String: Any])?[step] as? [String: Any] }
        if let items = node?["items"] as? [String: Any] { node = items }
        return Set(try #require((node?["properties"] as? [String: Any])?.keys))
    }

    /// The keys that the reader says it knows, when it is given one that it does not.
    private func known(pack: String? = nil, policy: String? = nil) throws -> Set<String> {
        let files = [
            ("xx/market.yaml", policy ?? "market: xx\nthresholds: {default: {review: 0.5}}\n"),
            ("global/p.yaml", pack ?? "pack: p\nrules: []\n"),
        ]
        var hints: [String] = []
        do { _ = try RuleBook.read(RuleFiles(folder: "r", files: files)) } catch {
            hints = error.diagnostics.compactMap(\.hint)
        }
        let hint = try #require(hints.first { $0.hasPrefix("known keys: ") || $0.hasPrefix("one of: ") })
        return Set(hint.split(separator: ":")[1].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
    }

    @Test func keysOfPacksRulesAndPoliciesAreThoseThatAreRead() throws {
        let unknown = "qqqqqqqqqqqqqqqq: 1"
        func rule(_ more: String) -> String {
            "pack: p\nrules:\n  - {id: a, category: fraud, confidence: 0.5, \(more)}\n"
        }
        #expect(try properties("pack") == known(pack: "pack: p\nrules: []\n\(unknown)\n"))
        #expect(try properties("rule") == known(pack: rule(unknown)))
        #expect(try properties("rule", "tests") == known(pack: rule("match: {phrases: [x]}, tests: {\(unknown)}")))
        #expect(try properties("effective") == known(pack: rule("match: {phrases: [x]}, effective: {\(unknown)}")))
        #expect(try properties("demand") == known(pack: rule("when: {reach: {\(unknown)}}")))
        #expect(
            try properties("policy") == known(policy: "market: xx\nthresholds: {default: {review: 0.5}}\n\(unknown)\n"))
        #expect(try properties("thresholds") == known(policy: "market: xx\nthresholds: {default: {\(unknown)}}\n"))
        #expect(
            try properties("policy", "overrides")
                == known(policy: "market: xx\noverrides: [{\(unknown)}]\nthresholds: {default: {review: 0.5}}\n"))
        #expect(
            try properties("policy", "thresholds")
                == known(policy: "market: xx\nthresholds: {default: {review: 0.5}, \(unknown)}\n"))
        func live(_ part: String) -> String {
            "market: xx\nthresholds: {default: {review: 0.5}}\nlive: {\(part)}\n"
        }
        #expect(try properties("live") == known(policy: live(unknown)))
        #expect(try properties("live", "ladder") == known(policy: live("ladder: {\(unknown)}")))
        #expect(try properties("live", "strikes") == known(policy: live("strikes: {\(unknown)}")))
        #expect(try properties("live", "tests") == known(policy: live("tests: [{\(unknown)}]")))
        #expect(try properties("moment") == known(policy: live("tests: [{moments: [{\(unknown)}], expect: mute}]")))
        var patterns: Set<String> = []
        let match = (try schema()["$defs"] as? [String: Any])?["match"] as? [String: Any]
        for member in try #require(match?["anyOf"] as? [[String: Any]]) {
            let keys = Set(((member["properties"] as? [String: Any]) ?? [:]).keys)
            if keys.isDisjoint(with: ["any", "all"]) { patterns.formUnion(keys) }
        }
        #expect(patterns == (try known(pack: rule("unless: [{\(unknown)}], match: {phrases: [x]}"))))
    }

    /// `make reference` was run after the schema changed.
    @Test func theReferenceNamesEveryKey() throws {
        let page = try String(
            contentsOf: Self.root.deletingLastPathComponent().appendingPathComponent("Documentation/Rules.md"),
            encoding: .utf8)
        for name in ["pack", "rule", "policy", "thresholds", "demand", "live", "moment"] {
            let definition = (try schema()["$defs"] as? [String: Any])?[name] as? [String: Any]
            for (key, value) in try #require(definition?["properties"] as? [String: [String: Any]]) {
                let row = page.split(separator: "\n").first { $0.hasPrefix("| `\(key)` |") }
                let words = value["description"] as? String ?? ""
                #expect(
                    row != nil && (words.isEmpty || page.replacingOccurrences(of: "&lt;", with: "<").contains(words)),
                    "\(name).\(key)")
            }
        }
    }

    @Test func noticesAreOfTheKindsThatAreRead() throws {
        #expect(try properties("notices", "notices") == Set(Guide.NoticeKind.allCases.map(\.rawValue)))
        let files = [
            ("xx/market.yaml", "market: xx\nthresholds: {default: {review: 0.5}}\n"),
            ("global/notices.yaml", "notices: {reject: {en: No}}\n"),
            ("xx/glossary.yaml", "glossary: {加微信: {en: add me on WeChat}}\n"),
        ]
        let book = try RuleBook.read(RuleFiles(folder: "r", files: files)).book
        #expect(book.guides.map(\.folder) == ["global", "xx"])
        #expect(book.guides[0].notices[.reject] == ["en": "No"])
        #expect(book.guides[1].glossary["加微信"] == ["en": "add me on WeChat"])
        #expect(throws: RuleBookError.self) {
            try RuleBook.read(
                RuleFiles(folder: "r", files: [files[0], ("global/notices.yaml", "notices: {rejct: {}}\n")]))
        }
    }

    /// Every language of the packs' notices has every notice of a decision.
    @Test func theShippedNoticesAreWhole() throws {
        let guides = try RuleBook.read(RuleFiles(folder: Self.root.path)).book.guides
        let notices = try #require(guides.first { $0.folder == "global" && !$0.notices.isEmpty }).notices
        let languages = Set(try #require(notices[.approve]).keys)
        #expect(languages.count == 22)
        for kind in Guide.NoticeKind.allCases { #expect(Set(notices[kind, default: [:]].keys) == languages, "\(kind)") }
    }

    @Test func valuesAreThoseThatAreRead() throws {
        let definitions = try #require(try schema()["$defs"] as? [String: Any])
        let rule = try #require((definitions["rule"] as? [String: Any])?["properties"] as? [String: [String: Any]])
        #expect(rule["category"]?["enum"] as? [String] == Category.all.map(\.rawValue))
        #expect(rule["severity"]?["enum"] as? [String] == Severity.allCases.map(\.rawValue))
        let live = try #require((definitions["live"] as? [String: Any])?["properties"] as? [String: [String: Any]])
        let tests = try #require((live["tests"]?["items"] as? [String: Any])?["properties"] as? [String: [String: Any]])
        #expect(tests["expect"]?["enum"] as? [String] == Enforcement.allCases.map(\.name))
        let match = try #require((definitions["match"] as? [String: Any])?["anyOf"] as? [[String: Any]])
        let phrases = try #require(match.first?["properties"] as? [String: [String: Any]])
        #expect(phrases["boundary"]?["enum"] as? [String] == Pattern.Boundary.allCases.map(\.rawValue))
        #expect(phrases["validate"]?["enum"] as? [String] == Validator.allCases.map(\.rawValue))
    }

    /// Every shipped file is what the schema says, and what it forbids is refused by both.
    @Test func shippedRulesHold() throws {
        let validator = Validation(try schema())
        var count = 0
        for case let path as String in try #require(FileManager.default.enumerator(atPath: Self.root.path)) {
            guard path.hasSuffix(".yaml") else { continue }
            let text = try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
            let faults = validator.faults(try #require(try Yams.load(yaml: text)))
            #expect(faults.isEmpty, "\(path): \(faults.prefix(3))")
            count += 1
        }
        #expect(count > 60)
    }

    @Test(arguments: [
        "pack: p\nrules: [{id: a, category: fruad, confidence: 0.5, match: {phrases: [x]}}]\n",
        "pack: p\nrules: [{id: a, category: fraud, confidence: 5, match: {phrases: [x]}}]\n",
        "pack: p\nrules: [{id: A, category: fraud, confidence: 0.5, match: {phrases: [x]}}]\n",
        "pack: p\nrules: [{id: a, category: fraud, confidence: 0.5, match: {phrase: [x]}}]\n",
        "pack: p\nrules: [{id: a, category: fraud, confidence: 0.5, when: {follower: {lt: 3}}}]\n",
        "pack: p\nrules: [{category: fraud, confidence: 0.5}]\n", "pack: p\n",
    ])
    func whatTheReaderRefusesTheSchemaRefuses(_ text: String) throws {
        let validator = Validation(try schema())
        #expect(!validator.faults(try #require(try Yams.load(yaml: text))).isEmpty)
        let files = [("xx/market.yaml", "market: xx\nthresholds: {default: {review: 0.5}}\n"), ("global/p.yaml", text)]
        #expect(throws: RuleBookError.self) { try RuleBook.read(RuleFiles(folder: "r", files: files)) }
    }
}

/// As much of JSON Schema as the schema uses. Scalars of YAML are text, whatever they look like.
private struct Validation {
    private let root: [String: Any]

    init(_ root: [String: Any]) { self.root = root }

    func faults(_ value: Any) -> [String] { faults(value, root, at: "") }

    private func faults(_ value: Any, _ schema: [String: Any], at path: String) -> [String] {
        if let reference = schema["$ref"] as? String {
            let definition = (root["$defs"] as? [String: Any])?[String(reference.dropFirst(8))] as? [String: Any]
            return definition.map { faults(value, $0, at: path) } ?? ["\(path): no \(reference)"]
        }
        var found: [String] = []
        if let options = schema["anyOf"] as? [[String: Any]] {
            let all = options.map { faults(value, $0, at: path) }
            if !all.contains(where: \.isEmpty) { found += all.min { $0.count < $1.count } ?? [] }
        }
        if let values = schema["enum"] as? [String], !values.contains("\(value)") { found.append("\(path): \(value)") }
        let types = schema["type"] as? [String] ?? (schema["type"] as? String).map { [$0] } ?? []
        if !types.isEmpty, !types.contains(where: { isOf($0, value) }) { found.append("\(path): no \(types)") }
        if let pattern = schema["pattern"] as? String,
            "\(value)".range(of: pattern, options: .regularExpression) == nil
        {
            found.append("\(path): \(value)")
        }
        if let number = Double("\(value)") {
            if let least = schema["minimum"] as? Double, number < least { found.append("\(path): \(number)") }
            if let most = schema["maximum"] as? Double, number > most { found.append("\(path): \(number)") }
        }
        if let items = schema["items"] as? [String: Any], let list = value as? [Any] {
            for (index, member) in list.enumerated() { found += faults(member, items, at: "\(path)[\(index)]") }
        }
        guard let object = value as? [AnyHashable: Any] else { return found }
        let properties = schema["properties"] as? [String: Any] ?? [:]
        for key in schema["required"] as? [String] ?? [] where object[key] == nil { found.append("\(path): no \(key)") }
        for (name, member) in object {
            let name = "\(name.base)"
            if let own = properties[name] as? [String: Any] {
                found += faults(member, own, at: "\(path).\(name)")
            } else if let pattern = (schema["patternProperties"] as? [String: [String: Any]])?.first(where: {
                name.range(of: $0.key, options: .regularExpression) != nil
            }) {
                found += faults(member, pattern.value, at: "\(path).\(name)")
            } else if let others = schema["additionalProperties"] as? [String: Any] {
                found += faults(member, others, at: "\(path).\(name)")
            } else if schema["additionalProperties"] as? Bool == false {
                found.append("\(path).\(name)")
            }
        }
        return found
    }

    private func isOf(_ type: String, _ value: Any) -> Bool {
        switch type {
        case "object": value is [AnyHashable: Any]
        case "array": value is [Any]
        case "string": !(value is [Any]) && !(value is [AnyHashable: Any])
        case "number", "integer": Double("\(value)") != nil
        case "boolean": ["true", "false"].contains("\(value)")
        default: false
        }
    }
}
