public import ContentModel
internal import LanguageID
internal import RuleBook
internal import TextViews
internal import UnicodeData

/// What every stage saw of a post, for a person.
public struct Explanation: Sendable {
    /// A field's views.
    public struct Field: Sendable {
        public var name: FieldName
        public var original: String
        /// The views that are there, the surest first; others equal the folded one.
        public var views: [(view: View, text: String)]
    }

    /// A pattern that was found, and what came of it.
    public struct Match: Sendable {
        public var rule: RuleName
        public var field: FieldName
        public var view: View
        /// As the view shows it.
        public var text: String
        /// Why it does not count; nil when it is evidence.
        public var reason: String?
    }

    public var fields: [Field]
    public var matches: [Match]
    public var verdict: Verdict
}

extension Moderator {
    /// Judges a post and keeps what every stage saw. Slower than ``judge(_:)``.
    ///
    /// - Throws: ``UnknownMarketError`` when the post names a market without a policy.
    public func explain(_ post: Post) throws -> Explanation {
        if let market = unknownMarkets(of: post).first { throw UnknownMarketError(market: market) }
        var judge = try makeJudge()
        return try judge.explain(post)
    }
}

extension Judge {
    fileprivate mutating func explain(_ post: Post) throws -> Explanation {
        var verdict = Verdict()
        matcher.explains = true
        judge(post, into: &verdict)
        matcher.explains = false
        var views = try TextViews(readings: ruleSet.program.readings)
        var fields: [Explanation.Field] = []
        for field in post.fields {
            _ = views.see(post.bytes.span.extracting(field.range))
            fields.append(
                Explanation.Field(
                    name: field.name, original: post.string(field.range), views: Self.texts(of: views)))
        }
        // A rule of the base that a change took out is nothing to explain.
        let inForce = { [program = ruleSet.program] (leaf: Int) in
            !program.rules[Int(program.ruleOfLeaf[leaf])].bindings.isEmpty
        }
        var matches = matcher.hits.filter { inForce(Int($0.leaf)) }.map { hit in
            let rule = Int(ruleSet.program.ruleOfLeaf[Int(hit.leaf)])
            let original = post.fields[hit.field].range.lowerBound
            return Explanation.Match(
                rule: RuleName(rawValue: ruleSet.program.rules[rule].name), field: post.fields[hit.field].name,
                view: hit.view,
                text: post.string(original + hit.original.start..<original + hit.original.end),
                reason: reason(rule, hit, post, verdict))
        }
        for rejection in matcher.rejections where inForce(rejection.leaf) {
            let rule = ruleSet.program.rules[Int(ruleSet.program.ruleOfLeaf[rejection.leaf])]
            let shown = fields[rejection.field].views.first { $0.view == rejection.view }
            let seen = Array((shown?.text ?? "").utf8)
            matches.append(
                Explanation.Match(
                    rule: RuleName(rawValue: rule.name), field: post.fields[rejection.field].name,
                    view: rejection.view,
                    text: String(decoding: seen[rejection.span.start..<rejection.span.end], as: UTF8.self),
                    reason: rejection.reason))
        }
        return Explanation(fields: fields, matches: matches, verdict: verdict)
    }

    private static func texts(of views: borrowing TextViews) -> [(view: View, text: String)] {
        views.present.map { view in (view, String(decoding: views.look(at: view) { $0.array }, as: UTF8.self)) }
    }

    /// Why a hit is no evidence; nil when it is.
    private func reason(_ number: Int, _ hit: Hit, _ post: Post, _ verdict: Verdict) -> String? {
        let rule = ruleSet.program.rules[number]
        let isEvidence = verdict.evidence.contains { evidence in
            guard evidence.rule.rawValue == rule.name, let place = evidence.place else { return false }
            return place.field == post.fields[hit.field].name && place.span.start <= hit.original.start
                && place.span.end >= hit.original.end
        }
        if isEvidence { return nil }
        if rule.unless.contains(where: { $0.expression.leaves.contains(Int(hit.leaf)) }) {
            return "it clears the rule's own hits"
        }
        if !ruleSet.isInEffect[number] { return "the rule is not in effect on this day" }
        if profile.surelyLacks(ruleSet.languagesOfRule[number]) {
            return "the post is surely in none of the rule's languages"
        }
        if !rule.conditions.allSatisfy({ $0.holds(for: post) }) {
            return "the rule's conditions on the post do not hold"
        }
        if verdict.markets.allSatisfy({ market in
            ruleSet.markets.firstIndex(of: market.market).flatMap { ruleSet.binding(of: number, in: $0) } == nil
        }) {
            return "the rule binds none of these markets"
        }
        return "the rule's other words are missing, or `unless` clears it, or a stronger hit covers it"
    }
}

extension LeafExpression {
    /// Every leaf of the expression.
    var leaves: [Int] {
        switch self {
        case .leaf(let leaf): [leaf]
        case .any(let members), .all(let members, _): members.flatMap(\.leaves)
        }
    }
}
