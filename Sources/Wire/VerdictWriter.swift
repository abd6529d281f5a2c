public import ContentModel

/// Writes verdicts as NDJSON, one line each. Keeps the part that repeats from post to post; one thread at a time.
public struct VerdictWriter: VerdictRendering {
    /// Leaves out the markets that allow.
    public let isBrief: Bool

    /// The markets of the verdict before that allowed all, and what stands between its id and its languages.
    private var lastMarkets: [MarketVerdict] = []
    private var lastFragment: [UInt8] = []

    public init(isBrief: Bool = false) { self.isBrief = isBrief }

    public mutating func write(
        _ verdict: Verdict, of post: Post, line: Int, caseID: String?, original: Span<UInt8>?, to json: inout JSONBytes
    ) -> Int? {
        json.raw("{\"id\":")
        if let id = post.idBytes {
            json.string(post.bytes.span.extracting(id))
        } else {
            json.raw("\"line-")
            json.integer(line)
            json.raw("\"")
        }
        writeMarkets(verdict, to: &json)
        Self.writeRest(
            verdict.languages, verdict.evidence, omitted: verdict.evidenceOmitted, failure: verdict.failure, to: &json)
        let place = caseID.map { json.caseID($0) }
        if let original {
            json.raw(",\"post\":")
            json.raw(original)
        }
        json.raw("}\n")
        return place
    }

    public mutating func write(_ error: RecordError, line: Int, to json: inout JSONBytes) {
        json.raw("{\"line\":")
        json.integer(line)
        json.raw(",\"error\":{\"code\":")
        json.name(error.code.rawValue)
        json.raw(",\"message\":")
        json.string(error.message)
        json.raw("}}\n")
    }

    public func note(decision: String) -> (offset: Int, bytes: [UInt8]) {
        // Behind the 26 characters of the id and its closing quote.
        (27, Array(",\"decision\":\"\(decision)\"".utf8))
    }

    // MARK: - Verdicts that are kept

    /// The members of a verdict's `markets`, without the braces around them.
    public static func writeMarkets(_ markets: [MarketVerdict], to json: inout JSONBytes) {
        write(markets, isBrief: false, to: &json)
    }

    /// A verdict whose markets were written before, as one line without its end.
    public static func writeLine(
        id: String, action: Action, markets: [UInt8], languages: [LanguageShare], evidence: [Evidence], omitted: Int,
        failure: Verdict.Failure?, to json: inout JSONBytes
    ) {
        json.raw("{\"id\":")
        json.string(id)
        writeMarkets(action, to: &json) { $0.raw(markets) }
        writeRest(languages, evidence, omitted: omitted, failure: failure, to: &json)
        json.raw("}")
    }

    // MARK: - Parts

    private static func writeRest(
        _ languages: [LanguageShare], _ evidence: [Evidence], omitted: Int, failure: Verdict.Failure?,
        to json: inout JSONBytes
    ) {
        write(languages, to: &json)
        json.raw("]")
        if !evidence.isEmpty { write(evidence, to: &json) }
        if omitted > 0 {
            json.raw(",\"evidence_omitted\":")
            json.integer(omitted)
        }
        if let failure {
            json.raw(",\"failure\":")
            json.name(failure.rawValue)
        }
    }

    /// From the action to where the languages begin.
    private static func writeMarkets(
        _ action: Action, to json: inout JSONBytes, _ write: (inout JSONBytes) -> Void
    ) {
        json.raw(",\"action\":\"")
        Self.write(action, to: &json)
        json.raw("\",\"markets\":{")
        write(&json)
        json.raw("},\"languages\":[")
    }

    private mutating func writeMarkets(_ verdict: Verdict, to json: inout JSONBytes) {
        guard verdict.action == .allow, verdict.evidence.isEmpty else {
            Self.writeMarkets(verdict.action, to: &json) { [isBrief] in
                Self.write(verdict.markets, isBrief: isBrief, to: &$0)
            }
            return
        }
        // A judge hands out one array for all posts that nothing was found in: comparing it is comparing a pointer.
        if lastFragment.isEmpty || verdict.markets != lastMarkets {
            var fragment = JSONBytes()
            Self.writeMarkets(.allow, to: &fragment) { [isBrief] in
                Self.write(verdict.markets, isBrief: isBrief, to: &$0)
            }
            lastMarkets = verdict.markets
            lastFragment = fragment.bytes
        }
        json.raw(lastFragment)
    }

    private static func write(_ markets: [MarketVerdict], isBrief: Bool, to json: inout JSONBytes) {
        // The market whose scores were written last, and how: most markets of a post have the same.
        var scored: (index: Int, bytes: [UInt8])?
        json.list(markets.indices.filter { !isBrief || markets[$0].action > .allow }) { index, json in
            json.name(markets[index].market.rawValue)
            json.raw(":{\"action\":\"")
            write(markets[index].action, to: &json)
            json.raw("\"")
            if !markets[index].categories.isEmpty {
                if let scored, hasEqualScores(markets, index, scored.index) {
                    json.raw(scored.bytes)
                } else {
                    let start = json.bytes.count
                    writeScores(markets[index], to: &json)
                    scored = (index, Array(json.bytes[start...]))
                }
            }
            json.raw(",\"rule_set\":")
            json.name(markets[index].ruleSet.rawValue)
            if let limitTo = markets[index].limitTo {
                json.raw(",\"limit_to\":")
                json.name(limitTo.rawValue)
            }
            if let notice = markets[index].notice {
                json.raw(",\"notice\":")
                json.string(notice)
            }
            json.raw("}")
        }
    }

    private static func hasEqualScores(_ markets: [MarketVerdict], _ index: Int, _ other: Int) -> Bool {
        markets[index].score == markets[other].score && markets[index].categories == markets[other].categories
            && markets[index].rules == markets[other].rules
    }

    private static func writeScores(_ market: MarketVerdict, to json: inout JSONBytes) {
        json.raw(",\"score\":")
        json.fraction(market.score)
        writeCategories(market.categories, to: &json)
        writeRules(market.rules, to: &json)
    }

    static func writeCategories(_ categories: [CategoryScore], to json: inout JSONBytes) {
        json.raw(",\"categories\":{")
        json.list(categories) { category, json in
            json.name(category.category.rawValue)
            json.raw(":")
            json.fraction(category.score)
        }
        json.raw("}")
    }

    static func writeRules(_ rules: [RuleName], to json: inout JSONBytes) {
        json.raw(",\"rules\":[")
        json.list(rules) { $1.name($0.rawValue) }
        json.raw("]")
    }

    private static func write(_ languages: [LanguageShare], to json: inout JSONBytes) {
        json.list(languages) { $1.language($0.tag.rawValue, share: $0.share, confidence: $0.confidence) }
    }

    private static func write(_ evidence: [Evidence], to json: inout JSONBytes) {
        json.raw(",\"evidence\":[")
        json.list(evidence) { item, json in
            writeOpen(item, to: &json)
            json.raw("}")
        }
        json.raw("]")
    }

    /// Evidence without the brace that closes it.
    static func writeOpen(_ item: Evidence, to json: inout JSONBytes) {
        json.raw("{\"rule\":")
        json.name(item.rule.rawValue)
        json.raw(",\"category\":")
        json.name(item.category.rawValue)
        json.raw(",\"confidence\":")
        json.fraction(item.confidence)
        if let place = item.place {
            json.raw(",\"field\":")
            json.name(place.field.name)
            json.raw(",\"start\":")
            json.integer(place.span.start)
            json.raw(",\"end\":")
            json.integer(place.span.end)
            json.raw(",\"text\":")
            json.string(place.text)
            json.raw(",\"view\":")
            json.name(place.view.name)
        }
        if item.shadow { json.raw(",\"shadow\":true") }
    }

    private static func write(_ action: Action, to json: inout JSONBytes) {
        switch action {
        case .allow: json.raw("allow")
        case .label: json.raw("label")
        case .limit: json.raw("limit")
        case .review: json.raw("review")
        case .block: json.raw("block")
        }
    }
}
