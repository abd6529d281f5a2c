internal import ContentModel
internal import UnicodeData

/// Writes findings into a verdict as evidence: the exact words of the original, whole graphemes, in order, at most so
/// many.
struct EvidenceReporter {
    let ruleSet: RuleSet
    let markets: [Int]

    static let mostOfRule = 16
    static let mostOfPost = 256

    private struct Entry {
        var rule: Int
        var hit: Hit?
        var weight: Double
        var isShadow: Bool

        /// Evidence without a place comes last.
        var order: (Int, Int, Int) {
            hit.map { ($0.field, $0.original.start, $0.original.end) } ?? (.max, 0, 0)
        }
    }

    mutating func report(
        _ findings: [RuleFinding], of post: Post, graphemes: inout GraphemeBoundaries, into verdict: inout Verdict
    ) {
        var entries: [Entry] = []
        for finding in findings {
            guard let isShadow = ruleSet.isShadow(finding.rule, in: markets) else { continue }
            let own = listed(finding, isShadow: isShadow)
            verdict.evidenceOmitted += max(0, own.count - Self.mostOfRule)
            entries += own.prefix(Self.mostOfRule)
        }
        entries.sort {
            if $0.order != $1.order { return $0.order < $1.order }
            return ruleSet.program.rules[$0.rule].name < ruleSet.program.rules[$1.rule].name
        }
        verdict.evidenceOmitted += max(0, entries.count - Self.mostOfPost)
        append(entries.prefix(Self.mostOfPost), of: post, graphemes: &graphemes, into: &verdict)
    }

    private func listed(_ finding: RuleFinding, isShadow: Bool) -> [Entry] {
        var entries: [Entry] = []
        for place in finding.findings {
            if place.parts.isEmpty {
                entries.append(Entry(rule: finding.rule, hit: nil, weight: place.weight, isShadow: isShadow))
            }
            for part in place.parts {
                // A word that takes part in several findings is listed once, at its best.
                let twin = entries.firstIndex {
                    $0.hit?.field == part.field && $0.hit?.original == part.original && $0.hit?.view == part.view
                }
                if let twin {
                    entries[twin].weight = max(entries[twin].weight, place.weight)
                } else {
                    entries.append(Entry(rule: finding.rule, hit: part, weight: place.weight, isShadow: isShadow))
                }
            }
        }
        return entries.sorted { $0.order < $1.order }
    }

    private func append(
        _ entries: ArraySlice<Entry>, of post: Post, graphemes: inout GraphemeBoundaries, into verdict: inout Verdict
    ) {
        // Field by field, because the boundaries of one text are asked for at a time.
        var start = entries.startIndex
        while start < entries.endIndex {
            var end = start + 1
            while end < entries.endIndex, entries[end].hit?.field == entries[start].hit?.field { end += 1 }
            var places: [Evidence.Place?] = Array(repeating: nil, count: end - start)
            if let field = entries[start].hit?.field {
                let spans = entries[start..<end].compactMap { $0.hit.map { $0.original.start..<$0.original.end } }
                let base = post.fields[field].range.lowerBound
                let text = post.bytes.span.extracting(post.fields[field].range)
                for (index, span) in (graphemes.widen(spans, in: text) ?? spans).enumerated() {
                    places[index] = Evidence.Place(
                        field: post.fields[field].name, span: TextSpan(start: span.lowerBound, end: span.upperBound),
                        text: post.string(base + span.lowerBound..<base + span.upperBound),
                        view: entries[start + index].hit?.view ?? .folded)
                }
            }
            for index in start..<end {
                let rule = entries[index].rule
                verdict.evidence.append(
                    Evidence(
                        rule: RuleName(rawValue: ruleSet.program.rules[rule].name),
                        category: Category.all[ruleSet.categoryOfRule[rule]],
                        confidence: ruleSet.program.rules[rule].confidence * entries[index].weight,
                        place: places[index - start], shadow: entries[index].isShadow))
            }
            start = end
        }
    }
}
