internal import ContentModel
internal import PatternMatching
internal import UnicodeData

/// A match of a regex that is longer than the reach. Of the matches that end in one place the matcher names the longest:
/// who says a word often enough would hide all shorter ones behind it.
struct LongMatch {
    /// The regex's place in its database, and as it is written.
    let pattern: UInt32
    let source: String
    let span: TextSpan

    /// The most of them that are looked into in a scan of one text.
    static let most = 256

    /// The leftmost match of the same regex that ends in the same place and is within the reach; nil without one.
    ///
    /// It goes by what stands within the reach, one code point before it and one behind: a text that is seen in parts says
    /// the same.
    func shortened(
        in text: Span<UInt8>, _ database: PatternDatabase, by scanner: inout PatternScanner
    ) -> TextSpan? {
        let end = span.end
        let first = UTF8Scalar.place(text, before: end, by: Compiler.reach)
        let context = UTF8Scalar.place(text, before: first, by: 1)
        let behind = end < text.count ? end + UTF8Scalar.length(lead: text[end]) : end
        // What begins a scan stands behind nothing there: that is no match where the regex asks what stands before.
        let asksBefore = asksForBeginning || source.contains("\\b") || source.contains("\\B")
        for from in [context, first, edge(behind: first, in: text)] where from < end {
            guard scanner.scan(text.extracting(from..<behind), with: database) == .complete else { return nil }
            for index in 0..<scanner.matchCount where scanner[index].pattern == pattern {
                let shorter = TextSpan(start: from + Int(scanner[index].start), end: from + Int(scanner[index].end))
                guard shorter.end == end, shorter.start >= first, shorter.count > 0 else { continue }
                if shorter.start > from || !asksBefore || isEdge(from, in: text) { return shorter }
            }
        }
        return nil
    }

    /// The next place behind what is neither letter nor digit of ASCII.
    private func edge(behind start: Int, in text: Span<UInt8>) -> Int {
        var place = start
        repeat {
            place += UTF8Scalar.length(lead: text[place])
        } while place < span.end && !isEdge(place, in: text)
        return place
    }

    /// Whether nothing changes for `\b` in a place where all that stands before it is left out.
    private func isEdge(_ place: Int, in text: Span<UInt8>) -> Bool {
        !asksForBeginning && !(GramTable.isWord(text[place - 1]) || text[place - 1] == 0x5F)
    }

    /// Whether the regex asks for a text's beginning; a class of what it does not hold, `[^a]`, does not.
    private var asksForBeginning: Bool { source.replacing("[^", with: "[").contains("^") || source.contains("\\A") }
}
