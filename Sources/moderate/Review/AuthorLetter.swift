internal import ContentModel
internal import Foundation
internal import ReviewQueue
internal import RuleBook

/// What the author of a post is told about a decision or an appeal, in one language.
struct AuthorLetter {
    private let found: ReviewCase
    private let guide: RuleGuide
    private let languages: [LanguageTag]

    init(_ found: ReviewCase, _ guide: RuleGuide, lang: String?) {
        self.found = found
        self.guide = guide
        let post = found.content?.languages.map(\.tag).filter { $0 != .und } ?? []
        languages =
            [lang, found.content?.authorLocale].compactMap(\.self).map(LanguageTag.init(rawValue:)) + post
    }

    /// A paragraph for each different thing that markets say.
    func text(for markets: [String]) -> String {
        var paragraphs: [(text: String, markets: [String])] = []
        for market in markets {
            let text = text(for: market)
            if let index = paragraphs.firstIndex(where: { $0.text == text }) {
                paragraphs[index].markets.append(market)
            } else {
                paragraphs.append((text, [market]))
            }
        }
        guard paragraphs.count > 1 else { return (paragraphs.first?.text ?? "") + "\n" }
        return paragraphs.map { "[\($0.markets.joined(separator: ", "))] \($0.text)\n" }.joined()
    }

    private func text(for market: String) -> String {
        let decision = found.life.decisions[market]
        let isPending = decision == nil || found.life.appeal == .open || found.isInGrace
        var sentences: [String?] = []
        switch isPending ? nil : found.life.appeal {
        case .upheld: sentences.append(notice(.upheld))
        case .overturned: sentences.append(notice(.overturned))
        case .open, nil: break
        }
        if isPending {
            sentences.append(notice(.pending))
        } else if let decision, let kind = Guide.NoticeKind(rawValue: decision.rawValue) {
            if found.life.appeal != .upheld { sentences.append(notice(kind)) }
            if decision != .approve {
                sentences.append(guide.strongestRule(of: found, in: market).flatMap { guide.notice(of: $0, languages) })
                sentences.append(reason(for: market))
                if found.life.appeal == nil { sentences.append(notice(.appeal)) }
            }
        }
        return sentences.compactMap(\.self).map(Console.harmless).joined(separator: " ")
    }

    private func notice(_ kind: Guide.NoticeKind) -> String? { guide.notice(kind, market: nil, languages) }

    private func reason(for market: String) -> String? {
        found.acts.last {
            $0.kind == .decide && ($0.market == nil || $0.market == market)
                && $0.decision == found.life.decisions[market]
        }?.reason
    }
}
