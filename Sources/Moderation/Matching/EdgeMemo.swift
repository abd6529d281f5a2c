internal import ContentModel
internal import TextViews

/// Whether a match's edges meet a use's demands, remembered from use to use.
struct EdgeMemo {
    private var lastStart: UInt8?
    private var lastEnd: UInt8?
    private var isAllowed = false

    mutating func allow(
        _ use: LiteralUse, _ span: TextSpan, _ text: Span<UInt8>, _ views: borrowing TextViews, _ view: View
    ) -> Bool {
        if use.startEdge == lastStart, use.endEdge == lastEnd { return isAllowed }
        (lastStart, lastEnd) = (use.startEdge, use.endEdge)
        let start = WordEdge(rawValue: use.startEdge) ?? .any
        let end = WordEdge(rawValue: use.endEdge) ?? .any
        let original = views.look(at: view) { $0.source(of: span) }
        isAllowed = start.allows(before: original.start, in: text) && end.allows(after: original.end, in: text)
        if isAllowed, view != .folded {
            // Inside "p u s h i t" the original has blanks at every edge; the joined word has not.
            let seen = views.bytes(of: view)
            isAllowed = start.allows(before: span.start, in: seen) && end.allows(after: span.end, in: seen)
        }
        return isAllowed
    }
}
