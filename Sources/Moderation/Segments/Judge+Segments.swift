public import ContentModel
internal import RuleBook
internal import TextViews
internal import UnicodeData

/// Judging a text that goes on.
///
/// **The law:** the evidence of all readings of a segment together is what ``Judge/judge(_:into:)`` finds in the
/// segment as one text. Two looks, as with posts: the first asks whether the new text, with as much of the old as a
/// word may span, brings a word that some rule cannot do without; nearly all chunks are done with that. The second
/// judges the whole tail as a post, and compares what it finds with what was said before.
///
/// A finding is final when each of its words lies before the place from which on a longer one could begin
/// (`TextViews.stableEnd` less the rule's longest pattern), and no word that could clear it or stand nearer can come
/// any more. Until then it is pending.
///
/// Outside the law are rules with `languages`, which judge by the tail's languages, places beyond the sixteenth of a
/// rule, and regexes without a limit of length.
extension Judge {
    /// Judges what a chunk adds to a segment.
    ///
    /// - Parameters:
    ///   - segment: The text so far, which becomes the text with the chunk.
    ///   - chunk: Valid UTF-8; may be empty.
    ///   - seq: The chunk's number in its stream, by which evidence names it.
    ///   - isLast: Whether the segment ends with the chunk, so that nothing stays pending.
    ///   - context: A post whose markets, author and signals count; its fields do not.
    public mutating func extend(
        _ segment: inout Segment, by chunk: Span<UInt8>, seq: Int, isLast: Bool, context: Post,
        into reading: inout SegmentReading
    ) {
        segment.append(chunk, seq: seq)
        look(at: &segment, isLast: isLast, context, into: &reading)
    }

    /// Judges a segment anew, one of whose chunks is put in other words.
    ///
    /// - Returns: False when the chunk was said too long ago: nothing is judged then.
    public mutating func revise(
        _ segment: inout Segment, _ seq: Int, to chunk: Span<UInt8>, seq new: Int, isLast: Bool, context: Post,
        into reading: inout SegmentReading
    ) -> Bool {
        guard segment.replace(seq, by: chunk, seq: new) else { return false }
        look(at: &segment, isLast: isLast, context, isRevision: true, into: &reading)
        return true
    }

    /// What every market answers to text in which nothing is found.
    public mutating func allowing(_ markets: [Market]?) -> [MarketVerdict] {
        selection.select(markets)
        return selection.allowing
    }

    /// Judges messages that were written one by one as if they were one text.
    ///
    /// - Parameters:
    ///   - messages: In the order of time, the newest last; of one author, or evidence must be of several.
    ///   - separator: What stands between two of them.
    ///   - weight: What evidence weighs that only the joined text shows, 0...1.
    public mutating func judgeJoined(
        _ messages: [(seq: Int, author: String, text: [UInt8])], separator: [UInt8], weight: Double, context: Post,
        into reading: inout SegmentReading
    ) {
        reading.removeAll()
        selection.select(context.markets)
        var segment = Segment()
        segment.isBegun = true
        for (index, message) in messages.enumerated() {
            if index > 0 { segment.append(separator.span, seq: Self.noChunk) }
            segment.append(message.text.span, seq: message.seq)
        }
        guard let newest = messages.last else { return }
        let isCrowd = messages.contains { $0.author != newest.author }
        let others = Set(
            messages.filter { $0.seq != newest.seq && ($0.author != newest.author || !isCrowd) }.map(\.seq))
        let plan = ruleSet.growth
        guard hear(&segment, plan) > 0 else {
            begin(&reading)
            return
        }
        judgeTail(
            &segment, from: 0, plan, isLast: true, context, asksConditions: false, isRevision: false,
            joined: Join(newest: newest.seq, others: others, weight: weight), into: &reading)
    }

    /// A piece of a segment that no chunk said.
    static let noChunk = -1

    /// What counts of joined messages: words of the newest one and of another, weighed less.
    struct Join {
        var newest: Int
        /// Messages of which one must take part: those of other authors, where there are several.
        var others: Set<Int>
        var weight: Double

        func count(_ report: Segment.Report) -> Segment.Report? {
            var report = report
            report.evidence.parts.removeAll { $0.seq == noChunk }
            guard report.evidence.parts.contains(where: { $0.seq == newest }),
                report.evidence.parts.contains(where: { others.contains($0.seq) })
            else { return nil }
            report.weight *= weight
            report.evidence.evidence.confidence *= weight
            report.evidence.isJoined = true
            return report
        }
    }

    mutating func begin(_ reading: inout SegmentReading) {
        begin(&reading.verdict)
        begin(&reading.pendingVerdict)
        begin(&reading.withdrawnVerdict)
    }

    private mutating func look(
        at segment: inout Segment, isLast: Bool, _ context: Post, isRevision: Bool = false,
        into reading: inout SegmentReading
    ) {
        reading.removeAll()
        selection.select(context.markets)
        let plan = ruleSet.growth
        // A part of a rule whose words may stand anywhere is to be noticed when it comes.
        matcher.partSuffices = plan.isWide
        defer { matcher.partSuffices = [] }
        let known = segment.stable
        let needed = hear(&segment, plan)
        let asksConditions = !segment.isBegun && !ruleSet.rulesWithoutMatch.isEmpty
        segment.isBegun = true
        if needed == 0, !asksConditions, !isRevision, !segment.hasPending {
            begin(&reading)
        } else {
            let from = isRevision ? 0 : firstPlace(in: segment, plan, known: known, needed: needed)
            judgeTail(
                &segment, from: from, plan, isLast: isLast, context, asksConditions: asksConditions,
                isRevision: isRevision, joined: nil, into: &reading)
        }
        segment.trim(to: plan.memory)
    }
}
