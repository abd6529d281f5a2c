public import ContentModel

/// What differs between two rule books, by rule and policy and not by line: order, layout and comments are nothing.
public struct RuleDifference: Sendable {
    /// A rule of both books that says something else.
    public struct Change: Sendable {
        public var name: RuleName
        /// Each with its key: `confidence: 0.8 → 0.7`, `phrases: 3 added, 1 removed`.
        public var details: [String]
    }

    /// Rules of the second book alone.
    public private(set) var added: [Rule] = []
    /// Rules of the first book alone.
    public private(set) var removed: [Rule] = []
    public private(set) var changed: [Change] = []
    /// Markets whose policy differs, each with what differs.
    public private(set) var policies: [(market: String, details: [String])] = []

    public var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty && policies.isEmpty }

    /// Names of the rules that are not the same in both, and those whose weight a policy changes.
    public private(set) var touchedRules: Set<RuleName> = []
    /// Whether a policy differs in more than what it says of single rules.
    public private(set) var changesPolicies = false

    /// One line: `2 rules added, 1 changed`.
    public var summary: String {
        var parts: [String] = []
        func add(_ count: Int, _ what: String) { if count > 0 { parts.append("\(count) \(what)") } }
        add(added.count, "added")
        add(removed.count, "removed")
        add(changed.count, "changed")
        let rules = parts.isEmpty ? "no rule changes" : "rules: " + parts.joined(separator: ", ")
        return policies.isEmpty ? rules : rules + "; policies of \(policies.map(\.market).joined(separator: ", "))"
    }

    public init(from old: RuleBook, to new: RuleBook) {
        let before = Dictionary(old.packs.flatMap(\.rules).map { ($0.name, $0) }) { first, _ in first }
        let after = Dictionary(new.packs.flatMap(\.rules).map { ($0.name, $0) }) { first, _ in first }
        for name in Set(before.keys).union(after.keys).sorted(by: { $0.rawValue < $1.rawValue }) {
            switch (before[name], after[name]) {
            case (nil, let rule?): added.append(rule)
            case (let rule?, nil): removed.append(rule)
            case (let first?, let second?):
                let details = Self.details(first, second)
                if !details.isEmpty { changed.append(Change(name: name, details: details)) }
            case (nil, nil): break
            }
        }
        touchedRules = Set((added + removed).map(\.name) + changed.map(\.name))
        let markets = Set(old.policies.map(\.market) + new.policies.map(\.market)).sorted()
        for market in markets {
            let first = old.policies.first { $0.market == market }
            let second = new.policies.first { $0.market == market }
            let details = policyDetails(first, second)
            if !details.isEmpty { policies.append((market.rawValue, details)) }
        }
    }

    // MARK: - Rules

    private static func details(_ old: Rule, _ new: Rule) -> [String] {
        var details: [String] = []
        func compare<Value: Equatable>(_ key: String, _ value: (Rule) -> Value, _ shown: (Value) -> String) {
            let (first, second) = (value(old), value(new))
            if first != second { details.append("\(key): \(shown(first)) → \(shown(second))") }
        }
        compare("category", { $0.category }, { $0.rawValue })
        compare("severity", { $0.severity }, { $0.rawValue })
        compare("confidence", { $0.confidence }, { "\($0)" })
        compare("languages", { $0.languages.map(\.rawValue) }, { "[\($0.joined(separator: ", "))]" })
        compare("action", { $0.blocks }, { $0 ? "block" : "by score" })
        compare("enabled", { $0.isEnabled }, { "\($0)" })
        compare("mode", { $0.isShadow }, { $0 ? "shadow" : "enforce" })
        compare("effective", { $0.effective }, { "\($0.from ?? "")…\($0.until ?? "")" })
        details += matchDetails("match", old.match.map { [$0] } ?? [], new.match.map { [$0] } ?? [])
        details += matchDetails("unless", old.unless.map(\.expression), new.unless.map(\.expression))
        if old.unless.count == new.unless.count, old.unless.map(\.near) != new.unless.map(\.near) {
            details.append("unless: near")
        }
        if old.conditions.map(text) != new.conditions.map(text) {
            details.append(
                "when: \(old.conditions.map(text).joined(separator: ", ")) → \(new.conditions.map(text).joined(separator: ", "))"
            )
        }
        for tag in Set(old.notice.keys).union(new.notice.keys).sorted() where old.notice[tag] != new.notice[tag] {
            details.append("notice: \(tag)")
        }
        return details
    }

    private static func text(_ condition: Condition) -> String {
        let operand =
            switch condition.operand {
            case .number(let number): "\(number)"
            case .text(let text): text
            }
        return "\(condition.field) \(condition.comparison.rawValue) \(operand)"
            + (condition.holdsWhenMissing ? " or missing" : "")
    }

    private static func matchDetails(_ key: String, _ old: [MatchExpression], _ new: [MatchExpression]) -> [String] {
        let (first, second) = (old.flatMap(\.patterns), new.flatMap(\.patterns))
        // Lists may be long, and nearly all are as they were.
        let areJoinedAlike = old.elementsEqual(new) { $0.isJoined(like: $1) }
        if areJoinedAlike, first.elementsEqual(second, by: haveEqualWords) { return [] }
        var details: [String] = []
        for kind in ["phrases", "regex", "domains"] {
            let (before, after) = (words(first, kind), words(second, kind))
            let (added, removed) = (after.subtracting(before), before.subtracting(after))
            guard !added.isEmpty || !removed.isEmpty else { continue }
            // A few are named, more are counted.
            func shown(_ words: Set<String>, _ sign: String) -> String? {
                if words.isEmpty { return nil }
                return words.count <= 4
                    ? words.sorted().map { "\(sign)`\($0)`" }.joined(separator: " ") : "\(sign)\(words.count)"
            }
            details.append(
                "\(key) \(kind): "
                    + [shown(added, "+"), shown(removed, "−")].compactMap(\.self).joined(separator: " "))
        }
        if details.isEmpty {
            if !areJoinedAlike {
                details.append("\(key): how its parts are joined")
            } else if !zip(first, second).allSatisfy({
                words([$0], "phrases") == words([$1], "phrases") && words([$0], "regex") == words([$1], "regex")
                    && words([$0], "domains") == words([$1], "domains")
            }) {
                details.append("\(key): how its words are spread over its parts")
            }
        }
        return details
    }

    /// Whether two patterns have the same words in the same order, wherever they stand.
    private static func haveEqualWords(_ left: Pattern, _ right: Pattern) -> Bool {
        switch (left.kind, right.kind) {
        case (.phrases(let first), .phrases(let second)), (.domains(let first), .domains(let second)):
            first.count == second.count && zip(first, second).allSatisfy { $0.text == $1.text }
        case (.regex(let first), .regex(let second)): first == second
        default: false
        }
    }

    private static func words(_ patterns: [Pattern], _ wanted: String) -> Set<String> {
        var words: Set<String> = []
        for pattern in patterns {
            switch pattern.kind {
            case .phrases(let phrases) where wanted == "phrases": words.formUnion(phrases.map(\.text))
            case .domains(let domains) where wanted == "domains": words.formUnion(domains.map(\.text))
            case .regex(let source) where wanted == "regex": words.insert(source)
            default: break
            }
        }
        return words
    }

    // MARK: - Policies

    private mutating func policyDetails(_ old: MarketPolicy?, _ new: MarketPolicy?) -> [String] {
        guard let old, let new else {
            guard old != nil || new != nil else { return [] }
            changesPolicies = true
            return [new == nil ? "removed" : "added"]
        }
        var details: [String] = []
        if old.defaultThresholds != new.defaultThresholds || old.thresholds != new.thresholds {
            let all = Category.all.filter { old.thresholds(for: $0) != new.thresholds(for: $0) }
            details.append("thresholds of \(all.map(\.rawValue).joined(separator: ", "))")
            changesPolicies = true
        }
        if old.onFailure != new.onFailure {
            details.append("on_failure: \(old.onFailure.name) → \(new.onFailure.name)")
            changesPolicies = true
        }
        if old.extends != new.extends {
            details.append("extends: [\(new.extends.joined(separator: ", "))]")
            changesPolicies = true
        }
        if old.languages != new.languages { details.append("languages") }
        // Posts come out as before, so that ``changesPolicies`` stays as it is.
        for (before, after) in zip(old.live.entries, new.live.entries) where before.value != after.value {
            details.append("live \(before.key): \(before.value) → \(after.value)")
        }
        func key(_ override: Override) -> String {
            "\(override.rule.rawValue) \(String(describing: override.confidence)) \(String(describing: override.isEnabled)) \(String(describing: override.isShadow))"
        }
        let (before, after) = (Set(old.overrides.map(key)), Set(new.overrides.map(key)))
        let rules = (old.overrides + new.overrides).filter { before.contains(key($0)) != after.contains(key($0)) }
        if !rules.isEmpty {
            let names = Set(rules.map(\.rule))
            touchedRules.formUnion(names)
            details.append("overrides of \(names.map(\.rawValue).sorted().joined(separator: ", "))")
        }
        return details
    }
}

extension LivePolicy {
    /// What it says, by the key that says it.
    fileprivate var entries: [(key: String, value: String)] {
        func shown(_ strikes: Int?) -> String { strikes.map { "\($0)" } ?? "none" }
        return [
            (key: "join_window", value: "\(joinWindow) ms"), (key: "half_life", value: "\(halfLife) ms"),
            (key: "ladder warn", value: "\(warn)"), (key: "ladder mute", value: "\(mute)"),
            (key: "ladder hold", value: "\(hold)"), (key: "ladder cut", value: "\(cut)"),
            (key: "strikes mute", value: shown(strikesToMute)), (key: "strikes cut", value: shown(strikesToCut)),
        ]
    }
}

extension MatchExpression {
    /// Every pattern of the expression.
    public var patterns: [Pattern] {
        switch self {
        case .pattern(let pattern): [pattern]
        case .any(let members), .all(let members, _): members.flatMap(\.patterns)
        }
    }

    /// Whether the patterns are joined and looked for as in another expression, whatever their words are.
    fileprivate func isJoined(like other: MatchExpression) -> Bool {
        switch (self, other) {
        case (.pattern(let left), .pattern(let right)):
            left.boundary == right.boundary && left.validator == right.validator && left.views == right.views
        case (.any(let left), .any(let right)):
            left.elementsEqual(right) { $0.isJoined(like: $1) }
        case (.all(let left, let leftWithin), .all(let right, let rightWithin)):
            leftWithin == rightWithin && left.elementsEqual(right) { $0.isJoined(like: $1) }
        default: false
        }
    }
}
