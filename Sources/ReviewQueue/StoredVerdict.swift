public import ContentModel
internal import Crypto
internal import Foundation
internal import Wire

/// A verdict as the queue keeps it: what many verdicts share is kept once, under a number, and the words of evidence
/// are read from the post again.
public struct StoredVerdict: Sendable {
    /// The markets' part, JSON.
    var markets: [UInt8]
    /// The first 8 bytes of its SHA-256.
    var marketsHash: Int64
    /// Rules with their category (`global.fraud.x fraud`); evidence names them by place.
    var rules: [String]
    /// What is the post's own: `[action, languages, evidence, omitted, failure, severity]`, JSON.
    var own: [UInt8]

    init(_ verdict: Verdict) {
        var json = JSONBytes()
        VerdictWriter.writeMarkets(verdict.markets, to: &json)
        markets = json.bytes
        marketsHash = SHA256.hash(data: markets).prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        var places: [String: Int] = [:]
        for evidence in verdict.evidence {
            let name = evidence.rule.rawValue + " " + evidence.category.rawValue
            if places[name] == nil { places[name] = places.count }
        }
        rules = places.sorted { $0.value < $1.value }.map(\.key)
        json.bytes.removeAll()
        json.raw("[")
        json.name(verdict.action.name)
        json.raw(",[")
        json.list(verdict.languages) { language, json in
            json.raw("[")
            json.name(language.tag.rawValue)
            json.raw(",")
            json.fraction(language.share)
            json.raw(",")
            json.fraction(language.confidence)
            json.raw("]")
        }
        json.raw("],[")
        json.list(verdict.evidence) { evidence, json in
            json.raw("[")
            json.integer(places[evidence.rule.rawValue + " " + evidence.category.rawValue] ?? 0)
            json.raw(",")
            json.fraction(evidence.confidence)
            json.raw(evidence.shadow ? ",1" : ",0")
            if let place = evidence.place {
                json.raw(",")
                json.name(place.field.name)
                json.raw(",")
                json.integer(place.span.start)
                json.raw(",")
                json.integer(place.span.end)
                json.raw(",")
                json.name(place.view.name)
            }
            json.raw("]")
        }
        json.raw("],")
        json.integer(verdict.evidenceOmitted)
        json.raw(",")
        json.name(verdict.failure?.rawValue ?? "")
        json.raw("]")
        own = json.bytes
    }

    init(markets: [UInt8], rules: [String], own: [UInt8]) {
        self.markets = markets
        marketsHash = 0
        self.rules = rules
        self.own = own
    }
}

/// A verdict read back, with the post that it is about.
public struct CaseContent: Sendable {
    /// The post as it came, JSON.
    public var post: String
    /// Its judged fields, decoded, in their order.
    public var fields: [(name: FieldName, text: String)]
    public var authorLocale: String?
    /// The verdict, JSON, as it was printed but for the case.
    public var verdict: String
    public var languages: [LanguageShare]
    public var evidence: [Evidence]

    /// - Parameter name: What the verdict calls the post.
    init(post: String, verdict stored: StoredVerdict, name: String, reader: ContentReader) {
        self.init(post: post, reader)
        guard let own = (try? JSONSerialization.jsonObject(with: Data(stored.own))) as? [Any], own.count >= 5 else {
            // An old schema kept the whole line.
            verdict = String(decoding: stored.own, as: UTF8.self)
            readLine()
            return
        }
        languages = (own[1] as? [[Any]] ?? []).compactMap { part in
            guard part.count == 3, let tag = part[0] as? String else { return nil }
            return LanguageShare(
                tag: LanguageTag(rawValue: tag), share: Self.number(part[1]), confidence: Self.number(part[2]))
        }
        evidence = (own[2] as? [[Any]] ?? []).compactMap { readEvidence($0, rules: stored.rules) }
        var json = JSONBytes()
        VerdictWriter.writeLine(
            id: name, action: Action(name: own[0] as? String ?? "") ?? .review, markets: stored.markets,
            languages: languages, evidence: evidence, omitted: own[3] as? Int ?? 0,
            failure: (own[4] as? String).flatMap(Verdict.Failure.init(rawValue:)), to: &json)
        verdict = String(decoding: json.bytes, as: UTF8.self)
    }

    private init(post: String, _ reader: ContentReader) {
        self.post = post
        (verdict, languages, evidence) = ("{}", [], [])
        (fields, authorLocale) = reader.fields(of: post)
    }

    private func readEvidence(_ part: [Any], rules: [String]) -> Evidence? {
        guard part.count >= 3, let index = part[0] as? Int, rules.indices.contains(index) else { return nil }
        let name = rules[index].split(separator: " ")
        guard name.count == 2 else { return nil }
        var place: Evidence.Place?
        if part.count == 7, let field = part[3] as? String, let start = part[4] as? Int, let end = part[5] as? Int {
            place = self.place(field, TextSpan(start: start, end: end), View(name: part[6] as? String ?? "") ?? .folded)
        }
        return Evidence(
            rule: RuleName(rawValue: String(name[0])), category: Category(rawValue: String(name[1])),
            confidence: Self.number(part[1]), place: place, shadow: part[2] as? Int == 1)
    }

    private func place(_ field: String, _ span: TextSpan, _ view: View) -> Evidence.Place? {
        guard let found = fields.first(where: { $0.name.name == field }) else { return nil }
        let bytes = found.text.utf8
        guard 0 <= span.start, span.start <= span.end, span.end <= bytes.count else { return nil }
        let start = bytes.index(bytes.startIndex, offsetBy: span.start)
        let end = bytes.index(start, offsetBy: span.end - span.start)
        return Evidence.Place(field: found.name, span: span, text: String(found.text[start..<end]), view: view)
    }

    private mutating func readLine() {
        let line = (try? JSONSerialization.jsonObject(with: Data(verdict.utf8))) as? [String: Any] ?? [:]
        languages = (line["languages"] as? [[String: Any]] ?? []).map { part in
            LanguageShare(
                tag: LanguageTag(rawValue: part["tag"] as? String ?? "und"), share: Self.number(part["share"]),
                confidence: Self.number(part["confidence"]))
        }
        evidence = (line["evidence"] as? [[String: Any]] ?? []).map { part in
            var place: Evidence.Place?
            if let field = part["field"] as? String, let start = part["start"] as? Int, let end = part["end"] as? Int {
                let view = View(name: part["view"] as? String ?? "") ?? .folded
                place = self.place(field, TextSpan(start: start, end: end), view)
            }
            return Evidence(
                rule: RuleName(rawValue: part["rule"] as? String ?? ""),
                category: Category(rawValue: part["category"] as? String ?? ""),
                confidence: Self.number(part["confidence"]), place: place, shadow: part["shadow"] as? Bool ?? false)
        }
    }

    private static func number(_ value: Any?) -> Double { (value as? NSNumber)?.doubleValue ?? 0 }
}
