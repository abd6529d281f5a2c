internal import ContentModel
internal import Yams

extension YAMLReader {
    /// The file behind a `phrases_from` path, or nil.
    typealias TermFiles = (String) -> [UInt8]?

    /// The pack of a file, or nil with diagnostics.
    mutating func pack(_ root: Node, folder: String, terms: TermFiles) -> Pack? {
        let keys = ["pack", "title", "owner", "ground", "effective", "notice", "rules"]
        guard let entries = mapping(root, "a pack", keys: keys) else { return nil }
        guard let nameNode = entries["pack"], let name = text(nameNode, "pack") else {
            error(at: root, "a pack has a name", hint: "begin with `pack: <name>`")
            return nil
        }
        guard isIdentifier(name) else {
            error(at: nameNode, "`\(name)` is no name for a pack", hint: "use a-z, 0-9 and -")
            return nil
        }
        var pack = Pack(folder: folder, name: name, rules: [], location: location(root))
        if let title = entries["title"] { pack.title = localized(title, "title") }
        if let owner = entries["owner"] { pack.owner = text(owner, "owner") ?? "" }
        if let ground = entries["ground"] { pack.ground = text(ground, "ground") ?? "" }
        if let effective = entries["effective"] { pack.effective = dates(effective) }
        let notice = entries["notice"].map { localized($0, "notice") } ?? [:]
        guard let rules = entries["rules"] else {
            error(at: root, "the pack has no rules", hint: "add `rules:` and below it `- id: …`")
            return nil
        }
        for node in sequence(rules, "rules") ?? [] {
            if let rule = rule(node, pack: pack, notice: notice, terms: terms) { pack.rules.append(rule) }
        }
        return pack
    }

    private mutating func rule(_ node: Node, pack: Pack, notice: LocalizedText, terms: TermFiles) -> Rule? {
        let keys = [
            "id", "category", "severity", "confidence", "languages", "match", "unless", "when", "action", "notice",
            "enabled", "reason", "mode", "effective", "tests", "note",
        ]
        guard let entries = mapping(node, "a rule", keys: keys) else { return nil }
        guard let idNode = entries["id"], let id = text(idNode, "id") else {
            error(at: node, "a rule has an id", hint: "`- id: <name>`")
            return nil
        }
        guard isIdentifier(id) else {
            error(at: idNode, "`\(id)` is no id", hint: "use a-z, 0-9 and -")
            return nil
        }
        guard
            let category = entries["category"].flatMap({
                choice($0, "category", Category.all.map { ($0.rawValue, $0) })
            }),
            let confidence = entries["confidence"].flatMap({ number($0, "confidence", in: 0...1) })
        else {
            if entries["category"] == nil { error(at: node, "the rule `\(id)` has no category") }
            if entries["confidence"] == nil { error(at: node, "the rule `\(id)` has no confidence") }
            return nil
        }
        var rule = Rule(
            name: RuleName(rawValue: "\(pack.folder).\(pack.name).\(id)"), category: category, severity: .medium,
            confidence: confidence, languages: [], match: nil, unless: [], conditions: [], blocks: false,
            notice: notice, isShadow: false, isEnabled: true, effective: pack.effective, tests: RuleTests(),
            location: location(node))
        if let severity = entries["severity"] {
            rule.severity = choice(severity, "severity", Severity.allCases.map { ($0.rawValue, $0) }) ?? .medium
        }
        if let languages = entries["languages"] {
            rule.languages = (texts(languages, "languages") ?? []).map { LanguageTag(rawValue: $0.text) }
        }
        if let match = entries["match"] { rule.match = expression(match, terms: terms) }
        if let unless = entries["unless"] {
            rule.unless = (sequence(unless, "unless") ?? []).compactMap { clearance($0, terms: terms) }
        }
        if let when = entries["when"] { rule.conditions = conditions(when) }
        if rule.match == nil, rule.conditions.isEmpty {
            error(at: node, "the rule `\(id)` has neither `match` nor `when`", hint: "say what it looks for")
            return nil
        }
        if let action = entries["action"] {
            rule.blocks = choice(action, "action", [("block", true)]) ?? false
            if rule.blocks, rule.severity != .critical {
                error(
                    at: action, "only a rule of severity critical may block by itself",
                    hint: "leave it to the thresholds")
            }
        }
        if let own = entries["notice"] { rule.notice = localized(own, "notice") }
        if let enabled = entries["enabled"] {
            rule.isEnabled = boolean(enabled, "enabled") ?? true
            if !rule.isEnabled, entries["reason"] == nil {
                error(at: enabled, "a rule that is switched off needs a `reason`")
            }
        }
        if let mode = entries["mode"] {
            rule.isShadow = choice(mode, "mode", [("enforce", false), ("shadow", true)]) ?? false
        }
        if let effective = entries["effective"] { rule.effective = rule.effective.intersection(dates(effective)) }
        if let tests = entries["tests"] { rule.tests = self.tests(tests) }
        return rule
    }

    private func isIdentifier(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
            }
    }

    // MARK: - Expressions

    private mutating func expression(_ node: Node, extraKeys: [String] = [], terms: TermFiles) -> MatchExpression? {
        guard case .mapping(let mapping) = node else {
            error(at: node, "a match must be a mapping", hint: "`match: {any: [{phrases: […]}]}`")
            return nil
        }
        let names = mapping.keys.compactMap(\.scalar?.string)
        if names.contains("any") {
            guard let entries = self.mapping(node, "any", keys: ["any"] + extraKeys), let members = entries["any"]
            else { return nil }
            let list = (sequence(members, "any") ?? []).compactMap { expression($0, terms: terms) }
            if list.isEmpty { error(at: node, "`any` has no members") }
            return list.count == 1 ? list[0] : .any(list)
        }
        if names.contains("all") {
            guard let entries = self.mapping(node, "all", keys: ["all", "within"] + extraKeys),
                let members = entries["all"]
            else {
                return nil
            }
            let list = (sequence(members, "all") ?? []).compactMap { expression($0, terms: terms) }
            if list.isEmpty { error(at: node, "`all` has no members") }
            var within: Int?
            if let node = entries["within"], let number = number(node, "within", in: 0...128) { within = Int(number) }
            return .all(list, within: within)
        }
        return pattern(node, extraKeys: extraKeys, terms: terms).map(MatchExpression.pattern)
    }

    private mutating func clearance(_ node: Node, terms: TermFiles) -> Clearance? {
        guard let expression = expression(node, extraKeys: ["near"], terms: terms) else { return nil }
        var near = 0
        if case .mapping(let mapping) = node, let value = mapping["near"],
            let number = number(value, "near", in: 0...128)
        {
            near = Int(number)
        }
        return Clearance(expression: expression, near: near)
    }

    private mutating func pattern(_ node: Node, extraKeys: [String], terms: TermFiles) -> Pattern? {
        let keys = [
            "phrases", "phrases_from", "regex", "domains", "views", "boundary", "validate", "typos", "readings",
        ]
        guard let entries = mapping(node, "a pattern", keys: keys + extraKeys) else { return nil }
        let kinds = ["phrases", "phrases_from", "regex", "domains"].filter { entries[$0] != nil }
        guard kinds.count == 1, let value = entries[kinds[0]] else {
            error(
                at: node, "a pattern is one of phrases, phrases_from, regex and domains",
                hint: kinds.isEmpty ? nil : "put each of them into its own member of `any`")
            return nil
        }
        guard let kind = kind(kinds[0], value, terms: terms) else { return nil }
        var isRegex = false
        if case .regex = kind { isRegex = true }
        var pattern = Pattern(
            kind: kind, views: isRegex ? [.folded] : [.folded, .deobfuscated], boundary: .auto, validator: nil,
            location: location(node))
        if let views = entries["views"] { pattern.views = self.views(views, isRegex: isRegex) }
        if let boundary = entries["boundary"] {
            pattern.boundary =
                choice(boundary, "boundary", Pattern.Boundary.allCases.map { ($0.rawValue, $0) }) ?? .auto
        }
        if let validate = entries["validate"] {
            pattern.validator = choice(validate, "validate", Validator.allCases.map { ($0.rawValue, $0) })
            if !isRegex { error(at: validate, "only a regex can be validated") }
        }
        if let typos = entries["typos"], choice(typos, "typos", [("true", true), ("false", false)]) == true {
            if isRegex { error(at: typos, "only phrases can have typos") } else { pattern.views.append(.typo) }
        }
        if let readings = entries["readings"] { addReadings(readings, isRegex: isRegex, to: &pattern) }
        return pattern
    }

    private mutating func kind(_ name: String, _ value: Node, terms: TermFiles) -> Pattern.Kind? {
        switch name {
        case "regex": return text(value, "regex").map(Pattern.Kind.regex)
        case "phrases_from":
            guard let path = text(value, "phrases_from") else { return nil }
            guard PackHeader.isInside(path) else {
                error(
                    at: value, "the term list `\(path)` lies outside the pack's folder",
                    hint: "lists stand beside their pack: `terms/list.txt`")
                return nil
            }
            guard let bytes = terms(path) else {
                error(at: value, "there is no term list `\(path)`", hint: "the path is relative to the pack's folder")
                return nil
            }
            return termList(bytes, path: path, at: value).map(Pattern.Kind.phrases)
        default:
            let phrases = (texts(value, name) ?? []).map {
                Phrase(text: $0.text, line: location($0.node).line, column: location($0.node).column)
            }
            if phrases.isEmpty { error(at: value, "`\(name)` is empty") }
            return name == "domains" ? .domains(phrases) : .phrases(phrases)
        }
    }

    /// One term a line; blank lines and lines that begin with `#` are left out.
    private mutating func termList(_ bytes: [UInt8], path: String, at node: Node) -> [Phrase]? {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            error(at: node, "the term list `\(path)` is not UTF-8", hint: "save it as UTF-8")
            return nil
        }
        var phrases: [Phrase] = []
        var number = 0
        for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            var line = line
            while let last = line.last, last == 0x20 || last == 0x09 || last == 0x0D { line.removeLast() }
            while let first = line.first, first == 0x20 || first == 0x09 { line.removeFirst() }
            guard let first = line.first, first != 0x23 else { continue }
            if line.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
                error(
                    at: node, "line \(number) of the term list `\(path)` has a control character", hint: "take it out")
                return nil
            }
            phrases.append(Phrase(text: String(Substring(line)), line: number, column: 1))
        }
        if phrases.isEmpty { error(at: node, "the term list `\(path)` is empty") }
        return phrases
    }

    private mutating func views(_ node: Node, isRegex: Bool) -> [View] {
        var views: [View] = []
        for (name, member) in texts(node, "views") ?? [] {
            guard let view = View(name: name) else {
                error(at: member, "there is no view `\(name)`", hint: "one of: folded, deobfuscated, phonetic")
                continue
            }
            switch view {
            case .folded: views.append(view)
            case .deobfuscated, .phonetic:
                if isRegex {
                    error(at: member, "a regex looks in the view `folded` only")
                } else {
                    views.append(view)
                }
            case .leet, .masked:
                error(at: member, "`\(name)` comes with `deobfuscated`", hint: "views: [folded, deobfuscated]")
            case .digits, .unmarked: error(at: member, "`\(name)` is a reading", hint: "readings: [\(name)]")
            case .typo: error(at: member, "`typo` is no view to look in", hint: "typos: true")
            }
        }
        if views.isEmpty { views = [.folded] }
        return views
    }

    private mutating func addReadings(_ node: Node, isRegex: Bool, to pattern: inout Pattern) {
        for (name, member) in texts(node, "readings") ?? [] {
            switch View(name: name) {
            case .digits: pattern.views.append(.digits)
            case .unmarked where !isRegex: pattern.views.append(.unmarked)
            case .unmarked: error(at: member, "a regex has the reading `digits` only")
            default: error(at: member, "there is no reading `\(name)`", hint: "one of: unmarked, digits")
            }
        }
    }

    // MARK: - Conditions and tests

    private mutating func conditions(_ node: Node) -> [Condition] {
        guard let fields = mapping(node, "when", keys: []) else { return [] }
        var conditions: [Condition] = []
        for (field, demands) in fields.sorted(by: { $0.key < $1.key }) {
            let known = [
                "author.account_age_days", "author.prior_violations", "author.locale", "author.ip_country",
                "reach", "lang",
            ]
            guard known.contains(field) || field.hasPrefix("signals.") && field.utf8.count > 8 else {
                error(
                    at: demands, "a condition cannot ask for `\(field)`",
                    hint: "one of: \(known.joined(separator: ", ")), signals.<name>")
                continue
            }
            let comparisons = Condition.Comparison.allCases.map(\.rawValue)
            guard let entries = mapping(demands, "the condition on \(field)", keys: comparisons + ["missing"]) else {
                continue
            }
            let missing = entries["missing"].flatMap { boolean($0, "missing") } ?? false
            for (name, value) in entries.sorted(by: { $0.key < $1.key }) where name != "missing" {
                guard let comparison = Condition.Comparison(rawValue: name), let text = text(value, name) else {
                    continue
                }
                let isText = field == "author.locale" || field == "author.ip_country" || field == "lang"
                guard isText || Double(text) != nil else {
                    error(at: value, "`\(field)` compares with a number, not with `\(text)`")
                    continue
                }
                if isText, comparison != .eq, comparison != .ne {
                    error(at: value, "`\(field)` is text: only eq and ne compare it")
                    continue
                }
                conditions.append(
                    Condition(
                        field: field, comparison: comparison,
                        operand: isText ? .text(text) : .number(Double(text) ?? 0), holdsWhenMissing: missing))
            }
        }
        return conditions
    }

    private mutating func tests(_ node: Node) -> RuleTests {
        var tests = RuleTests()
        guard let entries = mapping(node, "tests", keys: ["match", "pass"]) else { return tests }
        if let match = entries["match"] { tests.match = self.tests(in: match) }
        if let pass = entries["pass"] { tests.pass = self.tests(in: pass) }
        return tests
    }

    private mutating func tests(in node: Node) -> [RuleTest] {
        (sequence(node, "tests") ?? []).compactMap { member in
            if case .scalar(let scalar) = member {
                return RuleTest(post: Post(text: scalar.string), text: scalar.string, location: location(member))
            }
            return postTest(member)
        }
    }

    /// `{text: …, post: {title: …, author: {account_age_days: 1}, signals: {…}}}`.
    private mutating func postTest(_ node: Node) -> RuleTest? {
        guard let entries = mapping(node, "a test", keys: ["text", "post"]) else { return nil }
        let text = entries["text"].flatMap { self.text($0, "text") } ?? ""
        var post = Post(text: text)
        if let fields = entries["post"] {
            let keys = ["title", "tags", "ocr", "transcript", "author", "signals", "reach", "lang"]
            guard let fields = mapping(fields, "post", keys: keys) else { return nil }
            for (key, kind) in [("title", FieldName.Kind.title), ("ocr", .ocr), ("transcript", .transcript)] {
                if let node = fields[key], let value = self.text(node, key) { post.append(FieldName(kind), value) }
            }
            if let tags = fields["tags"] {
                for (index, tag) in (texts(tags, "tags") ?? []).enumerated() {
                    post.append(FieldName(.tags, index: index), tag.text)
                }
            }
            if let author = fields["author"] { read(author: author, into: &post) }
            if let signals = fields["signals"], let values = mapping(signals, "signals", keys: []) {
                for (name, value) in values.sorted(by: { $0.key < $1.key }) {
                    if let number = number(value, name, in: -1e308...1e308) { post.signals.append((name, number)) }
                }
            }
            if let reach = fields["reach"] { post.reach = number(reach, "reach", in: 0...1e308) }
            if let lang = fields["lang"] {
                post.declaredLanguage = self.text(lang, "lang").map(LanguageTag.init(rawValue:))
            }
        }
        return RuleTest(post: post, text: text, location: location(node))
    }

    private mutating func read(author node: Node, into post: inout Post) {
        let keys = ["account_age_days", "prior_violations", "locale", "ip_country"]
        guard let author = mapping(node, "author", keys: keys) else { return }
        if let age = author["account_age_days"] {
            post.author.accountAgeDays = number(age, "account_age_days", in: 0...1e9)
        }
        if let prior = author["prior_violations"] {
            post.author.priorViolations = number(prior, "prior_violations", in: 0...1e9)
        }
        post.author.locale = author["locale"].flatMap { text($0, "locale") }.map(LanguageTag.init(rawValue:))
        post.author.ipCountry = author["ip_country"].flatMap { text($0, "ip_country") }
    }
}
