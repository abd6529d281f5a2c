internal import ContentModel
internal import Moderation

/// Judging what is said, segment by segment.
extension LiveChecker {
    /// A record in the making.
    struct Record {
        var verdict: LiveVerdict
        /// By place in `markets`: what new evidence scores, what pending evidence would.
        var markets: [MarketVerdict] = []
        var pending: [Double] = []
        /// What was read that a person must look at, and for which actions.
        var moments: [LiveCase.Moment] = []
        var holds: Set<Action> = []
        /// Whose words were read besides those of the record's own speaker.
        var speakers: Set<String> = []

        init(_ verdict: LiveVerdict) { self.verdict = verdict }
    }

    mutating func judge(
        _ chunk: Chunk, of stream: LiveStream, _ notes: [LiveVerdict.Note], _ ticket: Int,
        into outcomes: inout [LiveOutcome]
    ) {
        var record = Record(LiveVerdict(stream: stream.id, event: .text, seq: chunk.seq))
        record.verdict.notes = notes
        let at = time(of: chunk, in: stream)
        let window = stream.context.joinWindow
        // A speaker's own clock ends a segment; those of others run beside it, so they end one later.
        closeSegments(stream, into: &record) { segments, index in
            let silence = Self.gap(segments[index].segment.at, at)
            guard silence > window else { return false }
            let isOwn = segments[index].kind == chunk.kind && segments[index].speaker == chunk.speaker
            return isOwn || silence > window + Self.skew
        }
        if chunk.kind == .chat {
            judgeMessage(chunk, at, of: stream, into: &record)
        } else {
            judgeSpeech(chunk, at, of: stream, into: &record)
        }
        finish(record, stream, speaker: chunk.speaker, ticket, into: &outcomes)
    }

    /// The chunk's time; a clock that goes back takes the standings with it.
    private func time(of chunk: Chunk, in stream: LiveStream) -> Int64 {
        let at = chunk.at ?? stream.at
        if at < stream.at { stream.standings.rebase(to: at) }
        stream.at = at
        return at
    }

    private mutating func judgeSpeech(_ chunk: Chunk, _ at: Int64, of stream: LiveStream, into record: inout Record) {
        let place = openSegment(for: chunk, at, of: stream)
        let context = stream.context.speech
        var isRevised = false
        if let replaced = chunk.replaces {
            isRevised = judge.revise(
                &stream.segments[place].segment, replaced, to: chunk.text.span, seq: chunk.seq,
                isLast: chunk.isBreak, context: context, into: &reading)
            if !isRevised { record.verdict.notes.append(.revisionLost) }
        }
        if !isRevised {
            judge.extend(
                &stream.segments[place].segment, by: chunk.text.span, seq: chunk.seq, isLast: chunk.isBreak,
                context: context, into: &reading)
        }
        apply(stream, chunk.speaker, isChat: false, into: &record)
        if chunk.isBreak { stream.segments.remove(at: place) }
    }

    /// How much later than its own speaker's clock another's ends a segment, ms.
    private static let skew: Int64 = 10_000

    /// Milliseconds from one time to another, whatever senders write.
    static func gap(_ start: Int64, _ end: Int64) -> Int64 {
        let (gap, overflow) = end.subtractingReportingOverflow(start)
        return overflow ? .max : gap
    }

    /// The place of the segment that a chunk goes on with: the last one.
    private func openSegment(for chunk: Chunk, _ at: Int64, of stream: LiveStream) -> Int {
        // By place: an element handed to a closure would be copied.
        let known = stream.segments.indices.first {
            stream.segments[$0].kind == chunk.kind && stream.segments[$0].speaker == chunk.speaker
        }
        if let place = known {
            if place != stream.segments.count - 1 { stream.segments.append(stream.segments.remove(at: place)) }
            stream.segments[stream.segments.count - 1].segment.at = at
        } else {
            stream.segments.append(
                LiveStream.OpenSegment(kind: chunk.kind, speaker: chunk.speaker, segment: Segment(at: at)))
        }
        return stream.segments.count - 1
    }

    /// Speakers of one stream whose segments are open at the same time; one more closes the one that was silent longest.
    private static let mostSegments = 32

    /// Ends segments, and says what becomes of what was pending in them.
    ///
    /// - Parameter isOver: Whether to end one, asked by its place.
    mutating func closeSegments(
        _ stream: LiveStream, into record: inout Record,
        where isOver: (_ segments: [LiveStream.OpenSegment], _ index: Int) -> Bool
    ) {
        guard !stream.segments.isEmpty else { return }
        // Those who spoke least lately come first.
        let excess = stream.segments.count - Self.mostSegments
        for index in stream.segments.indices.reversed()
        where isOver(stream.segments, index) || index < excess {
            var open = stream.segments.remove(at: index)
            guard open.segment.hasPending else { continue }
            judge.extend(
                &open.segment, by: [UInt8]().span, seq: record.verdict.seq, isLast: true,
                context: stream.context.speech, into: &reading)
            apply(stream, open.speaker, isChat: false, into: &record)
        }
    }

    /// A chunk that comes after its turn is a text of its own.
    mutating func judgeAlone(
        _ chunk: Chunk, of stream: LiveStream, _ ticket: Int, into outcomes: inout [LiveOutcome]
    ) {
        var record = Record(LiveVerdict(stream: stream.id, event: .text, seq: chunk.seq))
        record.verdict.notes.append(.late)
        judgeText(chunk, of: stream, into: &record)
        finish(record, stream, speaker: chunk.speaker, ticket, into: &outcomes)
    }

    mutating func judgeText(_ chunk: Chunk, of stream: LiveStream, into record: inout Record) {
        var segment = Segment()
        let isChat = chunk.kind == .chat
        judge.extend(
            &segment, by: chunk.text.span, seq: chunk.seq, isLast: true,
            context: isChat ? stream.context.chat : stream.context.speech, into: &reading)
        apply(stream, chunk.speaker, isChat: isChat, into: &record)
    }
}
