internal import UnicodeData

/// Words with two neighbours swapped or one letter missing. The first letter stays, which readers rely on.
enum Typos {
    /// Letters of a word with a slip; shorter ones are other words too often.
    static let shortestWord = 5

    /// A folded phrase with a typo in one of its words.
    static func of(_ phrase: [UInt8]) -> [[UInt8]] {
        let words = String(decoding: phrase, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
        var result: Set<[UInt8]> = []
        for (place, word) in words.enumerated() where word.count >= shortestWord && isAlphabetic(word) {
            for typo in typos(of: Array(word)) {
                var variant = words
                variant[place] = Substring(typo)
                result.insert(Array(variant.joined(separator: " ").utf8))
            }
        }
        result.remove(phrase)
        return result.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private static func isAlphabetic(_ word: Substring) -> Bool {
        word.unicodeScalars.allSatisfy { scalar in
            let character = CharacterClass(of: scalar.value)
            return character.isWord && character.kind != .digit && !character.script.isUnspaced
        }
    }

    private static func typos(of word: [Character]) -> [String] {
        var result: [String] = []
        for index in 1..<word.count {
            if word.count > shortestWord { result.append(String(word[..<index] + word[(index + 1)...])) }
            guard index + 1 < word.count, word[index] != word[index + 1] else { continue }
            var swapped = word
            swapped.swapAt(index, index + 1)
            result.append(String(swapped))
        }
        return result
    }
}
