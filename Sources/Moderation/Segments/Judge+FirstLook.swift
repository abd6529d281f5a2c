internal import ContentModel
internal import TextViews
internal import UnicodeData

/// The first look at a text that goes on: whether what is new brings a word that a rule cannot do without.
extension Judge {
    /// Looks whether the new text, with as much of the old as a word may span, has a word of a rule that may hold.
    ///
    /// - Returns: How much of the text such rules look at, code points; 0 where there is none.
    mutating func hear(_ segment: inout Segment, _ plan: GrowthPlan) -> Int {
        let known = segment.stable - segment.start
        matcher.begin()
        guard let (from, stable, wordStart) = seeEnd(of: segment, plan) else { return plan.memory }
        noteAnchors(&segment, plan)
        for anchor in segment.anchors { matcher.assumeAnchor(Int(anchor.leaf)) }
        // However long the new text is, its beginning may complete what came before; what comes behind it no more.
        segment.anchors.removeAll { $0.until < segment.codePoints }
        matcher.findCandidates(isWhole: false)
        (segment.stable, segment.wordStart) = (stable, wordStart)
        guard matcher.failure == nil else { return plan.memory }
        guard !matcher.candidates.isEmpty else { return 0 }
        // What came up before may be completed by words that nobody looks for at first; without one nothing is new.
        let text = segment.tail.span.extracting(from..<segment.tail.count)
        matcher.collect(text, seenAs: views, field: 0)
        if matcher.mayWantRegexes { matcher.collectRegexes(text, seenAs: views, field: 0) }
        var sight = 0
        for hit in matcher.hits where from + hit.original.end > known && plan.isPart[Int(hit.leaf)] {
            sight = max(sight, plan.sight[Int(ruleSet.program.ruleOfLeaf[Int(hit.leaf)])])
        }
        return sight
    }

    /// Where the second look begins in the tail: far enough back for rules that need so many code points, and for what
    /// is pending.
    ///
    /// - Parameter known: The place of the segment up to which nothing is new.
    func firstPlace(in segment: Segment, _ plan: GrowthPlan, known: Int, needed: Int) -> Int {
        let tail = segment.tail.span
        var first = TextViews.place(before: known - segment.start, by: needed, in: tail)
        for report in segment.reports where !report.isFinal {
            let sight = plan.places[report.evidence.evidence.rule].map { plan.sight[$0] } ?? plan.memory
            let place = TextViews.place(before: max(0, report.hull.start - segment.start), by: sight, in: tail)
            first = min(first, place)
        }
        for watch in segment.watches {
            let place = TextViews.place(
                before: max(0, watch.place - segment.start), by: plan.sight[watch.rule], in: tail)
            first = min(first, place)
        }
        return first
    }

    /// Sees the end of the text and notes its anchors.
    ///
    /// - Returns: Where in the tail the look began; and of the segment the place before which views no longer change,
    ///   and the one behind which words begin that what comes may complete. Nil when the text cannot be seen.
    private mutating func seeEnd(
        of segment: Segment, _ plan: GrowthPlan
    ) -> (from: Int, stable: Int, wordStart: Int)? {
        let known = segment.tail.span
        let from = TextViews.independentStart(before: segment.wordStart - segment.start, in: known)
        let text = known.extracting(from..<known.count)
        guard views.see(text) else { return nil }
        matcher.findAnchors(text, seenAs: views, field: 0, isAlone: false)
        let stable = views.stableEnd()
        var wordStart = views.wordStart(before: stable, codePoints: plan.longestAnchor, han: plan.mostHan)
        if stable - wordStart > Compiler.reach {
            wordStart = max(wordStart, TextViews.place(before: stable, by: Compiler.reach, in: text))
        }
        return (from, segment.start + from + stable, segment.start + from + wordStart)
    }

    /// Keeps the anchors that were found, as long as words beside them may complete what their rules look for.
    private func noteAnchors(_ segment: inout Segment, _ plan: GrowthPlan) {
        for leaf in matcher.notedAnchors {
            let rule = Int(ruleSet.program.ruleOfLeaf[leaf])
            let anchor = Segment.Anchor(leaf: UInt32(leaf), until: segment.codePoints + plan.extent[rule])
            if let known = segment.anchors.firstIndex(where: { $0.leaf == anchor.leaf }) {
                segment.anchors[known] = anchor
            } else {
                segment.anchors.append(anchor)
            }
        }
    }
}
