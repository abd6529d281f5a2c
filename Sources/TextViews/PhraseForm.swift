public import ContentModel
internal import UnicodeData

/// One way in which a phrase is looked for: the bytes that a view would show of it.
public struct PhraseForm: Sendable {
    public var literal: [UInt8]
    public var view: View
    /// Places, in bytes, of letters that must stand for a run of three or more in the text.
    public var repeats: [UInt16] = []
    /// Whether it counts only where a letter was written by something that looks like it, or something between
    /// letters was left out.
    public var needsChange = false
    /// Whether the text may have letters of no script beside it.
    public var isWholeWord = false
}

extension TextViews {
    /// The forms of a phrase for each of the views that a rule looks in. A phrase goes through the same transforms as
    /// texts, so that it may itself be written in any form.
    ///
    /// - Returns: nil when nothing is left of the phrase once it is folded, or ICU refuses it.
    public mutating func forms(of phrase: [UInt8], for wanted: ViewSet) -> [PhraseForm]? {
        guard see(phrase.span), folded.count > 0 else { return nil }
        let literal = text(of: .folded)
        var forms: [PhraseForm] = []
        if wanted.contains(.folded) { forms.append(PhraseForm(literal: literal, view: .folded)) }
        // A single letter has nothing between its letters, and its disguises are other words (幹 and 干).
        guard UTF8Scalar.count(literal.span, from: 0, to: literal.count) > 1 else { return forms }
        if wanted.contains(.deobfuscated) { forms += deobfuscatedForms(literal) }
        if wanted.contains(.digits) { forms.append(PhraseForm(literal: text(of: .digits), view: .digits)) }
        if wanted.contains(.unmarked) {
            let plain = text(of: .unmarked)
            forms.append(PhraseForm(literal: plain, view: .unmarked))
            if plain.contains(0x20) {
                forms.append(PhraseForm(literal: Self.glued(plain), view: .unmarked, needsChange: true))
            }
        }
        if wanted.contains(.phonetic) { forms += phoneticForms() }
        if wanted.contains(.typo) { forms += Typos.of(literal).map { PhraseForm(literal: $0, view: .typo) } }
        return forms
    }

    private func text(of view: View) -> [UInt8] {
        // A view that is not there is the same as the deobfuscated one, if that is there.
        let shown =
            present.contains(view)
            ? self[view] : present.contains(.deobfuscated) && view != .folded ? deobfuscated : folded
        return Array(shown.storage[..<shown.count])
    }

    // MARK: - What hides letters

    private func deobfuscatedForms(_ literal: [UInt8]) -> [PhraseForm] {
        let shown = present.contains(.deobfuscated) ? deobfuscated : folded
        let bytes = Array(shown.storage[..<shown.count])
        var forms = RepeatVariants.of(shown).map {
            PhraseForm(literal: $0.literal, view: .deobfuscated, repeats: $0.repeats)
        }
        // Forms that count only in hidden words: as Latin letters would write it among others, without the marks that
        // others take with them, and without the blanks that letters set apart lose.
        var hidden = [bytes]
        if let alike = lookAlikes(of: bytes) { hidden.append(alike) }
        let plain = unmarked(bytes)
        if plain != bytes { hidden.append(plain) }
        hidden += hidden.filter { $0.contains(0x20) }.map(Self.glued)
        for literal in plain == bytes ? [bytes] : [bytes, plain] {
            forms.append(PhraseForm(literal: literal, view: .masked))
        }
        for literal in hidden.dropFirst() {
            forms.append(PhraseForm(literal: literal, view: .deobfuscated, needsChange: true))
        }
        if let leet = Leet.literal(plain) {
            for literal in leet.contains(0x20) ? [leet, Self.glued(leet)] : [leet] {
                forms.append(PhraseForm(literal: literal, view: .leet, needsChange: true))
            }
        }
        for split in Set(splits(of: bytes) + splits(of: literal)).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            forms.append(PhraseForm(literal: split, view: .deobfuscated))
        }
        return forms
    }

    /// A phrase of another script with every letter that looks like a Latin one as that; nil when there is none.
    private func lookAlikes(of bytes: [UInt8]) -> [UInt8]? {
        var result = String.UnicodeScalarView()
        var isChanged = false
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            let (kind, target) = Disguise.of(scalar.value)
            if kind == .lookAlike, let latin = Unicode.Scalar(target) {
                result.append(latin)
                isChanged = true
            } else {
                result.append(scalar)
            }
        }
        return isChanged ? Array(String(result).utf8) : nil
    }

    private static func glued(_ phrase: [UInt8]) -> [UInt8] { phrase.filter { $0 != 0x20 } }

    private func unmarked(_ bytes: [UInt8]) -> [UInt8] {
        var result = String.UnicodeScalarView()
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            result.append(Unicode.Scalar(Reading.unmarked(scalar.value)) ?? scalar)
        }
        return Array(String(result).utf8)
    }

    /// A phrase of two or more Han characters with each of them, and with all, written as parts. A single character's
    /// parts are ordinary neighbours.
    private func splits(of bytes: [UInt8]) -> [[UInt8]] {
        let characters = Array(String(decoding: bytes, as: UTF8.self))
        guard characters.count >= 2 else { return [] }
        let splits = characters.map(HanComponents.splits)
        var all = ""
        var result: [[UInt8]] = []
        for index in characters.indices {
            all += splits[index].first ?? String(characters[index])
            for split in splits[index] {
                let parts = String(characters[..<index]) + split + String(characters[(index + 1)...])
                result.append(shown(parts))
            }
        }
        if splits.count(where: { !$0.isEmpty }) > 1 { result.append(shown(all)) }
        return result
    }

    /// As the deobfuscated view shows it, character by character.
    private func shown(_ text: String) -> [UInt8] {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let (kind, target) = Disguise.of(scalar.value)
            result.append(kind == .always ? Unicode.Scalar(target) ?? scalar : scalar)
        }
        return Array(String(result).utf8)
    }

    // MARK: - Sound

    /// Readings of a phrase with Han characters: as the phonetic view shows it, and as people type pinyin.
    private func phoneticForms() -> [PhraseForm] {
        let characters = Array(String(decoding: text(of: .deobfuscated), as: UTF8.self))
        var readings: [[String]] = characters.map { character in
            let several = Polyphones.readings(of: character)
            if !several.isEmpty { return several }
            var syllable = ""
            guard let scalar = character.unicodeScalars.first,
                Reading.syllable(scalar.value, { syllable.unicodeScalars.append(Unicode.Scalar($0)) })
            else { return [] }
            return [syllable]
        }
        guard readings.contains(where: { !$0.isEmpty }) else { return [] }
        // What ICU reads may be another than the most frequent one.
        for (index, character) in characters.enumerated() where readings[index].count > 1 {
            var syllable = ""
            if let scalar = character.unicodeScalars.first,
                Reading.syllable(scalar.value, { syllable.unicodeScalars.append(Unicode.Scalar($0)) }),
                !readings[index].contains(syllable)
            {
                readings[index].append(syllable)
            }
        }
        let mostReadings = 16
        var combinations: [[String?]] = [[]]
        for own in readings {
            let choices: [String?] = own.isEmpty ? [nil] : own
            combinations = combinations.flatMap { start in choices.map { start + [$0] } }
            if combinations.count > mostReadings { combinations = Array(combinations.prefix(mostReadings)) }
        }
        var forms: [PhraseForm] = []
        for combination in combinations {
            var shown = ""
            for (syllable, character) in zip(combination, characters) {
                shown += syllable.map { $0 + "'" } ?? String(character)
            }
            forms.append(PhraseForm(literal: Array(shown.utf8), view: .phonetic))
        }
        // Pinyin of a phrase that is Han throughout: together, apart, and from three characters on its initials.
        if let syllables = combinations.first?.compactMap(\.self), syllables.count == characters.count,
            characters.count >= 2
        {
            var written = [syllables.joined(), syllables.joined(separator: " ")]
            if syllables.count >= 3 { written.append(String(syllables.compactMap(\.first))) }
            for pinyin in written {
                forms.append(PhraseForm(literal: Array(pinyin.utf8), view: .phonetic, isWholeWord: true))
            }
        }
        return forms
    }
}

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
