internal import CGrams
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
        var candidates: [(literal: [UInt8], uses: [Use], grams: [LiteralTable.Gram])] = []
        // By gram: the literals that could be filed under it.
        var counts: [UInt64: Int] = [:]
        for (literal, all) in uses {
            let included = all.filter { isIncluded($0.leaf) }
            guard !included.isEmpty else { continue }
            let grams = Self.words(of: literal, included) + Self.grams(of: literal)
            // A key cannot tell a NUL from its end.
            guard !grams.isEmpty, !literal.contains(0) else {
                patterns.append((literal, included))
                continue
            }
            candidates.append((literal, included, grams))
            for gram in grams { counts[gram.key, default: 0] += 1 }
        }
        var filed = candidates.map { (literal: $0.literal, uses: $0.uses, gram: Self.rarest(of: $0.grams, counts)) }
        // ASCII first, so that its literals have the same numbers in both databases.
        func isASCII(_ literal: [UInt8]) -> Bool { literal.allSatisfy { $0 < 0x80 } }
        patterns.sort {
            let (left, right) = (isASCII($0.literal), isASCII($1.literal))
            return left != right ? left : $0.literal.lexicographicallyPrecedes($1.literal)
        }
        // Literals of one gram stand side by side, and the table need not sort them at every start.
        filed.sort {
            let (left, right) = (gram_hash($0.gram.key), gram_hash($1.gram.key))
            return left != right ? left < right : $0.literal.lexicographicallyPrecedes($1.literal)
        }
        var table = LiteralTable.Parts()
        table.grams = filed.map(\.gram)
        for (literal, uses) in patterns + filed.map({ ($0.literal, $0.uses) }) {
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

    /// The words of ASCII letters by which a literal may be found. None where a use lets it stand inside a longer word.
    private static func words(of literal: [UInt8], _ uses: [Use]) -> [LiteralTable.Gram] {
        func isLetter(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 }
        func isClosed(_ edge: WordEdge) -> Bool { edge != .free && edge != .hangul }
        var words: [LiteralTable.Gram] = []
        var offset = 0
        while offset < literal.count {
            guard isLetter(literal[offset]) else {
                offset += 1
                continue
            }
            let start = offset
            while offset < literal.count, isLetter(literal[offset]) { offset += 1 }
            guard start > 0 || uses.allSatisfy({ isClosed($0.start) }),
                offset < literal.count || uses.allSatisfy({ isClosed($0.end) })
            else { continue }
            words.append(LiteralTable.Gram(key: WordKey.key(literal[start..<offset]), offset: start))
        }
        return words
    }

    /// The grams of characters outside ASCII by which a literal may be found.
    private static func grams(of literal: [UInt8]) -> [LiteralTable.Gram] {
        literal.indices.compactMap { offset in
            guard literal[offset] >= 0xC0 else { return nil }
            let bytes = WordKey.key(literal[offset...])
            let length = gram_wide_length(bytes)
            guard offset + Int(length) <= literal.count else { return nil }
            return LiteralTable.Gram(key: gram_first(length, bytes), offset: offset)
        }
    }

    /// A gram that is no part of every text, of those the one that the fewest literals share, and of those the longest:
    /// each occurrence in a text is compared with all that are filed under it.
    private static func rarest(of grams: [LiteralTable.Gram], _ counts: [UInt64: Int]) -> LiteralTable.Gram {
        var best = grams[0]
        var bestRank = (Int.max, 0, 0)
        for gram in grams {
            let rank = (commonness(of: gram), counts[gram.key] ?? 0, gram.key.leadingZeroBitCount)
            if rank < bestRank { (best, bestRank) = (gram, rank) }
        }
        return best
    }

    /// 1 or more for a gram that many texts hold: a word that is common in some language or of one or two letters;
    /// characters that are no letters, or among the most frequent of Chinese.
    private static func commonness(of gram: LiteralTable.Gram) -> Int {
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: gram.key >> (8 * UInt64($0))) }.prefix { $0 != 0 }
        if bytes[0] < 0x80 { return bytes.count < 3 || CommonWords.contains(bytes) ? 1 : 0 }
        return String(decoding: bytes, as: UTF8.self).unicodeScalars.count {
            !$0.properties.isAlphabetic || frequentHan.contains($0)
        }
    }

    /// The sixty most frequent characters of modern Chinese by the list of Da Jun (2004), both ways to write them.
    private static let frequentHan = Set(
        "的一是不了在人有我他这這个個们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于於着著下自之年过過发發后後作里裡"
            .unicodeScalars)
}
