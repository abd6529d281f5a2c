internal import CGrams
internal import ContentModel
internal import LanguageID
internal import PatternMatching
internal import TextViews

/// Gathers the literals of all views, each with the leaves that it serves.
struct LiteralCollector {
    private struct Use {
        var leaf: UInt32
        var start: WordEdge
        var end: WordEdge
        var views: ViewSet
        var repeats: [UInt16]
        var needsChange: Bool
        var role: LiteralUse.Role
    }

    private var uses: [[UInt8]: [Use]] = [:]

    /// A literal of the prefilter of a leaf's regex.
    mutating func add(_ literal: RegexLiterals.Literal, leaf: UInt32, needsDigit: Bool) {
        for view in [View.folded, .digits] {
            add(
                PhraseForm(literal: literal.bytes, view: view), leaf: leaf,
                edges: (literal.isClosedBefore ? .spaced : .free, literal.isClosedBehind ? .spaced : .free),
                role: needsDigit ? .prefilterWithDigit : .prefilter)
        }
    }

    mutating func add(_ form: PhraseForm, leaf: UInt32, edges: (WordEdge, WordEdge), role: LiteralUse.Role = .hit) {
        let own = uses[form.literal, default: []]
        // A rule's phrases come one after the other, so an equal use stands near the end.
        let twin = own.lastIndex {
            $0.leaf == leaf && $0.start == edges.0 && $0.end == edges.1 && $0.repeats == form.repeats
                && $0.needsChange == form.needsChange && $0.role == role
        }
        if let twin {
            uses[form.literal]?[twin].views.insert(form.view)
        } else {
            uses[form.literal, default: []].append(
                Use(
                    leaf: leaf, start: edges.0, end: edges.1, views: [form.view], repeats: form.repeats,
                    needsChange: form.needsChange, role: role))
        }
    }

    /// The literals that serve the anchors, or those that serve the other leaves; and the pattern database of those
    /// without a gram, nil where all have one. They stand in the order of their bytes, so that equal rule books make equal
    /// databases.
    func table(
        of anchors: Anchors, areIncluded: Bool
    ) -> (table: LiteralTable, source: PatternDatabase.Source?) {
        var patterns: [(literal: [UInt8], uses: [Use])] = []
        var candidates: [(literal: [UInt8], uses: [Use], grams: [LiteralTable.Gram])] = []
        // By gram: the literals that could be filed under it.
        var counts: [UInt64: Int] = [:]
        for (literal, all) in uses {
            var included = all.filter { anchors.contains(Int($0.leaf)) == areIncluded }
            guard !included.isEmpty else { continue }
            if areIncluded {
                for index in included.indices
                where included[index].role == .hit && !anchors.isLeading(Int(included[index].leaf)) {
                    included[index].role = .besideHit
                }
                included = included.filter { $0.role != .besideHit } + included.filter { $0.role == .besideHit }
            }
            let grams = GramTable.grams(
                of: literal,
                isClosed: (included.allSatisfy { $0.start.isClosed }, included.allSatisfy { $0.end.isClosed }))
            // A key cannot tell a NUL from its end.
            guard !grams.isEmpty, !literal.contains(0) else {
                patterns.append((literal, included))
                continue
            }
            candidates.append((literal, included, grams))
            for gram in grams { counts[gram.key, default: 0] += 1 }
        }
        var filed = candidates.map {
            (literal: $0.literal, uses: $0.uses, gram: Self.rarest(of: $0.grams, in: $0.literal, counts))
        }
        patterns.sort { $0.literal.lexicographicallyPrecedes($1.literal) }
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
                        leaf: use.leaf, startEdge: use.start.rawValue, endEdge: use.end.rawValue,
                        views: use.views, repeatCount: UInt16(use.repeats.count),
                        needsChange: use.needsChange ? 1 : 0, role: use.role.rawValue,
                        firstRepeat: UInt32(table.repeats.count)))
                table.repeats.append(contentsOf: use.repeats)
            }
            table.firstUse.append(UInt32(table.uses.count))
        }
        table.masks = MaskTable(of: table)
        let source: PatternDatabase.Source? = patterns.isEmpty ? nil : .literals(patterns.map(\.literal))
        table.databaseKey = source?.key ?? ""
        return (LiteralTable(table), source)
    }

    /// A gram that is no part of every text, of those the one that the fewest literals share, and of those the longest:
    /// each occurrence in a text is compared with all that are filed under it.
    private static func rarest(
        of grams: [LiteralTable.Gram], in literal: [UInt8], _ counts: [UInt64: Int]
    ) -> LiteralTable.Gram {
        var best = grams[0]
        var bestRank = (Int.max, 0, 0)
        for gram in grams {
            let rank = (commonness(of: gram, in: literal), counts[gram.key] ?? 0, gram.key.leadingZeroBitCount)
            if rank < bestRank { (best, bestRank) = (gram, rank) }
        }
        return best
    }

    /// 1 or more for a gram that many texts hold: a word that is common in some language, is short or has no letters;
    /// characters that are no letters, or among the most frequent of Chinese. More where the literal goes on too little
    /// for ``GramTable`` to tell by what stands beside the gram, and for a single character.
    private static func commonness(of gram: LiteralTable.Gram, in literal: [UInt8]) -> Int {
        let bytes = literal[Int(gram.offset)...].prefix(gram.length)
        var commonness: Int
        if GramTable.isWord(bytes[bytes.startIndex]) {
            let isShort = bytes.count < 3 || bytes.allSatisfy { $0 < 0x61 }
            commonness = isShort || CommonWords.contains(bytes) ? 1 : 0
        } else {
            let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
            guard scalars.count > 1 else { return 8 }
            commonness = scalars.count { !$0.properties.isAlphabetic || frequentHan.contains($0) }
        }
        if commonness > 0, bytes.startIndex < 3, literal.count - bytes.endIndex < 3 { commonness += 1 }
        return commonness
    }

    /// The sixty most frequent characters of modern Chinese by the list of Da Jun (2004), both ways to write them.
    private static let frequentHan = Set(
        "的一是不了在人有我他这這个個们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于於着著下自之年过過发發后後作里裡"
            .unicodeScalars)
}

extension WordEdge {
    /// Whether letters and digits of ASCII do not go on here.
    fileprivate var isClosed: Bool { self != .free && self != .hangul }
}
