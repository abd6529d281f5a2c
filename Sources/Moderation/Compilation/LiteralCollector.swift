internal import PatternMatching
internal import TextViews
internal import UnicodeData

/// Gathers the literals of one view, each with the leaves that it serves.
struct LiteralCollector {
    private var uses: [[UInt8]: [(leaf: Int, start: WordEdge, end: WordEdge, repeats: [UInt16])]] = [:]
    private var sorted: (patterns: [[UInt8]], words: [[UInt8]])?

    mutating func add(_ literal: [UInt8], leaf: Int, edges: (WordEdge, WordEdge), repeats: [UInt16] = []) {
        uses[literal, default: []].append((leaf, edges.0, edges.1, repeats))
        sorted = nil
    }

    /// The literals in the order of their bytes, so that equal rule books make equal databases; short words apart, if
    /// every use of them asks for a word's edges.
    private mutating func literals() -> (patterns: [[UInt8]], words: [[UInt8]]) {
        if let sorted { return sorted }
        let all = uses.keys.sorted { $0.lexicographicallyPrecedes($1) }
        let uses = uses
        let isWord = { (literal: [UInt8]) in
            WordTable.key(literal) != nil
                && uses[literal]?.allSatisfy { $0.start == .spaced && $0.end == .spaced } == true
        }
        let result = (patterns: all.filter { !isWord($0) }, words: all.filter(isWord))
        sorted = result
        return result
    }

    /// What the pattern database is made of; nil without literals.
    mutating func source() -> PatternDatabase.Source? {
        let patterns = literals().patterns
        return patterns.isEmpty ? nil : .literals(patterns)
    }

    mutating func table() -> LiteralTable {
        var table = LiteralTable()
        let (patterns, words) = literals()
        table.words = words.compactMap(WordTable.key)
        for literal in patterns + words {
            table.lengths.append(UInt32(literal.count))
            for use in uses[literal] ?? [] {
                table.uses.append(
                    LiteralUse(
                        leaf: UInt32(use.leaf), startEdge: use.start.rawValue, endEdge: use.end.rawValue,
                        repeatCount: UInt16(use.repeats.count), firstRepeat: UInt32(table.repeats.count)))
                table.repeats.append(contentsOf: use.repeats)
            }
            table.firstUse.append(UInt32(table.uses.count))
        }
        return table
    }
}

/// The forms that a phrase can take in the deobfuscated view, where three or more equal letters have become one.
///
/// "cool" may be written "coool", which the view shows as "col"; so the phrase is also looked for as "col", but only
/// where that "o" stands for a run. Without the demand, "as" would be found as "ass".
enum RepeatVariants {
    /// Doubled letters that get variants; every one doubles their number.
    private static let mostDoubles = 3

    static func of(_ view: ViewText, rewritten: Bool) -> [(literal: [UInt8], repeats: [UInt16])] {
        let bytes = Array(view.storage[0..<view.count])
        // Runs in the phrase itself ("哈哈哈") ask for a run in the text.
        var required: [UInt16] = []
        if rewritten {
            for edit in view.edits where edit.isRepeat { required.append(UInt16(edit.result)) }
        }
        var variants: [(literal: [UInt8], repeats: [UInt16])] = [(bytes, required)]
        var doubles = 0
        var offset = 0
        while offset < bytes.count, doubles < mostDoubles {
            let length = scalarLength(bytes[offset])
            let next = offset + length
            guard next + length <= bytes.count, bytes[offset..<next] == bytes[next..<next + length],
                isLetter(bytes, offset)
            else {
                offset = next
                continue
            }
            doubles += 1
            for variant in variants {
                // Variants grow shorter from the front, so places are counted from the end.
                let place = variant.literal.count - (bytes.count - offset)
                var literal = variant.literal
                literal.removeSubrange(place..<place + length)
                let moved = variant.repeats.map { $0 > UInt16(place) ? $0 - UInt16(length) : $0 }
                variants.append((literal, (moved + [UInt16(place)]).sorted()))
            }
            offset = next + length
        }
        return variants
    }

    private static func scalarLength(_ byte: UInt8) -> Int { byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4 }

    private static func isLetter(_ bytes: [UInt8], _ offset: Int) -> Bool {
        let end = offset + scalarLength(bytes[offset])
        return String(decoding: bytes[offset..<end], as: UTF8.self).unicodeScalars.first?.properties.isAlphabetic
            ?? false
    }
}
