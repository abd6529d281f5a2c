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

    /// What one speaker said.
    struct Moment {
        var speaker: String
        /// The text around the words, valid UTF-8, and the place of its first byte in the segment.
        var text: [UInt8]
        var start: Int
        var evidence: [LiveEvidence]
        var verdict: Verdict
    }

    /// The moments of one record, one below the other in the transcript.
    ///
    /// - Parameter markets: What the markets make of all of them.
    init(
        stream: String, startedAt: Int64?, record: LiveVerdict, context: Post, _ moments: [Moment],
        markets: [MarketVerdict],
        holds: Set<Action>
    ) {
        // A name may be used again for another session.
        let session = startedAt.map { "\(stream)@\($0)" } ?? stream
        let id = "live:\(session):\(record.seq)" + (record.event == .text ? "" : ":end")
        let speaker = moments.first?.speaker ?? ""
        var verdict = moments.first?.verdict ?? Verdict()
        verdict.markets = markets
        verdict.action = markets.map(\.action).max() ?? .allow
        verdict.evidence = []
        var text: [UInt8] = []
        for moment in moments {
            if !text.isEmpty { text.append(0x0A) }
            verdict.severity = max(verdict.severity, moment.verdict.severity)
            verdict.failure = verdict.failure ?? moment.verdict.failure
            verdict.evidence += moment.evidence.compactMap {
                Self.evidence($0, in: moment, from: text.count)
            }
            text += moment.text
        }
        var post = Post()
        post.setID(Array(id.utf8).span)
        if !speaker.isEmpty { post.setAuthorID(Array(speaker.utf8).span) }
        post.append(FieldName(.transcript), text.span)
        post.markets = context.markets
        post.reach = context.reach
        self.post = post
        original = Self.json(id: id, text: text, speaker: speaker, context.markets)
        self.verdict = verdict
        self.holds = holds
    }

    /// Evidence with its place in the transcript, in which a moment's text begins at `offset`; nil where its words were
    /// said before the text that is kept.
    private static func evidence(_ item: LiveEvidence, in moment: Moment, from offset: Int) -> Evidence? {
        var evidence = item.evidence
        guard let place = evidence.place else { return evidence }
        let span = TextSpan(start: place.span.start - moment.start, end: place.span.end - moment.start)
        guard span.start >= 0, span.end <= moment.text.count else { return nil }
        evidence.place = Evidence.Place(
            field: FieldName(.transcript), span: TextSpan(start: offset + span.start, end: offset + span.end),
            text: place.text, view: place.view)
        return evidence
    }

    private static func json(id: String, text: [UInt8], speaker: String, _ markets: [Market]?) -> [UInt8] {
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
        if let markets {
            json.raw(",\"markets\":[")
            json.list(markets) { $1.name($0.rawValue) }
            json.raw("]")
        }
        json.raw("}")
        return json.bytes
    }
}
