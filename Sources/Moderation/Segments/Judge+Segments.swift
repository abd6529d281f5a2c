public import ContentModel
internal import RuleBook
internal import TextViews
internal import UnicodeData

/// Judging a text that goes on.
///
/// **The law:** the evidence of all readings of a segment together is what ``Judge/judge(_:into:)`` finds in the
/// segment as one text. Two looks, as with posts: the first asks whether the new text, with as much of the old as a
/// word may span, brings a word that some rule cannot do without; nearly all chunks are done with that. The second
/// judges the whole tail as a post, and compares what it finds with what was said before.
///
/// A finding is final when each of its words lies before the place from which on a longer one could begin
/// (`TextViews.stableEnd` less the rule's longest pattern), and no word that could clear it or stand nearer can come
/// any more. Until then it is pending.
///
/// Outside the law are rules with `languages`, which judge by the tail's languages, places beyond the sixteenth of a
/// rule, and regexes without a limit of length.
extension Judge {
    /// Judges what a chunk adds to a segment.
    ///
    /// - Parameters:
    ///   - segment: The text so far, which becomes the text with the chunk.
    ///   - chunk: Valid UTF-8; may be empty.
    ///   - seq: The chunk's number in its stream, by which evidence names it.
    ///   - isLast: Whether the segment ends with the chunk, so that nothing stays pending.
    ///   - context: A post whose markets, author and signals count; its fields do not.
    public mutating func extend(
        _ segment: inout Segment, by chunk: Span<UInt8>, seq: Int, isLast: Bool, context: Post,
        into reading: inout SegmentReading
    ) {
        segment.append(chunk, seq: seq)
        look(at: &segment, isLast: isLast, context, into: &reading)
    }

    /// Judges a segment anew, one of whose chunks is put in other words.
    ///
    /// - Returns: False when the chunk was said too long ago: nothing is judged then.
    public mutating func revise(
        _ segment: inout Segment, _ seq: Int, to chunk: Span<UInt8>, seq new: Int, isLast: Bool, context: Post,
        into reading: inout SegmentReading
    ) -> Bool {
        guard segment.replace(seq, by: chunk, seq: new) else { return false }
        look(at: &segment, isLast: isLast, context, isRevision: true, into: &reading)
        return true
    }

    /// What every market answers to text in which nothing is found.
    public mutating func allowing(_ markets: [Market]?) -> [MarketVerdict] {
        selection.select(markets)
        return selection.allowing
    }

    /// Judges messages that were written one by one as if they were one text.
    ///
    /// - Parameters:
    ///   - messages: In the order of time, the newest last; of one author, or evidence must be of several.
    ///   - separator: What stands between two of them.
    ///   - weight: What evidence weighs that only the joined text shows, 0...1.
    public mutating func judgeJoined(
        _ messages: [(seq: Int, author: String, text: [UInt8])], separator: [UInt8], weight: Double, context: Post,
        into reading: inout SegmentReading
    ) {
        reading.removeAll()
        selection.select(context.markets)
        var segment = Segment()
        segment.isBegun = true
        for (index, message) in messages.enumerated() {
            if index > 0 { segment.append(separator.span, seq: Self.noChunk) }
            segment.append(message.text.span, seq: message.seq)
        }
        guard let newest = messages.last else { return }
        let isCrowd = messages.contains { $0.author != newest.author }
        let others = Set(
            messages.filter { $0.seq != newest.seq && ($0.author != newest.author || !isCrowd) }.map(\.seq))
        let plan = ruleSet.growth
        guard hear(&segment, plan) > 0 else {
            begin(&reading)
            return
        }
        judgeTail(
            &segment, from: 0, plan, isLast: true, context, asksConditions: false, isRevision: false,
            joined: Join(newest: newest.seq, others: others, weight: weight), into: &reading)
    }

    /// A piece of a segment that no chunk said.
    private static let noChunk = -1

    /// What counts of joined messages: words of the newest one and of another, weighed less.
    private struct Join {
        var newest: Int
        /// Messages of which one must take part: those of other authors, where there are several.
        var others: Set<Int>
        var weight: Double

        func count(_ report: Segment.Report) -> Segment.Report? {
            var report = report
            report.evidence.parts.removeAll { $0.seq == noChunk }
            guard report.evidence.parts.contains(where: { $0.seq == newest }),
                report.evidence.parts.contains(where: { others.contains($0.seq) })
            else { return nil }
            report.weight *= weight
            report.evidence.evidence.confidence *= weight
            report.evidence.isJoined = true
            return report
        }
    }

    private func begin(_ reading: inout SegmentReading) {
        begin(&reading.verdict)
        begin(&reading.pendingVerdict)
        begin(&reading.withdrawnVerdict)
    }

    private mutating func look(
        at segment: inout Segment, isLast: Bool, _ context: Post, isRevision: Bool = false,
        into reading: inout SegmentReading
    ) {
        reading.removeAll()
        selection.select(context.markets)
        let plan = ruleSet.growth
        // A part of a rule whose words may stand anywhere is to be noticed when it comes.
        matcher.partSuffices = plan.isWide
        defer { matcher.partSuffices = [] }
        let known = segment.stable
        let needed = hear(&segment, plan)
        let asksConditions = !segment.isBegun && !ruleSet.rulesWithoutMatch.isEmpty
        segment.isBegun = true
        if needed == 0, !asksConditions, !isRevision, !segment.hasPending {
            begin(&reading)
        } else {
            let from = isRevision ? 0 : firstPlace(in: segment, plan, known: known, needed: needed)
            judgeTail(
                &segment, from: from, plan, isLast: isLast, context, asksConditions: asksConditions,
                isRevision: isRevision, joined: nil, into: &reading)
        }
        segment.trim(to: plan.memory)
    }

    // MARK: - First look

    /// Looks whether the new text, with as much of the old as a word may span, has a word of a rule that may hold.
    ///
    /// - Returns: How much of the text such rules look at, code points; 0 where there is none.
    private mutating func hear(_ segment: inout Segment, _ plan: GrowthPlan) -> Int {
        let known = segment.stable - segment.start
        matcher.begin()
        guard let (from, stable) = seeEnd(of: segment, plan) else { return plan.memory }
        noteAnchors(&segment, plan)
        for anchor in segment.anchors { matcher.assumeAnchor(Int(anchor.leaf)) }
        matcher.findCandidates()
        segment.isPlain = !views.present.contains(.deobfuscated)
        segment.stable = stable
        guard matcher.failure == nil else { return plan.memory }
        guard !matcher.candidates.isEmpty else { return 0 }
        // What came up before may be completed by words that nobody looks for at first; without one nothing is new.
        let text = segment.tail.span.extracting(from..<segment.tail.count)
        matcher.collect(text, seenAs: views, field: 0)
        if matcher.mayWantRegexes { matcher.collectRegexes(text, seenAs: views, field: 0) }
        var sight = 0
        for hit in matcher.hits where from + hit.original.end > known && plan.isPart[Int(hit.leaf)] {
            sight = max(sight, plan.sight[Int(ruleSet.program.ruleOfLeaf[Int(hit.leaf)])])
        }
        return sight
    }

    /// Where the second look begins in the tail: far enough back for rules that need so many code points, and for what
    /// is pending.
    ///
    /// - Parameter known: The place of the segment up to which nothing is new.
    private func firstPlace(in segment: Segment, _ plan: GrowthPlan, known: Int, needed: Int) -> Int {
        let tail = segment.tail.span
        var first = TextViews.place(before: known - segment.start, by: needed, in: tail)
        for report in segment.reports where !report.isFinal {
            let rule = ruleSet.program.rules.firstIndex { $0.name == report.evidence.evidence.rule.rawValue }
            let place = TextViews.place(
                before: max(0, report.hull.start - segment.start), by: rule.map { plan.sight[$0] } ?? plan.memory,
                in: tail)
            first = min(first, place)
        }
        for watch in segment.watches {
            let place = TextViews.place(
                before: max(0, watch.place - segment.start), by: plan.sight[watch.rule], in: tail)
            first = min(first, place)
        }
        return first
    }

    /// Sees the end of the text and notes its anchors.
    ///
    /// - Returns: Where in the tail the look began, and the place of the segment before which views no longer change;
    ///   nil when the text cannot be seen.
    private mutating func seeEnd(of segment: Segment, _ plan: GrowthPlan) -> (from: Int, stable: Int)? {
        let known = segment.tail.span
        let place = TextViews.place(
            before: segment.stable - segment.start, by: segment.isPlain ? plan.longestAnchor : Compiler.reach,
            han: segment.isPlain ? plan.mostHan : .max, in: known)
        let from = TextViews.independentStart(before: place, in: known)
        let text = known.extracting(from..<known.count)
        guard views.see(text) else { return nil }
        matcher.findAnchors(text, seenAs: views, field: 0)
        return (from, segment.start + from + views.stableEnd())
    }

    /// Keeps the anchors that were found, as long as words beside them may complete what their rules look for.
    private func noteAnchors(_ segment: inout Segment, _ plan: GrowthPlan) {
        segment.anchors.removeAll { $0.until < segment.codePoints }
        for leaf in matcher.notedAnchors {
            let rule = Int(ruleSet.program.ruleOfLeaf[leaf])
            let anchor = Segment.Anchor(leaf: UInt32(leaf), until: segment.codePoints + plan.extent[rule])
            if let known = segment.anchors.firstIndex(where: { $0.leaf == anchor.leaf }) {
                segment.anchors[known] = anchor
            } else {
                segment.anchors.append(anchor)
            }
        }
    }

    // MARK: - Second look

    /// A finding in the tail, and whether anything can still change it.
    private struct Candidate {
        var rule: Int
        var finding: Finding
        var isFinal: Bool
    }

    private mutating func judgeTail(
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
        selection.markets.compactMap { ruleSet.binding(of: rule, in: $0) }.allSatisfy(\.isShadow)
    }

    /// What is to be said of candidates: the words of rules that bind one of the markets.
    private mutating func reports(
        of candidates: [Candidate], base: Int, in segment: inout Segment, _ plan: GrowthPlan
    ) -> [Segment.Report] {
        var reports: [Segment.Report] = []
        var parts: [Int: [(candidate: Candidate, words: [LiveEvidence])]] = [:]
        for candidate in candidates {
            let isBinding = selection.markets.contains { ruleSet.binding(of: candidate.rule, in: $0) != nil }
            guard isBinding else { continue }
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
    private func isRecollected(_ name: RuleName, in segment: Segment) -> Bool {
        guard let rule = ruleSet.program.rules.first(where: { $0.name == name.rawValue }),
            case .all(let members, _)? = rule.match
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

    // MARK: - Comparison

    /// Says what is new, what stands and what is gone, and keeps it for the next time.
    private mutating func compare(
        _ found: [Segment.Report], _ segment: inout Segment, _ plan: GrowthPlan, isRevision: Bool,
        into reading: inout SegmentReading
    ) {
        let old = segment.reports
        var new: [Segment.Report] = []
        var reports = old.filter(\.isFinal)
        var pending: [Segment.Report] = []
        for report in found {
            if let known = reports.firstIndex(where: { $0.evidence.isSame(as: report.evidence) }) {
                // A revision moves what stands behind it.
                if isRevision { reports[known] = report.settled }
                continue
            }
            if report.isFinal {
                pending.removeAll { $0.evidence.isSame(as: report.evidence) }
                reports.append(report)
                new.append(report)
            } else if !pending.contains(where: { $0.evidence.isSame(as: report.evidence) }) {
                pending.append(report)
            }
        }
        // What is said already counts already; what a revision takes back does not.
        var earlier = old.filter(\.isFinal)
        var gone = old.filter { known in
            !known.isFinal && !found.contains { $0.evidence.isSame(as: known.evidence) }
        }
        if isRevision {
            let lost = reports.filter { known in
                isVisible(known, in: segment, plan) && !found.contains { $0.evidence.isSame(as: known.evidence) }
            }
            reports.removeAll { known in lost.contains { $0.evidence.isSame(as: known.evidence) } }
            if !lost.isEmpty { weigh(findings(of: lost), segmentPost, into: &reading.withdrawnVerdict) }
            gone += lost
            earlier.removeAll { known in lost.contains { $0.evidence.isSame(as: known.evidence) } }
        }
        let counted = new.filter { report in
            !earlier.contains { known in
                known.evidence.evidence.category == report.evidence.evidence.category
                    && known.evidence.evidence.rule != report.evidence.evidence.rule
                    && known.hull.overlaps(report.hull)
            }
        }
        // A failure holds the text, whatever was found in it.
        if !counted.isEmpty || matcher.failure != nil {
            weigh(findings(of: counted), segmentPost, into: &reading.verdict)
        }
        if !pending.isEmpty { weigh(findings(of: pending), segmentPost, into: &reading.pendingVerdict) }
        reading.withdrawn = gone.map(\.evidence)
        reading.pending = pending.map(\.evidence)
        keepText(around: new, of: segment, into: &reading)
        list(new.map(\.evidence), into: &reading)
        segment.reports = reports + pending
    }

    /// Bytes of the text that are shown either side of evidence.
    private static let surroundings = 1024

    private func keepText(around new: [Segment.Report], of segment: Segment, into reading: inout SegmentReading) {
        let spans = new.compactMap(\.evidence.evidence.place?.span).filter { $0.start >= segment.start }
        guard let first = spans.map(\.start).min(), let last = spans.map(\.end).max() else { return }
        var start = max(0, first - segment.start - Self.surroundings)
        // Evidence may be spread over a long chunk: the first of it is what is shown.
        var end = min(segment.tail.count, min(last, first + 8 * Self.surroundings) - segment.start + Self.surroundings)
        while start > 0, segment.tail[start] & 0xC0 == 0x80 { start -= 1 }
        while end < segment.tail.count, segment.tail[end] & 0xC0 == 0x80 { end += 1 }
        reading.text = Array(segment.tail[start..<end])
        reading.textStart = segment.start + start
    }

    /// Whether a report lies where the tail would show it again.
    private func isVisible(_ report: Segment.Report, in segment: Segment, _ plan: GrowthPlan) -> Bool {
        guard !report.evidence.parts.isEmpty else { return false }
        if report.hull.end == .max { return !isRecollected(report.evidence.evidence.rule, in: segment) }
        guard segment.start > 0 else { return true }
        let before = report.hull.start - segment.start
        guard before > 0 else { return false }
        let rule = ruleSet.program.rules.firstIndex { $0.name == report.evidence.evidence.rule.rawValue }
        let needed = rule.map { plan.patternLength[$0] + plan.gap[$0] + plan.clearance[$0] } ?? 0
        return UTF8Scalar.count(segment.tail.span, from: 0, to: before) >= TextViews.locality + needed
    }

    /// Reports as findings that markets weigh.
    private func findings(of reports: [Segment.Report]) -> [RuleFinding] {
        var findings: [RuleFinding] = []
        for report in reports {
            let name = report.evidence.evidence.rule.rawValue
            guard let rule = ruleSet.program.rules.firstIndex(where: { $0.name == name }) else { continue }
            var finding = Finding.withoutWords
            finding.weight = report.weight
            if let span = report.evidence.evidence.place?.span {
                finding.parts = [
                    Hit(
                        leaf: 0, field: 0, view: report.evidence.evidence.place?.view ?? .folded, folded: span,
                        original: span)
                ]
            }
            if let known = findings.firstIndex(where: { $0.rule == rule }) {
                findings[known].findings.append(finding)
            } else {
                findings.append(RuleFinding(rule: rule, findings: [finding]))
            }
        }
        return findings
    }

    private func list(_ evidence: [LiveEvidence], into reading: inout SegmentReading) {
        var ofRule: [RuleName: Int] = [:]
        let ordered = evidence.sorted {
            let (left, right) = ($0.evidence, $1.evidence)
            let (a, b) = (
                left.place?.span ?? TextSpan(start: .max, end: 0), right.place?.span ?? TextSpan(start: .max, end: 0)
            )
            return (a.start, a.end, left.rule.rawValue) < (b.start, b.end, right.rule.rawValue)
        }
        for item in ordered {
            ofRule[item.evidence.rule, default: 0] += 1
            if ofRule[item.evidence.rule, default: 0] <= EvidenceReporter.mostOfRule,
                reading.evidence.count < EvidenceReporter.mostOfPost
            {
                reading.evidence.append(item)
            } else {
                reading.evidenceOmitted += 1
            }
        }
    }
}
