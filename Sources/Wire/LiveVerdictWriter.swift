public import ContentModel

/// Writes what is done about streams as NDJSON, one line a record. Keeps the part that repeats; one thread at a time.
public struct LiveVerdictWriter: Sendable {
    /// Leaves out the markets that pass.
    public var isBrief: Bool

    private var lastMarkets: [MarketEnforcement] = []
    private var lastFragment: [UInt8] = []

    public init(isBrief: Bool = false) { self.isBrief = isBrief }

    /// Appends a record.
    ///
    /// - Parameter caseID: The case that a person looks at, if there is one.
    /// - Returns: Where the characters of the case's id begin in `json.bytes`, if there is a case.
    @discardableResult
    public mutating func write(_ verdict: LiveVerdict, caseID: String?, to json: inout JSONBytes) -> Int? {
        json.raw("{\"stream\":")
        json.string(verdict.stream)
        switch verdict.event {
        case .text:
            json.raw(",\"seq\":")
            json.integer(verdict.seq)
        case .start: json.raw(",\"event\":\"start\"")
        case .end: json.raw(",\"event\":\"end\"")
        }
        json.raw(",\"action\":")
        json.name(verdict.action.name)
        json.raw(",\"markets\":{")
        writeMarkets(verdict, to: &json)
        json.raw("}")
        write(verdict.evidence, "evidence", to: &json)
        if verdict.evidenceOmitted > 0 {
            json.raw(",\"evidence_omitted\":")
            json.integer(verdict.evidenceOmitted)
        }
        write(verdict.pending, "pending", to: &json)
        write(verdict.withdrawn, "withdrawn", to: &json)
        if let failure = verdict.failure {
            json.raw(",\"failure\":")
            json.name(failure.rawValue)
        }
        if !verdict.notes.isEmpty {
            json.raw(",\"notes\":[")
            json.list(verdict.notes) { $1.name($0.name) }
            json.raw("]")
        }
        let place = caseID.map { json.caseID($0) }
        json.raw("}\n")
        return place
    }

    /// Appends the record that stands for one that could not be read.
    public func write(_ error: RecordError, line: Int, to json: inout JSONBytes) {
        var writer = VerdictWriter()
        writer.write(error, line: line, to: &json)
    }

    /// What is inserted `offset` bytes behind the beginning of the case's id, to say what a person decided before.
    public func note(decision: String) -> (offset: Int, bytes: [UInt8]) { VerdictWriter().note(decision: decision) }

    private mutating func writeMarkets(_ verdict: LiveVerdict, to json: inout JSONBytes) {
        guard verdict.action == .pass else {
            write(verdict.markets, to: &json)
            return
        }
        guard !isBrief else { return }
        // Streams that nothing was said of share one array: comparing it is comparing a pointer.
        if verdict.markets != lastMarkets {
            var fragment = JSONBytes()
            write(verdict.markets, to: &fragment)
            lastMarkets = verdict.markets
            lastFragment = fragment.bytes
        }
        json.raw(lastFragment)
    }

    private func write(_ markets: [MarketEnforcement], to json: inout JSONBytes) {
        json.list(isBrief ? markets.filter { $0.action > .pass } : markets) { market, json in
            json.name(market.market.rawValue)
            json.raw(":{\"action\":")
            json.name(market.action.name)
            if market.score > 0 {
                json.raw(",\"score\":")
                json.decimal(market.score)
            }
            if !market.categories.isEmpty {
                VerdictWriter.writeCategories(market.categories, to: &json)
                VerdictWriter.writeRules(market.rules, to: &json)
            }
            json.raw(",\"rule_set\":")
            json.name(market.ruleSet.rawValue)
            if let notice = market.notice {
                json.raw(",\"notice\":")
                json.string(notice)
            }
            json.raw("}")
        }
    }

    private func write(_ evidence: [LiveEvidence], _ name: StaticString, to json: inout JSONBytes) {
        guard !evidence.isEmpty else { return }
        json.raw(",\"")
        json.raw(name)
        json.raw("\":[")
        json.list(evidence) { item, json in
            VerdictWriter.writeOpen(item.evidence, to: &json)
            if !item.parts.isEmpty {
                json.raw(",\"parts\":[")
                json.list(item.parts) { part, json in
                    json.raw("{\"seq\":")
                    json.integer(part.seq)
                    json.raw(",\"start\":")
                    json.integer(part.span.start)
                    json.raw(",\"end\":")
                    json.integer(part.span.end)
                    json.raw("}")
                }
                json.raw("]")
            }
            if item.isJoined { json.raw(",\"joined\":true") }
            if !item.speakers.isEmpty {
                json.raw(",\"speakers\":[")
                json.list(item.speakers) { $1.string($0) }
                json.raw("]")
            }
            json.raw("}")
        }
        json.raw("]")
    }
}
