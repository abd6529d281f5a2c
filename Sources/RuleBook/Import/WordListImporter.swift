internal import ContentModel

/// Reads lists of one term a line: plain dictionaries, and those of segmenters with a frequency behind each term.
enum WordListImporter {
    static func read(_ text: String, into draft: inout ImportDraft) {
        let shape = Shape(of: text)
        var terms: [String] = []
        var seen = TermSet()
        var number = 0
        for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            let line = trimmed(line)
            guard let first = line.first, first != 0x23 else { continue }
            draft.counts.entries += 1
            let place = draft.location(number)
            let cut = shape.term(of: line)
            if cut.count < line.count {
                draft.noteOnce(
                    place, String(Substring(line)),
                    "only the term of each line is carried over, not what stands behind it")
            }
            guard let term = draft.term(Substring(cut), at: place) else { continue }
            guard seen.insert(term) else {
                draft.counts.duplicates += 1
                continue
            }
            draft.counts.entriesCarried += 1
            terms.append(term)
        }
        draft.title = "Imported words" + (draft.language.map { " (\($0.rawValue))" } ?? "")
        guard !terms.isEmpty else { return }
        draft.rules.append(
            DraftRule(
                id: draft.id(from: draft.language.map { "words-\($0.rawValue)" } ?? "words", else: "words"),
                category: draft.category ?? Category(rawValue: "profanity"), severity: .medium, confidence: 0.6,
                match: .phrases(terms, boundary: .auto)))
    }

    /// Without blanks, tabs and carriage returns at either end.
    private static func trimmed(_ line: Substring.UTF8View) -> Substring.UTF8View {
        var line = line
        while let last = line.last, last == 0x20 || last == 0x09 || last == 0x0D { line.removeLast() }
        while let first = line.first, first == 0x20 || first == 0x09 { line.removeFirst() }
        return line
    }

    /// How a line's term ends.
    private struct Shape {
        /// A comma and a number follow most terms, or a blank, a number and perhaps a part of speech.
        private var separator: UInt8?

        init(of text: String) {
            var lines = 0
            var commas = 0
            var blanks = 0
            for line in text.utf8.split(separator: 0x0A, maxSplits: 1000).prefix(1000) {
                let line = trimmed(line)
                guard let first = line.first, first != 0x23 else { continue }
                lines += 1
                if Self.weight(of: line, after: 0x2C) != nil { commas += 1 }
                if Self.weight(of: line, after: 0x20) != nil { blanks += 1 }
            }
            if commas * 2 > lines { separator = 0x2C } else if blanks * 2 > lines { separator = 0x20 }
        }

        func term(of line: Substring.UTF8View) -> Substring.UTF8View {
            if let tab = line.firstIndex(of: 0x09) { return line[..<tab] }
            guard let separator, let end = Self.weight(of: line, after: separator) else { return line }
            return line[..<end]
        }

        /// Where the separator in front of a number stands, when the line ends with one; `一号 123 n` does too.
        private static func weight(of line: Substring.UTF8View, after separator: UInt8) -> Substring.UTF8View.Index? {
            guard let place = line.lastIndex(of: separator), place > line.startIndex else { return nil }
            let tail = line[line.index(after: place)...]
            let number = tail.drop { $0 == 0x20 }
            if isNumber(number) { return place }
            guard separator == 0x20, tail.allSatisfy({ (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) }),
                tail.count <= 5
            else { return nil }
            let rest = line[..<place]
            guard let before = rest.lastIndex(of: separator), before > rest.startIndex,
                isNumber(rest[rest.index(after: before)...])
            else { return nil }
            return before
        }

        private static func isNumber(_ text: Substring.UTF8View) -> Bool {
            !text.isEmpty && text.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2D }
        }
    }
}
