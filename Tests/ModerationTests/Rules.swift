import ContentModel
import Moderation
import TestSupport

/// A moderator of one pack and some markets.
func moderator(
    _ rules: String, policies: [String: String] = ["xx": "default: {review: 0.5, block: 0.9}"],
    day: String = "2025-06-01",
    extra: [(path: String, text: String)] = []
) throws -> Moderator {
    var files: [(path: String, text: String)] = [("global/p.yaml", "pack: p\nrules:\n" + rules)]
    for (market, thresholds) in policies {
        files.append(
            ("\(market)/market.yaml", "market: \(market)\nthresholds:\n  \(thresholds.replacing("\n", with: "\n  "))\n")
        )
    }
    return try Moderator(rules: files + extra, day: day)
}

/// A rule of category fraud with confidence 0.8 and a match.
func rule(_ id: String, _ match: String, _ more: String = "") -> String {
    "  - {id: \(id), category: fraud, confidence: 0.8, match: {\(match)}\(more.isEmpty ? "" : ", " + more)}\n"
}

/// The spans of all evidence, in order.
func spans(_ verdict: Verdict) -> [Range<Int>] {
    verdict.evidence.compactMap { $0.place.map { $0.span.start..<$0.span.end } }
}
