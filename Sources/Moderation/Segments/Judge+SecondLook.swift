internal import ContentModel
internal import RuleBook
internal import TextViews
internal import UnicodeData

/// The second look at a text that goes on: what the rules find in its tail, and what of it nothing can change any more.
extension Judge {
    /// A finding in the tail, and whether anything can still change it.
    private struct Candidate {
        var rule: Int
        var finding: Finding
        var isFinal: Bool
    }

    mutating func judgeTail(
        _ segment: inout Segment, from: Int, _ plan: GrowthPlan, isLast: Bool, _ context: Post, asksConditions: Bool,
        isRevision: Bool, joined: Join?, into reading: inout SegmentReading
    ) {
        segmentPost.removeAll()
        segmentPost.markets = context.markets
        segmentPost.author = context.author
        segmentPost.declaredLanguage = context.declaredLanguage
        segmentPost.reach = context.reach
        segmentPost.signals = context.signals
        segmentPost.append(FieldName(.text), segment.tail.span.extracting(from..<segment.tail.count))
        see(segmentPost)
        begin(&reading)
        let base = segment.start + from
        segment.watches.removeAll()
        let found = candidates(base: base, plan, stable: isLast ? nil : views.stableEnd(), &segment.watches)
        var reports = self.reports(of: found, base: base, in: &segment, plan)
        if let joined { reports = reports.compactMap(joined.count) }
        if asksConditions {
            for rule in findWithoutWords(segmentPost) {
                let compiled = ruleSet.program.rules[rule.rule]
                let evidence = Evidence(
                    rule: RuleName(rawValue: compiled.name), category: Category(rawValue: compiled.category),
                    confidence: compiled.confidence, place: nil, shadow: isShadow(rule.rule))
                reports.append(
                    Segment.Report(
                        evidence: LiveEvidence(evidence: evidence, parts: []), hull: TextSpan(start: 0, end: 0),
                        weight: 1, isFinal: true))
            }
        }
        compare(reports, &segment, plan, isRevision: isRevision, into: &reading)
    }

    /// What the rules find in the tail, as far as all the text is there that it takes.
    private mutating func candidates(
        base: Int, _ plan: GrowthPlan, stable: Int?, _ watches: inout [Segment.Watch]
    ) -> [Candidate] {
        var candidates: [Candidate] = []
        for (rule, evaluator) in evaluators(for: matcher.promisingRules) {
            guard let match = ruleSet.program.rules[rule].match, holds(rule, for: segmentPost) else { continue }
            let cleared = clearings(of: rule, evaluator)
            let settled = stable.map { views.settledEnd(before: $0, by: plan.patternLength[rule]) }
            if let place = unsettledClearing(of: rule, match, cleared, settled, evaluator) {
                watches.append(Segment.Watch(rule: rule, place: base + place))
            }
            if plan.isWide[rule], case .all(let members, within: nil) = match {
                for (part, member) in members.enumerated() {
                    let findings = evaluator.findings(of: member, cleared: cleared).filter {
                        isWhole($0, rule, base: base, plan)
                    }
                    guard var first = ExpressionEvaluator.first(of: findings) else { continue }
                    first.part = part
                    let isFinal = isFinal(first, rule, settled, evaluator, plan)
                    if !isFinal, let place = first.parts.map(\.original.start).min() {
                        watches.append(Segment.Watch(rule: rule, place: base + place))
                    }
                    candidates.append(Candidate(rule: rule, finding: first, isFinal: isFinal))
                }
                continue
            }
            for finding in evaluator.findings(of: match, cleared: cleared)
            where isWhole(finding, rule, base: base, plan) {
                let isFinal = isFinal(finding, rule, settled, evaluator, plan)
                candidates.append(Candidate(rule: rule, finding: finding, isFinal: isFinal))
            }
        }
        return candidates
    }

    /// Where the first finding stands that is cleared by words which what comes may still change; nil where none is.
    private func unsettledClearing(
        of rule: Int, _ match: LeafExpression, _ cleared: [ExpressionEvaluator.Clearing],
        _ settled: (original: Int, folded: Int)?, _ evaluator: ExpressionEvaluator
    ) -> Int? {
        guard let settled, cleared.contains(where: { $0.last >= settled.original }) else { return nil }
        return evaluator.findings(of: match).flatMap(\.parts).map(\.original.start).min()
    }

    /// Whether no word before the text that was looked at, which begins at `base`, could have changed a finding.
    private func isWhole(_ finding: Finding, _ rule: Int, base: Int, _ plan: GrowthPlan) -> Bool {
        guard base > 0 else { return true }
        let before = UTF8Scalar.count(views.folded.bytes, from: 0, to: finding.hull.start)
        return before >= TextViews.locality + plan.patternLength[rule] + finding.lookahead + plan.clearance[rule]
    }

    private func isFinal(
        _ finding: Finding, _ rule: Int, _ settled: (original: Int, folded: Int)?, _ evaluator: ExpressionEvaluator,
        _ plan: GrowthPlan
    ) -> Bool {
        guard let settled else { return true }
        for part in finding.parts {
            guard part.original.start < settled.original else { return false }
            // A guess gives way to a surer hit that begins anywhere in it.
            guard part.view == .folded || part.folded.end <= settled.folded else { return false }
        }
        let isCleared = !ruleSet.program.rules[rule].unless.isEmpty
        guard finding.lookahead > 0 || isCleared else { return true }
        return settled.folded >= finding.hull.end
            && evaluator.distance(0, finding.hull.end, settled.folded) >= finding.lookahead + plan.clearance[rule]
    }

    private func isShadow(_ rule: Int) -> Bool {
        ruleSet.isShadow(rule, in: selection.markets) ?? true
    }

    /// What is to be said of candidates: the words of rules that bind one of the markets.
    private mutating func reports(
        of candidates: [Candidate], base: Int, in segment: inout Segment, _ plan: GrowthPlan
    ) -> [Segment.Report] {
        var reports: [Segment.Report] = []
        var parts: [Int: [(candidate: Candidate, words: [LiveEvidence])]] = [:]
        for candidate in candidates {
            guard ruleSet.isShadow(candidate.rule, in: selection.markets) != nil else { continue }
            let words = words(of: candidate, base: base, in: segment)
            if plan.isWide[candidate.rule] {
                parts[candidate.rule, default: []].append((candidate, words))
                continue
            }
            let spans = words.compactMap(\.evidence.place?.span)
            let hull = TextSpan(start: spans.map(\.start).min() ?? 0, end: spans.map(\.end).max() ?? 0)
            for word in words {
                reports.append(
                    Segment.Report(
                        evidence: word, hull: hull, weight: candidate.finding.weight, isFinal: candidate.isFinal))
            }
        }
        for (rule, found) in parts.sorted(by: { $0.key < $1.key }) {
            reports += recollect(rule, found, in: &segment)
        }
        return reports
    }

    /// Keeps the first findings of the parts of a rule whose words may stand anywhere, and reports them all once every
    /// part is there.
    private mutating func recollect(
        _ rule: Int, _ found: [(candidate: Candidate, words: [LiveEvidence])], in segment: inout Segment
    ) -> [Segment.Report] {
        let name = RuleName(rawValue: ruleSet.program.rules[rule].name)
        guard case .all(let members, _)? = ruleSet.program.rules[rule].match else { return [] }
        var parts = segment.recollections.filter { $0.rule == name }
        var isFinal = true
        for (candidate, words) in found where !parts.contains(where: { $0.part == candidate.finding.part }) {
            let part = Segment.Recollection(
                rule: name, part: candidate.finding.part, words: words, weight: candidate.finding.weight)
            parts.append(part)
            if candidate.isFinal { segment.recollections.append(part) } else { isFinal = false }
        }
        guard parts.count == members.count else { return [] }
        let weight = parts.reduce(1) { min($0, $1.weight) }
        // Never forgotten: the words are known as long as the segment is.
        return parts.flatMap(\.words).map {
            Segment.Report(evidence: $0, hull: TextSpan(start: 0, end: .max), weight: weight, isFinal: isFinal)
        }
    }

    /// Whether every part of a rule whose words may stand anywhere is still known.
    func isRecollected(_ name: RuleName, in segment: Segment, _ plan: GrowthPlan) -> Bool {
        guard let rule = plan.places[name], case .all(let members, _)? = ruleSet.program.rules[rule].match
        else { return false }
        return segment.recollections.count { $0.rule == name } == members.count
    }

    /// The exact words of a finding: whole graphemes of the segment, and the chunks in which they stand.
    private mutating func words(of candidate: Candidate, base: Int, in segment: Segment) -> [LiveEvidence] {
        let rule = ruleSet.program.rules[candidate.rule]
        let spans = candidate.finding.parts.map { $0.original.start..<$0.original.end }
        let text = segment.tail.span.extracting(base - segment.start..<segment.tail.count)
        let whole = graphemes.widen(spans, in: text) ?? spans
        return zip(candidate.finding.parts, whole).map { part, span in
            let place = TextSpan(start: base + span.lowerBound, end: base + span.upperBound)
            let evidence = Evidence(
                rule: RuleName(rawValue: rule.name), category: Category(rawValue: rule.category),
                confidence: rule.confidence * candidate.finding.weight,
                place: Evidence.Place(
                    field: FieldName(.text), span: place,
                    text: String(
                        decoding: segment.tail[place.start - segment.start..<place.end - segment.start], as: UTF8.self),
                    view: part.view),
                shadow: isShadow(candidate.rule))
            return LiveEvidence(evidence: evidence, parts: segment.parts(of: place))
        }
    }
}
