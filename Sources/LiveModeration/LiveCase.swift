public import ContentModel
internal import Wire

/// A moment of a stream that a person must look at: the words with what was said around them, as a post.
public struct LiveCase: Sendable {
    /// Its id names the stream and the chunk; its one field is the transcript.
    public var post: Post
    /// The post as JSON.
    public var original: [UInt8]
    public var verdict: Verdict
    /// The actions for which it is a case.
    public var holds: Set<Action>

    /// - Parameters:
    ///   - text: The text around the words, valid UTF-8.
    ///   - start: The place of the text's first byte in the segment whose evidence it is.
    init(
        stream: String, seq: Int, speaker: String, context: Post, text: [UInt8], start: Int,
        evidence: [LiveEvidence], verdict: Verdict, holds: Set<Action>
    ) {
        let id = "live:\(stream):\(seq)"
        var post = Post()
        post.setID(Array(id.utf8).span)
        if !speaker.isEmpty { post.setAuthorID(Array(speaker.utf8).span) }
        post.append(FieldName(.transcript), text.span)
        post.markets = context.markets
        post.reach = context.reach
        var json = JSONBytes()
        json.raw("{\"id\":")
        json.string(id)
        json.raw(",\"transcript\":")
        json.string(text.span)
        if !speaker.isEmpty {
            json.raw(",\"author\":{\"id\":")
            json.string(speaker)
            json.raw("}")
        }
        if let markets = context.markets {
            json.raw(",\"markets\":[")
            for (index, market) in markets.enumerated() {
                if index > 0 { json.raw(",") }
                json.name(market.rawValue)
            }
            json.raw("]")
        }
        json.raw("}")
        self.post = post
        original = json.bytes
        self.verdict = verdict
        self.holds = holds
        self.verdict.evidence = evidence.compactMap { item in
            var evidence = item.evidence
            guard let place = evidence.place else { return evidence }
            let span = TextSpan(start: place.span.start - start, end: place.span.end - start)
            guard span.start >= 0, span.end <= text.count else { return nil }
            evidence.place = Evidence.Place(
                field: FieldName(.transcript), span: span, text: place.text, view: place.view)
            return evidence
        }
    }
}
