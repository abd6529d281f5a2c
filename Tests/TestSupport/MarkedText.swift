/// A text in which ⟦ and ⟧ mark the spans that are expected: `buy my ⟦w e i x i n⟧ now`.
public struct MarkedText: Sendable {
    public let text: String
    /// UTF-8 byte offsets into ``text``.
    public let spans: [Range<Int>]

    public init(_ marked: String) {
        var text = ""
        var spans: [Range<Int>] = []
        var start: Int?
        // Scalars, because a mark behind ⟧ would join it to one character.
        for scalar in marked.unicodeScalars {
            switch scalar {
            case "⟦": start = text.utf8.count
            case "⟧":
                spans.append((start ?? 0)..<text.utf8.count)
                start = nil
            default: text.unicodeScalars.append(scalar)
            }
        }
        self.text = text
        self.spans = spans
    }
}
