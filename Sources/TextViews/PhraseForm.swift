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
    /// Whether both its edges are those of a word of a script with spaces, whatever the phrase's own are.
    public var isWholeWord = false
}

extension PhraseForm {
    /// A form that counts wherever it stands.
    public init(literal: [UInt8], view: View) {
        self.init(literal: literal, view: view, repeats: [])
    }
}

extension TextViews {
    /// The forms, for each of the views that a rule looks in, of a phrase that was seen as texts are: it may itself be
    /// written in any form. At most some hundred code points, which a phrase's reach sees to.
    public func forms(for wanted: ViewSet) -> [PhraseForm] {
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
        let shown = present.contains(view) ? view : .deobfuscated
        return look(at: shown) { $0.array }
    }

    // MARK: - What hides letters

    private func deobfuscatedForms(_ literal: [UInt8]) -> [PhraseForm] {
        let bytes = text(of: .deobfuscated)
        var forms = look(at: .deobfuscated) { RepeatVariants.of($0) }.map {
            PhraseForm(literal: $0.literal, view: .deobfuscated, repeats: $0.repeats)
        }
        // Forms that count only in hidden words: as Latin letters would write it among others, without the marks that
        // others take with them, and without the blanks that letters set apart lose.
        var hidden = [bytes]
        let alike = Self.mapped(bytes) { codePoint in
            let (kind, target) = Disguise.of(codePoint)
            return kind == .lookAlike ? target : codePoint
        }
        if alike != bytes { hidden.append(alike) }
        let plain = Self.mapped(bytes, Reading.unmarked)
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

    /// A text with each code point replaced.
    private static func mapped(_ bytes: [UInt8], _ transform: (UInt32) -> UInt32) -> [UInt8] {
        var result = String.UnicodeScalarView()
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            result.append(Unicode.Scalar(transform(scalar.value)) ?? scalar)
        }
        return Array(String(result).utf8)
    }

    private static func glued(_ phrase: [UInt8]) -> [UInt8] { phrase.filter { $0 != 0x20 } }

    /// A phrase of two or more Han characters with each of them, and with all, written as parts. A single character's
    /// parts are ordinary neighbours.
    private func splits(of bytes: [UInt8]) -> [[UInt8]] {
        guard bytes.contains(where: { $0 >= 0x80 }) else { return [] }
        let characters = Array(String(decoding: bytes, as: UTF8.self))
        guard characters.count >= 2 else { return [] }
        let splits = characters.map(HanComponents.splits)
        guard splits.contains(where: { !$0.isEmpty }) else { return [] }
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
        Self.mapped(Array(text.utf8)) { codePoint in
            let (kind, target) = Disguise.of(codePoint)
            return kind == .always ? target : codePoint
        }
    }

    // MARK: - Sound

    /// Readings of a phrase with Han characters: as the phonetic view shows it, and as people type pinyin.
    private func phoneticForms() -> [PhraseForm] {
        let characters = Array(String(decoding: text(of: .deobfuscated), as: UTF8.self))
        let readings = characters.map(Self.readings)
        guard readings.contains(where: { !$0.isEmpty }) else { return [] }
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

    /// The syllables that a Han character may be read as, the most frequent first; ICU may know another one.
    private static func readings(of character: Character) -> [String] {
        var readings = Polyphones.readings(of: character)
        var syllable = ""
        if let scalar = character.unicodeScalars.first,
            Reading.syllable(scalar.value, { syllable.unicodeScalars.append(Unicode.Scalar($0)) }),
            !readings.contains(syllable)
        {
            readings.append(syllable)
        }
        return readings
    }
}
