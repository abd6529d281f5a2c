extension PythonRegex {
    /// Whether it finds something in a short folded text; nil where that takes too many steps. All ways through the
    /// regex are gone at once, as sets of places, so that no regex makes it try them one by one.
    func finds(in text: String) -> Bool? {
        let scalars = Array(text.unicodeScalars)
        guard scalars.count < Walk.longest else { return nil }
        var walk = Walk(scalars: scalars)
        let end = walk.advance(root, from: (UInt128(1) << UInt128(scalars.count + 1)) - 1)
        return walk.fuel > 0 ? end != 0 : nil
    }

    /// Moves sets of places, a bit for each, through a regex.
    private struct Walk {
        static let longest = 127

        let scalars: [Unicode.Scalar]
        var fuel = 100_000

        mutating func advance(_ node: Node, from places: UInt128) -> UInt128 {
            guard places != 0, fuel > 0 else { return 0 }
            fuel -= 1
            switch node {
            case .literal(let literal):
                return literal.reduce(places) { places, wanted in step(places) { $0 == wanted } }
            case .dot: return step(places) { _ in true }
            case .set(let set): return step(places) { set.contains($0) }
            case .shorthand(let letter): return step(places) { RegexClass.shorthand(letter, holds: $0) }
            case .assertion(let text): return filtered(places, text)
            case .sequence(let members):
                var places = places
                for member in members { places = advance(member, from: places) }
                return places
            case .alternatives(let members):
                var result: UInt128 = 0
                for member in members { result |= advance(member, from: places) }
                return result
            case .repeated(let member, let least, let most, _):
                var places = places
                for _ in 0..<least {
                    places = advance(member, from: places)
                    if places == 0 { return 0 }
                }
                var result = places
                for _ in 0..<((most ?? Self.longest) - least) {
                    places = advance(member, from: places)
                    guard result | places != result else { break }
                    result |= places
                }
                return result
            }
        }

        /// The places behind those whose scalar fits.
        private func step(_ places: UInt128, _ fits: (Unicode.Scalar) -> Bool) -> UInt128 {
            var result: UInt128 = 0
            for (index, scalar) in scalars.enumerated()
            where places >> UInt128(index) & 1 != 0 && fits(scalar) { result |= 1 << UInt128(index + 1) }
            return result
        }

        private func filtered(_ places: UInt128, _ assertion: String) -> UInt128 {
            switch assertion {
            case "^": return places & 1
            case "$", "\\z": return places & (1 << UInt128(scalars.count))
            default:
                var edges: UInt128 = 0
                for place in 0...scalars.count {
                    let before = place > 0 && RegexText.isWord(scalars[place - 1])
                    let after = place < scalars.count && RegexText.isWord(scalars[place])
                    if before != after { edges |= 1 << UInt128(place) }
                }
                return assertion == "\\b" ? places & edges : places & ~edges
            }
        }
    }
}
