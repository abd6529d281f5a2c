import TestSupport

/// A regex as a tree, and what it matches by definition: sets of places, without an engine. Slow, and for nothing but
/// being compared with.
indirect enum PlainRegex {
    case text(String)
    case oneOf(CharacterClass)
    /// `\b`, between an ASCII letter, digit or `_` and what is none.
    case edge
    case sequence([PlainRegex])
    case alternatives([PlainRegex])
    /// So many times, without an upper limit where `most` is nil.
    case repeated(PlainRegex, least: Int, most: Int?)

    /// A class, and some of its members.
    struct CharacterClass: Sendable {
        var source: String
        var samples: [String]
        var contains: @Sendable (Unicode.Scalar) -> Bool

        init(_ source: String, _ samples: [String], contains: @escaping @Sendable (Unicode.Scalar) -> Bool) {
            self.source = source
            self.samples = samples
            self.contains = contains
        }
    }

    /// The regex as it is written in a rule.
    var source: String {
        switch self {
        case .text(let text): text.replacing("$", with: "\\$")
        case .oneOf(let characters): characters.source
        case .edge: "\\b"
        case .sequence(let parts): parts.map(\.source).joined()
        case .alternatives(let parts): "(\(parts.map(\.source).joined(separator: "|")))"
        case .repeated(let part, let least, let most):
            switch (least, most) {
            case (0, 1): "(\(part.source))?"
            case (0, nil): "(\(part.source))*"
            case (1, nil): "(\(part.source))+"
            default: "(\(part.source)){\(least)\(most == least ? "" : ",\(most.map(String.init) ?? "")")}"
            }
        }
    }

    /// Where matches of 1 to 128 code points stand, UTF-8 byte offsets, by their start and then their end.
    func matches(in text: String) -> [Range<Int>] {
        let scalars = Array(text.unicodeScalars)
        let offsets = scalars.reduce(into: [0]) { $0.append($0[$0.count - 1] + String($1).utf8.count) }
        return scalars.indices.flatMap { start in
            ends(from: [start], in: scalars).filter { 1...128 ~= $0 - start }.sorted().map {
                offsets[start]..<offsets[$0]
            }
        }
    }

    /// Where matches end that start at some places.
    private func ends(from starts: Set<Int>, in text: [Unicode.Scalar]) -> Set<Int> {
        switch self {
        case .text(let piece):
            let piece = Array(piece.unicodeScalars)
            return Set(starts.filter { text[$0...].starts(with: piece) }.map { $0 + piece.count })
        case .oneOf(let characters):
            return Set(starts.filter { $0 < text.count && characters.contains(text[$0]) }.map { $0 + 1 })
        case .edge:
            func isWord(_ place: Int) -> Bool { text.indices.contains(place) && text[place].isASCIIWord }
            return starts.filter { isWord($0 - 1) != isWord($0) }
        case .sequence(let parts):
            return parts.reduce(starts) { $1.ends(from: $0, in: text) }
        case .alternatives(let parts):
            return parts.reduce(into: []) { $0.formUnion($1.ends(from: starts, in: text)) }
        case .repeated(let part, let least, let most):
            var reached = starts
            for _ in 0..<least { reached = part.ends(from: reached, in: text) }
            var (last, all) = (reached, reached)
            var times = least
            while times < most ?? .max, !last.isEmpty {
                last = part.ends(from: last, in: text).subtracting(all)
                all.formUnion(last)
                times += 1
            }
            return all
        }
    }

    /// A text that it may match; an edge may keep it from that.
    func sample(_ random: inout SeededRandom) -> String {
        switch self {
        case .text(let text): return text
        case .oneOf(let characters): return characters.samples.randomElement(using: &random)!
        case .edge: return ""
        case .sequence(let parts):
            var text = ""
            for part in parts { text += part.sample(&random) }
            return text
        case .alternatives(let parts): return parts.randomElement(using: &random)!.sample(&random)
        case .repeated(let part, let least, let most):
            var text = ""
            for _ in 0..<Int.random(in: least...(most ?? 3), using: &random) { text += part.sample(&random) }
            return text
        }
    }
}

extension Unicode.Scalar {
    /// What `\w` holds.
    var isASCIIWord: Bool { self == "_" || isASCII && (properties.isAlphabetic || properties.numericType != nil) }
}
