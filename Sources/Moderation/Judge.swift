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
    var graphemes: GraphemeBoundaries
    /// The folded views of fields with hits, for distances.
    private(set) var foldedFields: [[UInt8]] = []
    var selection: MarketSelection
    /// The text of a segment as a post; its storage is used again.
    var segmentPost = Post()

    init(ruleSet: RuleSet, patternSets: [PatternSetIndex]) throws {
        let views = try TextViews(readings: ruleSet.program.readings)
        let matcher = try Matcher(program: ruleSet.program, patternSets: patternSets)
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
        selection.select(post.markets)
        begin(&verdict)
        let promising = matcher.promisingRules
        guard !promising.isEmpty || !ruleSet.rulesWithoutMatch.isEmpty || matcher.failure != nil else { return }
        let findings = confirm(promising, post)
        guard !findings.isEmpty || matcher.failure != nil else { return }
        weigh(findings, post, into: &verdict)
        report(findings, post, into: &verdict)
    }

    // MARK: - Stages

    /// A verdict that allows the text seen last.
    mutating func begin(_ verdict: inout Verdict) {
        if !verdict.evidence.isEmpty { verdict.evidence.removeAll(keepingCapacity: true) }
        verdict.evidenceOmitted = 0
        // One by one: they are few, and to remove all costs as much as a dozen.
        while verdict.languages.popLast() != nil {}
        for language in profile.languages { verdict.languages.append(language) }
        verdict.failure = matcher.failure
        verdict.severity = .low
        verdict.action = .allow
        verdict.markets = selection.allowing
    }

    /// Views, languages and matches of every field.
    mutating func see(_ post: Post) {
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
            matcher.findAnchors(text, seenAs: views, field: index, isAlone: post.fields.count == 1)
        }
        detector.finish(into: &profile)
        matcher.findCandidates(isWhole: true)
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
        detector.add(views.folded.bytes, blocks: views.folded.blocks, isASCII: views.folded.isASCII)
    }

    private mutating func keepFolded(_ field: Int) {
        while foldedFields.count <= field { foldedFields.append([]) }
        foldedFields[field].removeAll(keepingCapacity: true)
        foldedFields[field].append(contentsOf: views.folded.storage[0..<views.folded.count])
    }

    /// The rules whose expression, clearances, conditions and languages hold.
    private mutating func confirm(_ promising: [Int], _ post: Post) -> [RuleFinding] {
        var findings: [RuleFinding] = []
        for (rule, evaluator) in evaluators(for: promising) {
            guard let match = ruleSet.program.rules[rule].match, holds(rule, for: post) else { continue }
            let found = evaluator.findings(of: match, cleared: clearings(of: rule, evaluator))
            if !found.isEmpty { findings.append(RuleFinding(rule: rule, findings: found)) }
        }
        return findings + findWithoutWords(post)
    }

    /// The promising rules in effect and what evaluates each of them over its hits.
    func evaluators(for promising: [Int]) -> [(rule: Int, evaluator: ExpressionEvaluator)] {
        let program = ruleSet.program
        let hits = matcher.hits.sorted {
            ($0.leaf, $0.field, $0.folded.start) < ($1.leaf, $1.field, $1.folded.start)
        }
        let folded = foldedFields
        let distance = { (field: Int, start: Int, end: Int) in
            let text = folded[field]
            return UTF8Scalar.count(text.span, from: start, to: end)
        }
        var evaluators: [(rule: Int, evaluator: ExpressionEvaluator)] = []
        var start = 0
        while start < hits.count {
            let rule = Int(program.ruleOfLeaf[Int(hits[start].leaf)])
            var end = start + 1
            while end < hits.count, Int(program.ruleOfLeaf[Int(hits[end].leaf)]) == rule { end += 1 }
            if promising.contains(rule), ruleSet.isInEffect[rule] {
                evaluators.append((rule, ExpressionEvaluator(hits: hits[start..<end], distance: distance)))
            }
            start = end
        }
        return evaluators
    }

    /// Whether a rule's conditions and languages hold.
    func holds(_ rule: Int, for post: Post) -> Bool {
        !profile.surelyLacks(ruleSet.languagesOfRule[rule])
            && ruleSet.program.rules[rule].conditions.allSatisfy { $0.holds(for: post) }
    }

    /// The rules on conditions alone that hold.
    func findWithoutWords(_ post: Post) -> [RuleFinding] {
        ruleSet.rulesWithoutMatch.filter { holds($0, for: post) }.map {
            RuleFinding(rule: $0, findings: [.withoutWords])
        }
    }

    /// Where a rule's hits do not count.
    func clearings(of rule: Int, _ evaluator: ExpressionEvaluator) -> [ExpressionEvaluator.Clearing] {
        ruleSet.program.rules[rule].unless.flatMap { clearance in
            evaluator.findings(of: clearance.expression).map { finding in
                .init(
                    field: finding.field, span: widen(finding, by: clearance.near),
                    last: finding.parts.reduce(0) { max($0, $1.original.start) })
            }
        }
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

    /// Scores and actions, market by market; markets that give the rules the same confidences share their scores.
    mutating func weigh(_ findings: [RuleFinding], _ post: Post, into verdict: inout Verdict) {
        let weigher = Weigher(ruleSet: ruleSet)
        let notices = NoticeChoice(post: post, profile: profile)
        var scored: [(market: Int, scores: Weigher.Scores)] = []
        for index in selection.markets.indices {
            let market = selection.markets[index]
            let known = scored.firstIndex { ruleSet.weighsAlike(findings, in: $0.market, market) }
            if known == nil { scored.append((market, weigher.score(findings, in: market))) }
            let scores = scored[known ?? scored.count - 1].scores
            var decision = weigher.decide(scores, in: market)
            if matcher.failure != nil {
                decision.action = max(
                    decision.action, Action(rawValue: ruleSet.program.markets[market].onFailure) ?? .review)
            }
            verdict.markets[index].action = decision.action
            verdict.markets[index].score = decision.score
            verdict.markets[index].categories = scores.listed
            verdict.markets[index].rules = scores.rules
            verdict.markets[index].limitTo = decision.limitTo
            if decision.action > .allow, let strongest = decision.strongest,
                let notice = ruleSet.program.rules[strongest].notice
            {
                verdict.markets[index].notice = notices.text(
                    of: ruleSet.program.notices[notice], market: ruleSet.program.markets[market])
            }
            verdict.severity = max(verdict.severity, scores.severity)
            verdict.action = max(verdict.action, decision.action)
        }
    }

    /// The evidence of the rules that bind at least one of the markets, in the order of fields and places.
    private mutating func report(_ findings: [RuleFinding], _ post: Post, into verdict: inout Verdict) {
        var reporter = EvidenceReporter(ruleSet: ruleSet, markets: selection.markets)
        reporter.report(findings, of: post, graphemes: &graphemes, into: &verdict)
    }
}
