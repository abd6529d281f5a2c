internal import ContentModel
internal import Yams

/// Turns one AutoModerator document into a rule, as far as that goes; each of its checks gets a mark.
struct AutoModeratorRule {
    private let document: AutoModeratorDocument
    /// Lines of the file before the document.
    private let line: Int
    private var marks: [ImportMark] = []
    private var matches: [DraftMatch] = []
    private var clearances: [DraftMatch] = []
    /// What is said of checks that are carried over with a change, by the place of their marks.
    private var changes: [(mark: Int, location: SourceLocation, what: String, reason: String)] = []
    private var ages: [(comparison: Condition.Comparison, days: Double)] = []
    /// Names of checks that are lost and without which the rule would hold for many more posts.
    private var lost: [String] = []

    init(_ document: AutoModeratorDocument, line: Int) {
        self.document = document
        self.line = line
    }

    private func place(_ node: Node, in draft: ImportDraft) -> SourceLocation {
        draft.location(line + (node.mark?.line ?? 1), node.mark?.column ?? 1)
    }

    private func value(_ name: String) -> Node? {
        document.root.first { $0.key.scalar?.string.lowercased() == name }?.value
    }

    mutating func read(into draft: inout ImportDraft) {
        let effect = Effect(
            action: (value("action") ?? value("author")?.mapping?["action"])?.scalar?.string.lowercased(),
            hasModmail: value("modmail") != nil)
        for (key, value) in document.root { read(key, value, into: &draft) }
        draft.counts.entries += marks.count
        let reason: String? =
            switch effect {
            case .judge: nil
            case .approve: "it approves, and no rule here lets a post through that others hold back"
            case .other: "its document only sets flair or answers; there is nothing to judge"
            case .unknown(let action): "its document's action `\(action)` is not known"
            }
        let firstKey = document.root.first?.key
        let start = firstKey.map { place($0, in: draft) } ?? draft.location(line + 1)
        if let reason {
            refuseAll(reason, into: &draft)
            if marks.isEmpty { draft.note(start, "", "this document has no checks: \(reason)") }
        } else if matches.isEmpty, ages.isEmpty {
            refuseAll("nothing is left of its document that a rule could look for", into: &draft)
            if marks.isEmpty { draft.note(start, "", "left out: the document has no checks and holds for every post") }
        } else if case .judge(let action, let confidence, let severity) = effect {
            draft.noteOnce(
                start, action == "modmail" ? action : "action: \(action)",
                "carried over as confidence \(confidence); what is done is up to the market's thresholds")
            draft.rules.append(rule(confidence: confidence, severity: severity, into: &draft))
        }
        for change in changes where marks[change.mark].outcome != .refused {
            draft.note(change.location, change.what, change.reason)
        }
        draft.counts.entriesCarried += marks.count { $0.outcome != .refused }
        draft.marks += marks
    }

    /// What a document does to a post.
    private enum Effect {
        case judge(action: String, confidence: Double, severity: Severity)
        case approve
        case other
        case unknown(String)

        init(action: String?, hasModmail: Bool) {
            switch action {
            case "remove"?, "spam"?: self = .judge(action: action ?? "", confidence: 0.9, severity: .high)
            case "filter"?: self = .judge(action: "filter", confidence: 0.7, severity: .medium)
            case "report"?: self = .judge(action: "report", confidence: 0.5, severity: .low)
            case "approve"?: self = .approve
            case let action?: self = .unknown(action)
            case nil: self = hasModmail ? .judge(action: "modmail", confidence: 0.5, severity: .low) : .other
            }
        }
    }

    /// Refuses what was not refused for a reason of its own.
    private mutating func refuseAll(_ reason: String, into draft: inout ImportDraft) {
        for index in marks.indices where marks[index].outcome != .refused {
            marks[index].outcome = .refused
            draft.note(marks[index].location, marks[index].what, "refused: \(reason)")
        }
    }

    private func rule(confidence: Double, severity: Severity, into draft: inout ImportDraft) -> DraftRule {
        let named = ["action_reason", "report_reason", "modmail_subject"].lazy.compactMap { value($0)?.scalar?.string }
        let names = [named.first, document.heading, firstPhrase].compactMap { $0.map(Self.withoutPlaceholders) }
        let name = names.first { $0.contains { $0.isASCII && ($0.isLetter || $0.isNumber) } } ?? ""
        var rule = DraftRule(
            id: draft.id(from: name, else: "rule-\(line + 1)"), category: category(for: name, into: &draft),
            severity: severity, confidence: confidence, match: DraftMatch.allOf(matches))
        rule.accountAge = ages
        rule.unless = clearances.map { DraftClearance(match: $0, near: contains($0) ? 0 : 128) }
        if !lost.isEmpty {
            rule.shadowReason = "without \(lost.joined(separator: ", ")) it holds for more posts than its source did"
        }
        return rule
    }

    private var firstPhrase: String? {
        matches.flatMap(\.leaves).lazy.compactMap { leaf -> String? in
            switch leaf {
            case .phrases(let phrases, _): phrases.first
            case .domains(let domains): domains.first
            default: nil
            }
        }.first
    }

    /// The caller's category, else the one that the document's name speaks of, else spam.
    private func category(for name: String, into draft: inout ImportDraft) -> Category {
        if let category = draft.category { return category }
        guard name != firstPhrase, let category = ForeignCategories.category(named: name) else {
            return Category(rawValue: "spam")
        }
        let start = document.root.first.map { place($0.key, in: draft) } ?? draft.location(line + 1)
        draft.note(start, name, "its category, \(category.rawValue), is guessed from this name")
        return category
    }

    /// Whether each phrase that clears holds a phrase that is looked for, so that clearing what overlaps is enough.
    private func contains(_ clearing: DraftMatch) -> Bool {
        guard case .phrases(let phrases, _) = clearing else { return false }
        let wanted = matches.flatMap(\.leaves).flatMap { leaf -> [String] in
            if case .phrases(let phrases, _) = leaf { phrases.map { $0.lowercased() } } else { [] }
        }
        return phrases.allSatisfy { phrase in
            let small = phrase.lowercased()
            return wanted.contains { small.contains($0) }
        }
    }

    private static func withoutPlaceholders(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            result += rest[..<open.lowerBound]
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else { return result }
            rest = rest[close.upperBound...]
        }
        return result + rest
    }

    // MARK: - Checks

    private mutating func mark(_ key: Node, _ what: String, _ outcome: ImportMark.Outcome, in draft: ImportDraft) {
        marks.append(ImportMark(location: place(key, in: draft), what: what, outcome: outcome))
    }

    private mutating func refuse(
        _ key: Node, _ what: String, _ reason: String, isExempting: Bool = false, into draft: inout ImportDraft
    ) {
        mark(key, what, .refused, in: draft)
        draft.note(place(key, in: draft), what, "refused: \(reason)")
        if !isExempting { lost.append("`\(what)`") }
    }

    private mutating func read(_ key: Node, _ value: Node, into draft: inout ImportDraft) {
        guard let name = key.scalar?.string else {
            refuse(key, "", "its key is no text", into: &draft)
            return
        }
        if let mark = name.firstRange(of: AutoModeratorDocument.repeatedMark) {
            let plain = String(name[..<mark.lowerBound])
            guard !AutoModeratorField.actions.contains(plain) else { return }
            refuse(
                key, plain, "the key stands again below, and AutoModerator keeps the last", isExempting: true,
                into: &draft)
            return
        }
        let parsed = AutoModeratorKey(name)
        guard let first = parsed.fields.first else {
            refuse(key, name, "its key names no field", into: &draft)
            return
        }
        if AutoModeratorField.actions.contains(first) {
            readAction(first, key, value, into: &draft)
        } else if let reason = AutoModeratorField.groups[first] {
            readGroup(first, key, value, reason: reason, into: &draft)
        } else if first == "author" {
            readAuthor(key, parsed, value, into: &draft)
        } else if let reason = AutoModeratorField.other[first], parsed.fields.count == 1 {
            if first == "type", value.scalar?.string.lowercased() == "any" {
                mark(key, name, .carried, in: draft)
            } else {
                refuse(
                    key, name, reason, isExempting: AutoModeratorField.exempting.contains(first), into: &draft)
            }
        } else {
            readSearch(name, key, parsed, value, into: &draft)
        }
    }

    private mutating func readAction(_ name: String, _ key: Node, _ value: Node, into draft: inout ImportDraft) {
        let at = place(key, in: draft)
        switch name {
        case "comment", "message":
            draft.noteOnce(
                at, name, "answers to authors are not carried over; a pack's `notice` says what they are told")
        case "ignore_blockquotes":
            draft.note(at, name, "not carried over: quoted text is looked at as well")
        case "priority":
            draft.noteOnce(at, name, "not carried over: rules have no order, each adds its evidence")
        case "set_flair", "set_nsfw", "set_spoiler", "set_locked", "set_sticky":
            draft.noteOnce(at, name, "not carried over: a rule only weighs evidence")
        default: break
        }
    }

    private mutating func readGroup(
        _ name: String, _ key: Node, _ value: Node, reason: String, into draft: inout ImportDraft
    ) {
        guard case .mapping(let members) = value else {
            refuse(key, name, reason, into: &draft)
            return
        }
        for (inner, _) in members {
            let text = inner.scalar?.string ?? ""
            let field = AutoModeratorKey(text).fields.first ?? ""
            if AutoModeratorField.actions.contains(field) { continue }
            refuse(inner, "\(name): \(text)", reason, into: &draft)
        }
    }

    // MARK: - Authors

    private mutating func readAuthor(
        _ key: Node, _ parsed: AutoModeratorKey, _ value: Node, into draft: inout ImportDraft
    ) {
        guard case .mapping(let members) = value else {
            // A reversed check excepts a few accounts.
            refuse(
                key, parsed.isReversed ? "~author" : "author", "rules do not name accounts",
                isExempting: parsed.isReversed, into: &draft)
            return
        }
        let isAny = members["satisfy_any_threshold"]?.scalar?.string.lowercased() == "true"
        let knowsAge = members.contains { $0.key.scalar?.string.lowercased() == "account_age" }
        for (inner, demand) in members {
            let text = inner.scalar?.string ?? ""
            let parsed = AutoModeratorKey(text)
            let field = parsed.fields.first ?? ""
            let what = "author: \(text)"
            if AutoModeratorField.actions.contains(field) { continue }
            if field == "account_age" {
                readAge(inner, what, demand, into: &draft)
            } else if let reason = AutoModeratorField.author[field] {
                let isThreshold = field.hasSuffix("karma")
                // Where any threshold is enough, the age asks for less without the others.
                let isExempting =
                    AutoModeratorField.exempting.contains(field) || parsed.isReversed
                    || isThreshold && isAny && knowsAge
                refuse(inner, what, reason, isExempting: isExempting, into: &draft)
            } else {
                refuse(inner, what, "AutoModerator documents no such check", into: &draft)
            }
        }
    }

    /// `< 3 days`, `> 2 weeks`; days where no unit is named.
    private mutating func readAge(_ key: Node, _ what: String, _ value: Node, into draft: inout ImportDraft) {
        let text = value.scalar?.string ?? ""
        guard let age = AccountAge(text) else {
            refuse(key, what, "`\(ImportDraft.shortened(text))` is no age such as `< 3 days`", into: &draft)
            return
        }
        ages.append((age.comparison, age.days))
        mark(key, what, age.change == nil ? .carried : .changed, in: draft)
        if let change = age.change { changes.append((marks.count - 1, place(value, in: draft), text, change)) }
    }

    // MARK: - Searches

    private mutating func readSearch(
        _ name: String, _ key: Node, _ parsed: AutoModeratorKey, _ value: Node, into draft: inout ImportDraft
    ) {
        let judged = parsed.fields.filter {
            AutoModeratorField.texts.contains($0) || AutoModeratorField.links.contains($0)
        }
        let others = parsed.fields.filter { !judged.contains($0) }
        guard !judged.isEmpty else {
            let reason = others.lazy.compactMap { AutoModeratorField.foreign[$0] }.first
            refuse(
                key, name, reason ?? "AutoModerator documents no such check", isExempting: parsed.isReversed,
                into: &draft)
            return
        }
        var search = AutoModeratorSearch(key: parsed, fields: judged, name: name)
        var values: [(text: String, place: SourceLocation)] = []
        switch value {
        case .scalar(let scalar): values = [(scalar.string, place(value, in: draft))]
        case .sequence(let members):
            for member in members {
                guard let scalar = member.scalar else {
                    draft.note(place(member, in: draft), name, "left out: a value is no text")
                    continue
                }
                values.append((scalar.string, place(member, in: draft)))
            }
        default: break
        }
        let members = search.read(values, into: &draft)
        guard let match = DraftMatch.anyOf(members) else {
            refuse(
                key, name, values.isEmpty ? "it has no values" : "none of its values can be carried over",
                into: &draft)
            return
        }
        var own = search.changes
        if !others.isEmpty { own.append("`\(others.joined(separator: "`, `"))` of it is left out") }
        if parsed.isReversed {
            if case .any(let parts) = match { clearances += parts } else { clearances.append(match) }
            own.append("clears what stands near it, at most 128 code points away; AutoModerator asks of the whole text")
        } else {
            matches.append(match)
            if Set(judged).isDisjoint(with: AutoModeratorField.links), judged.count == 1 {
                own.append("looked for in every text of a post, not in the \(judged[0]) alone")
            }
        }
        mark(key, name, own.isEmpty ? .carried : .changed, in: draft)
        for change in own { changes.append((marks.count - 1, place(key, in: draft), name, change)) }
    }
}
