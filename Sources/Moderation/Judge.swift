public import ContentModel
internal import LanguageID
internal import PatternMatching
internal import RuleBook
internal import TextViews
internal import UnicodeData

/// Judges posts one after the other, in storage of its own that is used again for the next: one judge a thread.
///
/// Nothing is allocated for a post in which nothing matched, CLD2's own work aside.
public struct Judge: ~Copyable {
    let ruleSet: RuleSet
    var views: TextViews
    private var detector = LanguageDetector()
    private(set) var profile = LanguageProfile()
    var matcher: Matcher
    private var graphemes: GraphemeBoundaries
    /// The folded views of fields with hits, for distances.
    private(set) var foldedFields: [[UInt8]] = []
    private var selection: MarketSelection

    init(ruleSet: RuleSet, segments: [SegmentIndex]) throws {
        let views = try TextViews(readings: ruleSet.program.readings)
        let matcher = try Matcher(program: ruleSet.program, segments: segments)
        let graphemes = try GraphemeBoundaries()
        self.ruleSet = ruleSet
        self.views = views
        self.matcher = matcher
        self.graphemes = graphemes
        selection = MarketSelection(ruleSet)
    }

    /// Judges a post for the markets that it names, or for all. Markets that the rules do not know are left out; a
    /// caller that cares asks ``Moderator/unknownMarkets(of:)`` first.
    public mutating func judge(_ post: Post, into verdict: inout Verdict) {
        see(post)
        detector.finish(into: &profile)
        selection.select(post.markets)
        verdict.evidence.removeAll(keepingCapacity: true)
        verdict.evidenceOmitted = 0
        verdict.languages.removeAll(keepingCapacity: true)
        for language in profile.languages { verdict.languages.append(language) }
        verdict.failure = matcher.failure
        verdict.severity = .low
        verdict.action = .allow
        verdict.markets = selection.allowing
        let promising = matcher.promisingRules
        guard !promising.isEmpty || !ruleSet.rulesWithoutMatch.isEmpty || matcher.failure != nil else { return }
        let findings = confirm(promising, post)
        guard !findings.isEmpty || matcher.failure != nil else { return }
        weigh(findings, post, into: &verdict)
        report(findings, post, into: &verdict)
    }

    // MARK: - Stages

    /// Views, languages and matches of every field.
    private mutating func see(_ post: Post) {
        matcher.begin()
        detector.begin()
        let bytes = post.bytes.span
        for index in post.fields.indices {
            let text = bytes.extracting(post.fields[index].range)
            guard views.see(text) else {
                matcher.fail(.engine)
                continue
            }
            Self.add(views, to: &detector)
            matcher.findAnchors(text, seenAs: views, field: index)
        }
        matcher.findCandidates()
        guard !matcher.candidates.isEmpty else { return }
        for index in post.fields.indices {
            let text = bytes.extracting(post.fields[index].range)
            guard isSeen(text, of: post) else { continue }
            matcher.collect(text, seenAs: views, field: index)
            keepFolded(index)
        }
        matcher.findPromisingRules()
        guard !matcher.promisingRules.isEmpty, matcher.wantsRegexes else { return }
        for index in post.fields.indices {
            let text = bytes.extracting(post.fields[index].range)
            guard isSeen(text, of: post) else { continue }
            matcher.collectRegexes(text, seenAs: views, field: index)
        }
    }

    /// Makes a field's views again; with one field they still hold.
    private mutating func isSeen(_ text: Span<UInt8>, of post: Post) -> Bool {
        post.fields.count == 1 || views.see(text)
    }

    private static func add(_ views: borrowing TextViews, to detector: inout LanguageDetector) {
        detector.add(views.folded.bytes, letters: views.folded.letters, isASCII: views.folded.isASCII)
    }

    private mutating func keepFolded(_ field: Int) {
        while foldedFields.count <= field { foldedFields.append([]) }
        foldedFields[field].removeAll(keepingCapacity: true)
        foldedFields[field].append(contentsOf: views.folded.storage[0..<views.folded.count])
    }

    /// The rules whose expression, clearances, conditions and languages hold.
    private mutating func confirm(_ promising: [Int], _ post: Post) -> [RuleFinding] {
        let program = ruleSet.program
        let hits = matcher.hits.sorted {
            ($0.leaf, $0.field, $0.folded.start) < ($1.leaf, $1.field, $1.folded.start)
        }
        let folded = foldedFields
        let distance = { (field: Int, start: Int, end: Int) in
            let text = folded[field]
            return UTF8Scalar.count(text.span, from: start, to: end)
        }
        var findings: [RuleFinding] = []
        var start = 0
        while start < hits.count {
            let rule = Int(program.ruleOfLeaf[Int(hits[start].leaf)])
            var end = start + 1
            while end < hits.count, Int(program.ruleOfLeaf[Int(hits[end].leaf)]) == rule { end += 1 }
            let evaluator = ExpressionEvaluator(hits: hits[start..<end], distance: distance)
            if promising.contains(rule), ruleSet.isInEffect[rule], !profile.surelyLacks(ruleSet.languagesOfRule[rule]),
                let finding = confirm(rule, evaluator, post)
            {
                findings.append(finding)
            }
            start = end
        }
        for rule in ruleSet.rulesWithoutMatch
        where program.rules[rule].conditions.allSatisfy({ $0.holds(for: post) })
            && !profile.surelyLacks(ruleSet.languagesOfRule[rule])
        {
            findings.append(RuleFinding(rule: rule, findings: [.init(parts: [], weight: 1)]))
        }
        return findings
    }

    private func confirm(_ number: Int, _ evaluator: ExpressionEvaluator, _ post: Post) -> RuleFinding? {
        let rule = ruleSet.program.rules[number]
        guard let match = rule.match else { return nil }
        var cleared: [ExpressionEvaluator.Clearing] = []
        for clearance in rule.unless {
            for finding in evaluator.findings(of: clearance.expression) {
                cleared.append(.init(field: finding.field, span: widen(finding, by: clearance.near)))
            }
        }
        let found = evaluator.findings(of: match, cleared: cleared)
        guard !found.isEmpty, rule.conditions.allSatisfy({ $0.holds(for: post) }) else { return nil }
        return RuleFinding(rule: number, findings: found.map { .init(parts: $0.parts, weight: $0.weight) })
    }

    /// A finding's stretch of the folded view, widened to both sides by so many code points.
    private func widen(_ finding: Finding, by codePoints: Int) -> TextSpan {
        guard codePoints > 0 else { return finding.hull }
        let bytes = foldedFields[finding.field]
        let text = bytes.span
        var span = finding.hull
        for _ in 0..<codePoints where span.start > 0 {
            span.start -= UTF8Scalar.decode(text, before: span.start).length
        }
        for _ in 0..<codePoints where span.end < text.count {
            span.end += UTF8Scalar.decode(text, at: span.end).length
        }
        return span
    }

    /// Scores and actions, market by market; markets of equal policy are weighed once.
    private mutating func weigh(_ findings: [RuleFinding], _ post: Post, into verdict: inout Verdict) {
        let weigher = Weigher(ruleSet: ruleSet)
        let notices = NoticeChoice(post: post, profile: profile)
        var weighed: [Int: Weigher.Weighed] = [:]
        for index in selection.markets.indices {
            let market = selection.markets[index]
            let group = ruleSet.weighingGroup[market]
            let result = weighed[group] ?? weigher.weigh(findings, for: market)
            weighed[group] = result
            var action = result.action
            if matcher.failure != nil {
                action = max(action, Action(rawValue: ruleSet.program.markets[market].onFailure) ?? .review)
            }
            verdict.markets[index].action = action
            verdict.markets[index].score = result.score
            verdict.markets[index].categories = result.categories
            verdict.markets[index].rules = result.rules.map { RuleName(rawValue: ruleSet.program.rules[$0].name) }
            verdict.markets[index].limitTo = result.limitTo
            for rule in result.rules { verdict.severity = max(verdict.severity, ruleSet.severityOfRule[rule]) }
            if action > .allow, let strongest = result.strongest, let notice = ruleSet.program.rules[strongest].notice {
                verdict.markets[index].notice = notices.text(
                    of: ruleSet.program.notices[notice], market: ruleSet.program.markets[market])
            }
            verdict.action = max(verdict.action, action)
        }
    }

    /// The evidence of the rules that bind at least one of the markets, in the order of fields and places.
    private mutating func report(_ findings: [RuleFinding], _ post: Post, into verdict: inout Verdict) {
        var reporter = EvidenceReporter(ruleSet: ruleSet, markets: selection.markets)
        reporter.report(findings, of: post, graphemes: &graphemes, into: &verdict)
    }
}
