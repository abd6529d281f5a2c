internal import ContentModel
internal import ReviewQueue
internal import UnicodeData

extension ReviewScreen {
    /// Where the cursor stands; nil hides it.
    public func cursor(rows: Int, columns: Int) -> (row: Int, column: Int)? {
        guard let prompt else { return nil }
        let width = TerminalText.width(TerminalText.harmless(Self.label(prompt.purpose) + prompt.text))
        return (rows - 2, min(width, columns - 1))
    }

    /// The whole screen, exactly so many lines of so many columns.
    public func lines(rows: Int, columns: Int) -> [ScreenLine] {
        let body = max(0, rows - 3)
        var lines = [ScreenLine(title).fitted(to: columns, .bar)]
        let content: [ScreenLine]
        switch page {
        case .list: content = list(rows: body, columns: columns)
        case .work: content = window(caseLines(columns: columns), rows: body)
        case .lines(_, let found):
            var wrapper = LineWrapper(columns: columns)
            for line in found {
                wrapper.add(line, .plain)
                wrapper.endLine()
            }
            content = window(wrapper.lines, rows: body)
        case .help: content = window(Self.help.map { ScreenLine($0) }, rows: body)
        }
        for index in 0..<body {
            lines.append((content.indices.contains(index) ? content[index] : ScreenLine()).fitted(to: columns))
        }
        lines.append(status.fitted(to: columns))
        lines.append(ScreenLine(keys).fitted(to: columns, .dim))
        return Array(lines.suffix(rows))
    }

    private func window(_ lines: [ScreenLine], rows: Int) -> [ScreenLine] {
        Array(lines.dropFirst(min(scroll, max(0, lines.count - rows))).prefix(rows))
    }

    private var title: String {
        let left: String
        switch page {
        case .list: left = "queue\(filterText.isEmpty ? "" : ": \(filterText)")\(search.isEmpty ? "" : " /\(search)")"
        case .work: left = current.map { "case \($0.id)" } ?? "case"
        case .lines(let name, _): left = name
        case .help: left = "keys"
        }
        return " \(left)   \(reviewer), \(decided) decided"
    }

    private var status: ScreenLine {
        if let prompt { return ScreenLine(Self.label(prompt.purpose) + prompt.text) }
        if let spread {
            guard let decision = spread.decision else {
                return ScreenLine(
                    "for all \(spread.spread.count) that wait: a approve, x reject, l label, m limit", .bold)
            }
            return ScreenLine(
                "\(decision.rawValue) all \(spread.spread.count)? y decides, any other key does not", .bold)
        }
        guard message.isEmpty, let last, now < last.until else { return ScreenLine(message, isAlarm ? .bad : .plain) }
        return ScreenLine("\(last.decision.rawValue): u takes it back, \((last.until - now + 999) / 1000) s", .good)
    }

    private static func label(_ purpose: Prompt.Purpose) -> String {
        switch purpose {
        case .filter: "filter: "
        case .search: "search: "
        case .reason: "reason (the author may be told): "
        case .note: "note (for reviewers only): "
        case .market: "for the market (empty: all): "
        }
    }

    private var keys: String {
        if prompt != nil { return " Enter takes it, Esc leaves it" }
        return switch page {
        case .list: " n next  Enter open  f filter  / search  r refresh  u undo  ? keys  q quit"
        case .work: " a approve x reject l label m limit e escalate s skip v views h history ? keys"
        case .lines, .help: " any other key goes back"
        }
    }

    // MARK: - The list

    private func list(rows: Int, columns: Int) -> [ScreenLine] {
        let found = shown
        guard !found.isEmpty else { return [ScreenLine("no case waits here that you can take", .dim)] }
        var head = ScreenLine("  ")
        head.add(
            Self.cells(
                ["DUE", "CATEGORY", "SEVERITY", "SCORE", "LANGUAGE", "TEXT"], columns - 2), .dim)
        let first = max(0, min(selected - (rows - 1) / 2, found.count - (rows - 1)))
        return [head]
            + found.enumerated().dropFirst(first).prefix(max(0, rows - 1)).map { index, item in
                let isHidden = item.categories.contains { Category.sensitive.contains($0) }
                let text =
                    isHidden
                    ? "(hidden)"
                    : item.content?.fields.map { String($0.text.prefix(400)) }.joined(separator: " ") ?? "(erased)"
                var line = ScreenLine(index == selected ? "> " : "  ")
                line.add(
                    Self.cells(
                        [
                            Self.remaining(item.due - now), item.category.rawValue, item.severity.rawValue,
                            Self.number(item.score), item.languages.joined(separator: ","), text,
                        ], columns - 2), index == selected ? .bold : item.due < now ? .bad : .plain)
                return line
            }
    }

    private static func cells(_ cells: [String], _ columns: Int) -> String {
        let widths = [7, 15, 8, 5, 8]
        var line = ""
        for (index, cell) in cells.enumerated() {
            let shown = TerminalText.harmless(cell)
            guard index < widths.count else {
                return line + TerminalText.clipped(shown, to: columns - TerminalText.width(line))
            }
            let clipped = TerminalText.clipped(shown, to: widths[index])
            line += clipped + String(repeating: " ", count: widths[index] - TerminalText.width(clipped) + 1)
        }
        return line
    }

    private static func remaining(_ milliseconds: Int64) -> String {
        let minutes = milliseconds / 60_000
        return abs(minutes) < 120 ? "\(minutes) min" : "\(minutes / 60) h"
    }

    private static func number(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        return hundredths >= 100 ? "1" : "0.\(hundredths < 10 ? "0" : "")\(hundredths)"
    }

    // MARK: - A case

    private func caseLines(columns: Int) -> [ScreenLine] {
        guard let current else { return [] }
        var wrapper = LineWrapper(columns: columns)
        func add(_ label: String, _ text: String, _ style: Style = .plain) {
            wrapper.add(Self.padded(label), .dim)
            wrapper.add(text, style)
            wrapper.endLine()
        }
        let categories = current.categories.map(\.rawValue).joined(separator: ", ")
        add(
            "for",
            "\(categories), \(current.severity.rawValue), \(Self.number(current.score)), due in \(Self.remaining(current.due - now))",
            current.due < now ? .bad : .bold)
        let asked =
            current.life.role > .reviewer
            ? "; a \(current.life.role.rawValue) is asked" : current.life.needsTwo ? "; two must agree, unseen" : ""
        add("markets", (market.map { "\($0) of " } ?? "") + current.markets.joined(separator: ", ") + asked)
        let shares = current.content?.languages.map { "\($0.tag.rawValue) \(Int(($0.share * 100).rounded())) %" } ?? []
        add("languages", shares.joined(separator: ", "))
        add("author", Self.author(current.author, guide.history))
        if current.cluster.count > 1 {
            add("cluster", "\(current.cluster.count) of nearly this text: c decides them all")
        }
        if current.life.appeal == .open { add("appeal", current.acts.last { $0.kind == .appeal }?.reason ?? "", .bold) }
        if !reason.isEmpty { add("reason", reason) }
        if !note.isEmpty { add("note", note) }
        for act in current.shownActs where act.kind != .appeal {
            add(
                "decided",
                "\(act.decision?.rawValue ?? act.kind.rawValue) by \(act.actor) \(act.reason ?? "") \(act.note ?? "")")
        }
        wrapper.endLine()
        if let spread {
            addSpread(spread.spread, spread.samples, to: &wrapper)
        } else if isRevealed {
            addText(of: current, to: &wrapper)
        } else {
            wrapper.add("This case is about \(categories). Its text is hidden: the space bar shows it.", .dim)
            wrapper.endLine()
        }
        return wrapper.lines
    }

    /// Characters of a field that are shown: a megabyte would take a third of a second for every key.
    private static let longestText = 20_000

    private static func padded(_ label: String) -> String {
        label + String(repeating: " ", count: max(1, 11 - label.count))
    }

    private static func author(_ author: String?, _ history: AuthorHistory?) -> String {
        guard let author else { return "unknown" }
        guard let history, history.cases > 0 else { return "\(author), no earlier decisions" }
        return
            "\(author): of \(history.cases) earlier cases \(history.rejected) rejected, \(history.restricted) restricted, \(history.approved) approved"
    }

    private func addText(of current: ReviewCase, to wrapper: inout LineWrapper) {
        guard let content = current.content else {
            wrapper.add("(erased)", .dim)
            return wrapper.endLine()
        }
        for field in content.fields {
            if content.fields.count > 1 { wrapper.add(field.name.name + ": ", .dim) }
            let places = content.evidence.compactMap(\.place).filter { $0.field == field.name }
            var room = Self.longestText
            for (text, isMarked) in Self.marked(field.text, places) where room > 0 {
                let shown = text.prefix(room)
                room -= shown.count
                // Marks that show without colour, too.
                wrapper.add(isMarked ? "⟦" + shown + "⟧" : String(shown), isMarked ? .marked : .plain)
            }
            wrapper.endLine()
            if room == 0 {
                wrapper.add("… the rest: moderate review show \(current.id)", .dim)
                wrapper.endLine()
            }
        }
        wrapper.endLine()
        for gloss in guide.glosses {
            wrapper.add(gloss.words + "  ", .marked)
            wrapper.add(" " + gloss.meaning, .plain)
            wrapper.endLine()
        }
        for reason in guide.reasons {
            wrapper.add(reason, .plain)
            wrapper.endLine()
        }
        for evidence in content.evidence {
            let words = evidence.place.map { "\"\($0.text)\" in \($0.view.name)" } ?? "by its conditions"
            wrapper.add("\(evidence.rule.rawValue) \(Self.number(evidence.confidence)) \(words)", .dim)
            wrapper.endLine()
        }
    }

    /// The text cut at the borders of its evidence.
    static func marked(_ text: String, _ places: [Evidence.Place]) -> [(text: String, isMarked: Bool)] {
        let bytes = Array(text.utf8)
        var parts: [(String, Bool)] = []
        var offset = 0
        func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        for place in places.sorted(by: { ($0.span.start, $1.span.end) < ($1.span.start, $0.span.end) }) {
            guard place.span.start >= offset, place.span.end <= bytes.count else { continue }
            if place.span.start > offset { parts.append((part(offset..<place.span.start), false)) }
            parts.append((part(place.span.start..<place.span.end), true))
            offset = place.span.end
        }
        if offset < bytes.count { parts.append((part(offset..<bytes.count), false)) }
        return parts
    }

    private func addSpread(_ spread: CaseSpread, _ samples: [String], to wrapper: inout LineWrapper) {
        func add(_ name: String, _ groups: [(name: String, count: Int)]) {
            wrapper.add(Self.padded(name), .dim)
            wrapper.add(groups.prefix(8).map { "\($0.name) \($0.count)" }.joined(separator: ", "), .plain)
            wrapper.endLine()
        }
        wrapper.add("\(spread.count) cases of nearly this text wait, by \(spread.authors) authors", .bold)
        wrapper.endLine()
        add("categories", spread.categories)
        add("languages", spread.languages)
        add("markets", spread.markets)
        wrapper.add(Self.padded("scores"), .dim)
        wrapper.add("\(Self.number(spread.scores.lowerBound)) to \(Self.number(spread.scores.upperBound))", .plain)
        wrapper.endLine()
        for sample in samples {
            wrapper.add("- " + sample, .plain)
            wrapper.endLine()
        }
    }

    private static let help = [
        "In the queue", "  n        the next case for you, claimed for 15 minutes and renewed while shown",
        "  Enter    open the marked case        f  filter: category=spam and language=zh",
        "  /        search in what is listed    r  list again", "",
        "In a case", "  a approve   x reject   l label   m limit   e escalate to a senior   s skip",
        "  u        take the last decision back, as long as the publisher has not been told",
        "  t        a reason, which the author may be told    o  a note for reviewers only",
        "  g        decide for one market only    c  decide all of nearly this text",
        "  v        what every stage saw    h  the author's and nearly the same cases",
        "  space    show a text that is hidden    arrows, pages  scroll    Esc  back to the queue",
    ]
}
