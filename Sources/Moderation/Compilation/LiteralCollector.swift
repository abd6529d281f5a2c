internal import ContentModel
internal import LanguageID
internal import PatternMatching
internal import TextViews
internal import UnicodeData

/// Gathers the literals of all views, each with the leaves that it serves.
struct LiteralCollector {
    private struct Use {
        var leaf: Int
        var start: WordEdge
        var end: WordEdge
        var views: ViewSet
        var repeats: [UInt16]
        var needsChange: Bool
    }

    private var uses: [[UInt8]: [Use]] = [:]

    mutating func add(_ form: PhraseForm, leaf: Int, edges: (WordEdge, WordEdge)) {
        let own = uses[form.literal, default: []]
        // A rule's phrases come one after the other, so an equal use stands near the end.
        let twin = own.lastIndex {
            $0.leaf == leaf && $0.start == edges.0 && $0.end == edges.1 && $0.repeats == form.repeats
                && $0.needsChange == form.needsChange
        }
        if let twin {
            uses[form.literal]?[twin].views.insert(form.view)
        } else {
            uses[form.literal, default: []].append(
                Use(
                    leaf: leaf, start: edges.0, end: edges.1, views: [form.view], repeats: form.repeats,
                    needsChange: form.needsChange))
        }
    }

    /// What a pattern database is made of, and of the literals of ASCII alone another; nil without literals.
    struct Sources {
        var all: PatternDatabase.Source?
        var ascii: PatternDatabase.Source?
    }

    /// The literals that serve some of the leaves. They stand in the order of their bytes, so that equal rule books
    /// make equal databases.
    func table(of isIncluded: (_ leaf: Int) -> Bool) -> (table: LiteralTable, sources: Sources) {
        var patterns: [(literal: [UInt8], uses: [Use])] = []
        var words: [(literal: [UInt8], uses: [Use], word: LiteralTable.Word)] = []
        var files: [(literal: [UInt8], uses: [Use], words: [Range<Int>])] = []
        // By word: the literals that could be filed under it.
        var counts: [UInt64: Int] = [:]
        for (literal, all) in uses {
            let included = all.filter { isIncluded($0.leaf) }
            guard !included.isEmpty else { continue }
            let candidates = Self.words(of: literal, included)
            guard !candidates.isEmpty else {
                patterns.append((literal, included))
                continue
            }
            files.append((literal, included, candidates))
            for word in candidates { counts[WordKey.key(literal[word]), default: 0] += 1 }
        }
        for (literal, uses, candidates) in files {
            words.append((literal, uses, Self.rarest(of: candidates, in: literal, counts)))
        }
        // ASCII first, so that its literals have the same numbers in both databases.
        func isASCII(_ literal: [UInt8]) -> Bool { literal.allSatisfy { $0 < 0x80 } }
        patterns.sort {
            let (left, right) = (isASCII($0.literal), isASCII($1.literal))
            return left != right ? left : $0.literal.lexicographicallyPrecedes($1.literal)
        }
        words.sort { $0.literal.lexicographicallyPrecedes($1.literal) }
        var table = LiteralTable.Parts()
        table.words = words.map(\.word)
        for (literal, uses) in patterns + words.map({ ($0.literal, $0.uses) }) {
            table.text += literal
            table.starts.append(UInt32(table.text.count))
            for use in uses {
                table.uses.append(
                    LiteralUse(
                        leaf: UInt32(use.leaf), startEdge: use.start.rawValue, endEdge: use.end.rawValue,
                        views: use.views, repeatCount: UInt16(use.repeats.count),
                        needsChange: use.needsChange ? 1 : 0, firstRepeat: UInt32(table.repeats.count)))
                table.repeats.append(contentsOf: use.repeats)
            }
            table.firstUse.append(UInt32(table.uses.count))
        }
        table.masks = MaskTable(of: table)
        let ascii = patterns.prefix { isASCII($0.literal) }
        let sources = Sources(
            all: patterns.isEmpty ? nil : .literals(patterns.map(\.literal)),
            ascii: ascii.isEmpty ? nil : .literals(ascii.map(\.literal)))
        table.databaseKey = sources.all?.key ?? ""
        table.asciiDatabaseKey = sources.ascii?.key ?? ""
        return (LiteralTable(table), sources)
    }

    /// The words by which a literal may be found: those that are not common in some language. None where it has none
    /// of three letters, unless a word is all of it, or where a use lets it stand inside a longer word.
    private static func words(of literal: [UInt8], _ uses: [Use]) -> [Range<Int>] {
        func isLetter(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 }
        func isClosed(_ edge: WordEdge) -> Bool { edge == .spaced || edge == .any }
        var words: [Range<Int>] = []
        var offset = 0
        while offset < literal.count {
            guard isLetter(literal[offset]) else {
                offset += 1
                continue
            }
            let start = offset
            while offset < literal.count, isLetter(literal[offset]) { offset += 1 }
            guard offset - start >= 3 || offset - start == literal.count,
                start > 0 || uses.allSatisfy({ isClosed($0.start) }),
                offset < literal.count || uses.allSatisfy({ isClosed($0.end) })
            else { continue }
            // Every post has common words; a phrase of them alone would be compared at each.
            guard offset - start == literal.count || !CommonWords.contains(literal[start..<offset]) else { continue }
            words.append(start..<offset)
        }
        return words
    }

    /// The word that the fewest literals share, and of those the longest: each occurrence in a text is compared with
    /// all that are filed under it.
    private static func rarest(
        of words: [Range<Int>], in literal: [UInt8], _ counts: [UInt64: Int]
    ) -> LiteralTable.Word {
        var best = words[0]
        var bestRank = (Int.max, 0)
        for word in words {
            let rank = (counts[WordKey.key(literal[word])] ?? 0, -word.count)
            if rank < bestRank { (best, bestRank) = (word, rank) }
        }
        return LiteralTable.Word(key: WordKey.key(literal[best]), offset: best.lowerBound)
    }
}
