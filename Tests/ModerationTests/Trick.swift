import TestSupport
import TextViews
import UnicodeData

/// A way of hiding a phrase; the numbers are the rows of Documentation/Views.md.
enum Trick: String, CaseIterable, Sendable {
    case fullWidth, mathematical, circled, negativeCircled, regionalIndicators, parenthesised, zeroWidth, tags,
        reversed, fillers, lookAlikes, smallCapitals, stackedMarks, strayAccents, withoutMarks, leet, masked, dots,
        spaces, dashes, repeats, emojiInside, newlines, typo, otherScript, homophones, pinyin, components, radicals,
        digits, kana, halfWidthKana, tatweel, turkishCapitals, jamo, entities, percentSigns

    /// The rows of the table that it stands for.
    var row: Int {
        switch self {
        case .fullWidth: 1
        case .mathematical, .circled: 2
        case .negativeCircled, .regionalIndicators: 3
        case .parenthesised: 4
        case .zeroWidth: 5
        case .tags: 6
        case .reversed: 7
        case .fillers: 8
        case .lookAlikes: 9
        case .smallCapitals: 10
        case .stackedMarks: 11
        case .strayAccents: 12
        case .withoutMarks: 13
        case .leet: 14
        case .masked: 15
        case .dots, .spaces, .dashes: 16
        case .repeats: 17
        case .emojiInside, .newlines: 18
        case .typo: 20
        case .otherScript: 22
        case .homophones: 23
        case .pinyin: 24
        case .components: 25
        case .radicals: 26
        case .digits: 27
        case .kana, .halfWidthKana: 28
        case .tatweel: 29
        case .turkishCapitals: 32
        case .jamo: 34
        case .entities, .percentSigns: 35
        }
    }

    /// Applied letter by letter, so that it can follow another one.
    var isSecond: Bool {
        switch self {
        case .zeroWidth, .fillers, .dots, .spaces, .dashes, .emojiInside, .lookAlikes, .fullWidth, .mathematical,
            .negativeCircled, .stackedMarks, .entities, .smallCapitals, .leet, .reversed:
            true
        default: false
        }
    }

    /// Whether it can hide further what another one hid. A mask among separators is a separator, two regional
    /// indicators turned around are another flag, and a line's end ends what is turned around.
    func canFollow(_ first: Trick) -> Bool {
        guard isSecond, row != first.row else { return false }
        switch first {
        case .masked: return ![.dots, .spaces, .dashes, .emojiInside, .fillers, .zeroWidth].contains(self)
        case .regionalIndicators, .newlines: return self != .reversed
        default: return true
        }
    }

    /// Turns or encodes a phrase as a whole, so that nothing can follow it.
    var isLast: Bool { [.reversed, .tags, .entities, .percentSigns].contains(self) }

    /// The phrase hidden; nil where the trick has nothing to do.
    func hide(_ phrase: String, _ random: inout SeededRandom) -> String? {
        let scalars = Array(phrase.unicodeScalars)
        switch self {
        case .fullWidth: return letters(phrase) { 0xFF41 + $0 }
        case .mathematical: return letters(phrase) { 0x1D41A + $0 }
        case .circled: return letters(phrase) { 0x24D0 + $0 }
        case .negativeCircled: return letters(phrase) { 0x1F150 + $0 }
        case .regionalIndicators:
            let isASCII = scalars.allSatisfy(\.isASCII)
            return isASCII && phrase.split(separator: " ").allSatisfy { $0.count >= 3 }
                ? letters(phrase) { 0x1F1E6 + $0 } : nil
        case .parenthesised: return letters(phrase) { 0x249C + $0 }
        case .zeroWidth:
            return join(phrase, ["\u{200B}", "\u{200D}", "\u{AD}", "\u{2060}", "\u{FE0F}", "\u{34F}"], &random)
        case .fillers: return join(phrase, ["\u{3164}", "\u{FFA0}", "\u{2800}", "\u{FFFC}"], &random)
        case .tags:
            guard scalars.allSatisfy(\.isASCII) else { return nil }
            return map(phrase) { 0xE0000 + $0.value }
        case .reversed: return "\u{202E}" + String(String.UnicodeScalarView(scalars.reversed())) + "\u{202C}"
        case .lookAlikes: return lookAlikes(phrase, &random)
        case .smallCapitals: return table(phrase, Self.smallCapitalLetters)
        case .stackedMarks:
            return insert(phrase, behind: { isSpaced($0) }) { ["\u{336}", "\u{335}\u{308}", "\u{332}"][$0 % 3] }
        case .strayAccents: return accented(phrase)
        case .withoutMarks:
            let plain = map(phrase) { Reading.unmarked($0.value) }
            return plain == phrase ? nil : plain
        case .leet: return table(phrase, Self.leetSigns)
        case .masked: return masked(phrase, &random)
        case .dots: return apart(phrase, ".")
        case .spaces: return apart(phrase, " ")
        case .dashes: return apart(phrase, ["-", "_", "/", "*", "~"].randomElement(using: &random) ?? "-")
        case .emojiInside: return apart(phrase, ["🔥", "✨", "👉"].randomElement(using: &random) ?? "🔥")
        case .newlines: return apart(phrase, "\n")
        case .repeats: return repeated(phrase, &random)
        case .typo: return typo(phrase, &random)
        case .otherScript:
            let other = simplified(phrase)
            return other == phrase ? nil : other
        case .homophones: return homophone(phrase, &random)
        case .pinyin: return pinyin(phrase, &random)
        case .components: return components(phrase)
        case .radicals: return table(phrase, Self.radicalForms)
        case .digits:
            guard phrase.contains(where: \.isASCIIDigit) else { return nil }
            let zeros: [UInt32] = [0xFF10, 0x0660, 0x24EA, 0x96F6, 0x1D7CE]
            let style = Int.random(in: 0..<zeros.count, using: &random)
            return map(phrase) { scalar in
                guard ("0"..."9").contains(scalar) else { return scalar.value }
                let digit = scalar.value - 0x30
                if style == 2 { return digit == 0 ? 0x24EA : 0x2460 + digit - 1 }
                if style == 3 { return Array("零一二三四五六七八九".unicodeScalars)[Int(digit)].value }
                return zeros[style] + digit
            }
        case .kana:
            let other = map(phrase) {
                (0x3041...0x3096).contains($0.value)
                    ? $0.value + 0x60 : (0x30A1...0x30F6).contains($0.value) ? $0.value - 0x60 : $0.value
            }
            return other == phrase ? nil : other
        case .halfWidthKana: return table(phrase, Self.halfWidth)
        case .tatweel:
            guard scalars.contains(where: { (0x620...0x64A).contains($0.value) }) else { return nil }
            let inside = insert(String(phrase.dropLast()), behind: { (0x620...0x64A).contains($0.value) }) {
                ["\u{640}", "\u{64E}", "\u{650}"][$0 % 3]
            }
            return inside.map { $0 + String(phrase.suffix(1)) }
        case .turkishCapitals:
            guard phrase.contains("ı") || phrase.contains("i") else { return nil }
            return String(phrase.map { $0 == "i" ? "İ" : $0 == "ı" ? "I" : Character($0.uppercased()) })
        case .jamo: return jamo(phrase)
        case .entities:
            return some(phrase, &random) { scalar, place in
                place % 2 == 0 ? "&#\(scalar.value);" : "&#x\(String(scalar.value, radix: 16));"
            }
        case .percentSigns:
            return some(phrase, &random) { scalar, _ in
                String(scalar).utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            }
        }
    }

    // MARK: - Parts

    private func map(_ phrase: String, _ body: (Unicode.Scalar) -> UInt32) -> String {
        var result = String.UnicodeScalarView()
        for scalar in phrase.unicodeScalars { result.append(Unicode.Scalar(body(scalar)) ?? scalar) }
        return String(result)
    }

    /// The ASCII letters by their place in the alphabet; nil without any.
    private func letters(_ phrase: String, _ body: (UInt32) -> UInt32) -> String? {
        let result = map(phrase.lowercased()) { ("a"..."z").contains($0) ? body($0.value - 0x61) : $0.value }
        return result == phrase.lowercased() ? nil : result
    }

    private func table(_ phrase: String, _ table: [Character: Character]) -> String? {
        let result = String(phrase.lowercased().map { table[$0] ?? $0 })
        return result == phrase.lowercased() ? nil : result
    }

    private func isSpaced(_ scalar: Unicode.Scalar) -> Bool {
        let character = CharacterClass(of: scalar.value)
        return character.isLetter && [.latin, .cyrillic, .greek].contains(character.script)
    }

    private func insert(
        _ phrase: String, behind isPlace: (Unicode.Scalar) -> Bool, _ piece: (Int) -> String
    ) -> String? {
        var result = ""
        var place = 0
        for scalar in phrase.unicodeScalars {
            result.unicodeScalars.append(scalar)
            guard isPlace(scalar) else { continue }
            result += piece(place)
            place += 1
        }
        return place == 0 ? nil : result
    }

    /// Something invisible between all code points of words.
    private func join(_ phrase: String, _ pieces: [String], _ random: inout SeededRandom) -> String {
        let scalars = Array(phrase.unicodeScalars)
        var result = ""
        for (index, scalar) in scalars.enumerated() {
            result.unicodeScalars.append(scalar)
            if index + 1 < scalars.count, scalar != " ", scalars[index + 1] != " " {
                result += pieces.randomElement(using: &random) ?? ""
            }
        }
        return result
    }

    /// A separator between all letters, words apart by a blank.
    private func apart(_ phrase: String, _ separator: String) -> String? {
        guard phrase.count > 2 else { return nil }
        // Two regional indicators are one character.
        func letters(_ word: Substring) -> [String] {
            word.flatMap { letter in
                letter.unicodeScalars.allSatisfy { (0x1F1E6...0x1F1FF).contains($0.value) }
                    ? letter.unicodeScalars.map(String.init) : [String(letter)]
            }
        }
        return phrase.split(separator: " ").map { letters($0).joined(separator: separator) }.joined(
            separator: separator == " " || separator == "\n" ? separator : " ")
    }

    /// One to three letters replaced in each form, never all of a word.
    private func lookAlikes(_ phrase: String, _ random: inout SeededRandom) -> String? {
        let isLatin = phrase.unicodeScalars.contains { ("a"..."z").contains($0) }
        let table = isLatin ? Self.toCyrillic : Self.toLatin
        let words = phrase.lowercased().split(separator: " ").map { word -> String in
            let places = word.indices.filter { table[word[$0]] != nil }
            guard word.count >= 2, !places.isEmpty else { return String(word) }
            let most = isLatin ? min(places.count, word.count - 1, 3) : min(places.count, 3)
            var chosen = Set<String.Index>()
            while chosen.count < most { chosen.insert(places.randomElement(using: &random)!) }
            // A Latin letter must stay, or there is no mix.
            if isLatin, !word.indices.contains(where: { !chosen.contains($0) && word[$0].isASCII }) {
                return String(word)
            }
            return String(word.indices.map { chosen.contains($0) ? table[word[$0]]! : word[$0] })
        }
        let result = words.joined(separator: " ")
        return result == phrase.lowercased() ? nil : result
    }

    private func accented(_ phrase: String) -> String? {
        table(phrase, ["a": "à", "e": "é", "o": "ö", "u": "û", "i": "í", "n": "ñ", "c": "ç"])
    }

    private func masked(_ phrase: String, _ random: inout SeededRandom) -> String? {
        var words = phrase.split(separator: " ").map(Array.init)
        let long = words.indices.filter { place in
            words[place].count >= 4 && words[place].allSatisfy { $0.unicodeScalars.allSatisfy { isLetterOfWord($0) } }
        }
        guard let word = long.randomElement(using: &random) else { return nil }
        let place = Int.random(in: 1..<words[word].count - 1, using: &random)
        words[word][place] = ["*", "•", "#", "_"].randomElement(using: &random) ?? "*"
        return words.map { String($0) }.joined(separator: " ")
    }

    private func isLetterOfWord(_ scalar: Unicode.Scalar) -> Bool {
        let character = CharacterClass(of: scalar.value)
        return character.isLetter && !character.script.isUnspaced && character.script != .hangul
    }

    /// One letter four times; not one that a mark belongs to.
    private func repeated(_ phrase: String, _ random: inout SeededRandom) -> String? {
        let characters = Array(phrase)
        let places = characters.indices.filter { place in
            characters[place].unicodeScalars.count == 1 && characters[place].isLetter
        }
        guard let place = places.randomElement(using: &random) else { return nil }
        return String(characters[...place]) + String(repeating: String(characters[place]), count: 3)
            + String(characters[(place + 1)...])
    }

    private func typo(_ phrase: String, _ random: inout SeededRandom) -> String? {
        var words = phrase.split(separator: " ").map(Array.init)
        let long = words.indices.filter { place in
            words[place].count >= 5
                && words[place].allSatisfy { $0.unicodeScalars.count == 1 && isLetterOfWord($0.unicodeScalars.first!) }
        }
        guard let word = long.randomElement(using: &random) else { return nil }
        let place = Int.random(in: 1..<words[word].count - 1, using: &random)
        if words[word].count > 5, Bool.random(using: &random) || words[word][place] == words[word][place + 1] {
            words[word].remove(at: place)
        } else {
            words[word].swapAt(place, place + 1)
        }
        return words.map { String($0) }.joined(separator: " ")
    }

    private func simplified(_ phrase: String) -> String {
        map(phrase) { scalar in
            guard (0x3400...0x9FFF).contains(scalar.value) else { return scalar.value }
            let (kind, target) = Disguise.of(scalar.value)
            return kind == .always ? target : scalar.value
        }
    }

    private static func syllable(_ scalar: Unicode.Scalar) -> String? {
        var name = ""
        return Reading.syllable(scalar.value) { name.unicodeScalars.append(Unicode.Scalar($0)) } ? name : nil
    }

    /// Characters of everyday text by their syllable.
    private static let charactersBySyllable: [String: [Unicode.Scalar]] = {
        var result: [String: [Unicode.Scalar]] = [:]
        for value in UInt32(0x4E00)...0x9FA5 {
            guard let scalar = Unicode.Scalar(value), let name = syllable(scalar) else { continue }
            result[name, default: []].append(scalar)
        }
        return result
    }()

    private func homophone(_ phrase: String, _ random: inout SeededRandom) -> String? {
        let result = map(phrase) { scalar in
            guard let name = Self.syllable(scalar) else { return scalar.value }
            return Self.charactersBySyllable[name]?.randomElement(using: &random)?.value ?? scalar.value
        }
        return result == phrase || phrase.count < 2 ? nil : result
    }

    private func pinyin(_ phrase: String, _ random: inout SeededRandom) -> String? {
        let names = phrase.unicodeScalars.map(Self.syllable)
        guard names.count >= 2, names.allSatisfy({ $0 != nil }) else { return nil }
        return names.compactMap(\.self).joined(separator: Bool.random(using: &random) ? " " : "")
    }

    private func components(_ phrase: String) -> String? {
        guard phrase.count >= 2 else { return nil }
        let result = phrase.map { HanComponents.splits(of: $0).first ?? String($0) }.joined()
        return result == phrase ? nil : result
    }

    private func jamo(_ phrase: String) -> String? {
        let leads = Array("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")
        let vowels = Array("ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ")
        let finals = Array(" ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
        var result = ""
        for scalar in phrase.unicodeScalars {
            guard (0xAC00...0xD7A3).contains(scalar.value) else {
                result.unicodeScalars.append(scalar)
                continue
            }
            let index = Int(scalar.value - 0xAC00)
            result.append(leads[index / 588])
            result.append(vowels[index % 588 / 28])
            if index % 28 > 0 { result.append(finals[index % 28]) }
        }
        return result == phrase ? nil : result
    }

    /// One or two code points of the phrase written otherwise.
    private func some(
        _ phrase: String, _ random: inout SeededRandom, _ body: (Unicode.Scalar, Int) -> String
    ) -> String {
        let scalars = Array(phrase.unicodeScalars)
        let places = [
            Int.random(in: 0..<scalars.count, using: &random), Int.random(in: 0..<scalars.count, using: &random),
        ]
        return scalars.indices.map { places.contains($0) ? body(scalars[$0], $0) : String(scalars[$0]) }.joined()
    }

    // MARK: - Tables

    private static let toCyrillic: [Character: Character] = [
        "a": "а", "c": "с", "e": "е", "i": "і", "j": "ј", "o": "о", "p": "р", "s": "ѕ", "x": "х", "y": "у", "h": "һ",
        "k": "к", "m": "м", "t": "т", "b": "в", "w": "ԝ", "d": "ԁ", "q": "ԛ", "l": "ӏ", "u": "υ", "v": "ν", "n": "η",
    ]
    private static let toLatin: [Character: Character] = [
        "а": "a", "с": "c", "е": "e", "о": "o", "р": "p", "х": "x", "у": "y", "к": "k", "в": "b", "н": "h", "м": "m",
        "т": "t", "ο": "o", "α": "a", "ι": "i", "κ": "k", "ν": "v", "ρ": "p", "τ": "t", "υ": "u", "χ": "x", "ε": "e",
    ]
    private static let smallCapitalLetters: [Character: Character] = [
        "a": "ᴀ", "b": "ʙ", "c": "ᴄ", "d": "ᴅ", "e": "ᴇ", "f": "ꜰ", "g": "ɢ", "h": "ʜ", "i": "ɪ", "j": "ᴊ", "k": "ᴋ",
        "l": "ʟ", "m": "ᴍ", "n": "ɴ", "o": "ᴏ", "p": "ᴘ", "r": "ʀ", "s": "ꜱ", "t": "ᴛ", "u": "ᴜ", "v": "ᴠ", "w": "ᴡ",
        "y": "ʏ", "z": "ᴢ",
    ]
    private static let leetSigns: [Character: Character] = ["a": "4", "e": "3", "i": "1", "o": "0", "s": "5", "l": "1"]
    private static let halfWidth: [Character: Character] = {
        var table: [Character: Character] = [:]
        for value in UInt32(0xFF66)...0xFF9D {
            guard let half = Unicode.Scalar(value),
                let full = String(half).unicodeScalars.first.map({ Character($0) })
            else { continue }
            var folder = try? CaseFolder()
            var bytes: [UInt8] = []
            var edits: [Edit] = []
            guard let count = folder?.fold(Array(String(full).utf8).span, into: &bytes, edits: &edits) else { continue }
            table[Character(String(decoding: bytes[..<count], as: UTF8.self))] = Character(half)
        }
        return table
    }()
    private static let radicalForms: [Character: Character] = {
        var table: [Character: Character] = [:]
        for value in UInt32(0x2F00)...0x2FD5 {
            guard let radical = Unicode.Scalar(value) else { continue }
            var folder = try? CaseFolder()
            var bytes: [UInt8] = []
            var edits: [Edit] = []
            guard let count = folder?.fold(Array(String(radical).utf8).span, into: &bytes, edits: &edits) else {
                continue
            }
            table[Character(String(decoding: bytes[..<count], as: UTF8.self))] = Character(radical)
        }
        return table
    }()
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
