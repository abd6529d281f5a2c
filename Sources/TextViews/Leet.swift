internal import UnicodeData

/// Digits and signs that stand for letters inside a word (`s4l3`, `$ale`).
///
/// One sign may stand for several letters (`1` for i and l), so the view shows one of each such pair for both, in
/// phrases and in texts alike: `l` is shown as `i`, and letters are shown without their marks.
enum Leet {
    /// Code points of the longest word that is looked at.
    static let longestWord = 32

    /// The letter that a sign stands for; 0 for none.
    @inline(__always)
    static func letter(_ codePoint: UInt32) -> UInt8 {
        switch codePoint {
        case 0x34, 0x40: 0x61  // 4 @ a
        case 0x33, 0x20AC: 0x65  // 3 € e
        case 0x31, 0x21, 0x7C: 0x69  // 1 ! | i
        case 0x30: 0x6F  // 0 o
        case 0x35, 0x24: 0x73  // 5 $ s
        case 0x37, 0x2B: 0x74  // 7 + t
        case 0x38: 0x62  // 8 b
        case 0x36, 0x39: 0x67  // 6 9 g
        case 0x32: 0x7A  // 2 z
        default: 0
        }
    }

    /// Signs that end sentences and sums; they stand for a letter only with one behind them.
    @inline(__always)
    static func isPunctuation(_ codePoint: UInt32) -> Bool {
        codePoint == 0x21 || codePoint == 0x7C || codePoint == 0x2B
    }

    /// Endings that turn a number into an ordinary word: ordinals, hours, measures.
    private static let numberEndings = Set(
        [
            "k", "m", "x", "h", "s", "d", "w", "y", "g", "p", "v", "st", "nd", "rd", "th", "am", "pm", "kg", "km",
            "cm", "mm", "gb", "mb", "tb", "hz", "ghz", "min", "mins", "hr", "hrs", "yo", "yrs", "ml", "lb", "lbs",
            "oz", "ft", "mph", "kmh", "px", "fps", "usd", "eur", "rmb", "rm",
        ].map { WordKey.key($0.utf8) })

    /// Whether a word may be written with signs for letters: at most two signs a letter and one more, and no number
    /// with its measure.
    @inline(__always)
    private static func isDisguised(_ word: Range<Int>, _ codePoint: (Int) -> UInt32) -> Bool {
        guard word.count >= 3, word.count <= longestWord else { return false }
        var letters = 0
        var lettersFrom = word.upperBound
        for index in word where letter(codePoint(index)) == 0 {
            letters += 1
            lettersFrom = min(lettersFrom, index)
        }
        let signs = word.count - letters
        guard letters >= 2 || letters == 1 && word.count >= 4, signs >= 1, signs <= 2 * letters + 1 else {
            return false
        }
        let isNumberFirst = lettersFrom - word.lowerBound == signs && codePoint(word.lowerBound) &- 0x30 < 10
        guard isNumberFirst else { return true }
        guard word.upperBound - lettersFrom < WordKey.longest else { return true }
        var ending: UInt64 = 0
        for index in (lettersFrom..<word.upperBound).reversed() {
            guard codePoint(index) < 0x80 else { return true }
            ending = ending << 8 | UInt64(codePoint(index))
        }
        return !numberEndings.contains(ending)
    }

    /// The words of a text that may hold signs for letters, without punctuation at their ends: those around each sign.
    ///
    /// - Parameter nextSign: The first place from one on that may be a sign.
    @inline(__always)
    private static func forEachWord(
        count: Int, nextSign: (Int) -> Int?, _ codePoint: (Int) -> UInt32, _ body: (Range<Int>) -> Void
    ) {
        // Up to here all is done.
        var done = 0
        var next = 0
        while let place = nextSign(next) {
            guard letter(codePoint(place)) != 0 else {
                next = place + 1
                continue
            }
            var index = place
            var start = index
            while start > done, isPart(codePoint(start - 1)) { start -= 1 }
            while index < count, isPart(codePoint(index)) { index += 1 }
            done = index
            next = index
            var end = index
            while end > start, isPunctuation(codePoint(end - 1)) { end -= 1 }
            if isDisguised(start..<end, codePoint) { body(start..<end) }
        }
    }

    @inline(__always)
    private static func isPart(_ codePoint: UInt32) -> Bool {
        if codePoint &- 0x61 < 26 || letter(codePoint) != 0 { return true }
        guard codePoint >= 0xC0 else { return false }
        let character = CharacterClass(of: codePoint)
        return character.isLetter && character.script.rawValue <= Script.greek.rawValue
    }

    /// Whether the word around a place of an ASCII text may be written with signs for letters.
    @inline(__always)
    static func isDisguised(around place: Int, count: Int, _ codePoint: (Int) -> UInt32) -> Bool {
        var start = place
        while start > 0, place - start <= longestWord, isPart(codePoint(start - 1)) { start -= 1 }
        var end = place + 1
        while end < count, end - place <= longestWord, isPart(codePoint(end)) { end += 1 }
        while end > start, isPunctuation(codePoint(end - 1)) { end -= 1 }
        return isDisguised(start..<end, codePoint)
    }

    /// The same of any text.
    static func isDisguised(around place: Int, in text: Span<UInt8>) -> Bool {
        var start = place
        while start > 0, place - start <= 4 * longestWord {
            let (codePoint, length) = UTF8Scalar.decode(text, before: start)
            guard isPart(codePoint) else { break }
            start -= length
        }
        return unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: longestWord + 1) { word in
            var (count, offset) = (0, start)
            while offset < text.count, count <= longestWord {
                let (codePoint, length) = UTF8Scalar.decode(text, at: offset)
                guard isPart(codePoint) else { break }
                unsafe word[count] = codePoint
                count += 1
                offset += length
            }
            while unsafe count > 0 && isPunctuation(word[count - 1]) { count -= 1 }
            return isDisguised(0..<count) { unsafe word[$0] }
        }
    }

    /// Rewrites the units for the view.
    ///
    /// - Returns: Whether a word was written so; if not, the units are as they were.
    static func rewrite(_ units: inout [Unit]) -> Bool {
        var words: [Range<Int>] = []
        unsafe units.withUnsafeBufferPointer { units in
            let codePoint = { (place: Int) in unsafe units[place].codePoint }
            let nextSign = { (start: Int) in
                // Letters are most of a text.
                (start..<units.count).first { codePoint($0) &- 0x61 >= 26 && letter(codePoint($0)) != 0 }
            }
            forEachWord(count: units.count, nextSign: nextSign, codePoint) { words.append($0) }
        }
        guard !words.isEmpty else { return false }
        for word in words {
            for index in word where letter(units[index].codePoint) != 0 {
                units[index].become(UInt32(letter(units[index].codePoint)), cause: .likeness)
            }
        }
        for index in units.indices {
            let plain = Reading.unmarked(units[index].codePoint)
            let shown = plain == 0x6C ? 0x69 : plain
            if shown != units[index].codePoint { units[index].become(shown) }
        }
        return true
    }

    /// The same over the bytes of a text whose words with signs are of ASCII.
    ///
    /// - Parameter change: Called with each place of a sign and the letter that it shows.
    @inline(__always)
    static func forEachSign(of view: borrowing ViewText, _ change: (_ place: Int, _ letter: UInt8) -> Void) {
        unsafe view.storage.withUnsafeBufferPointer { bytes in
            // Bytes of others are no part of such a word.
            let codePoint = { (place: Int) in unsafe UInt32(min(bytes[place], 0x80)) }
            forEachWord(count: view.count, nextSign: { view.blocks.nextSign(from: $0) }, codePoint) { word in
                for place in word where letter(codePoint(place)) != 0 { change(place, letter(codePoint(place))) }
            }
        }
    }

    /// Whether a sign for a letter stands in a word that has letters outside ASCII, or is itself outside it.
    static func isMixed(_ view: borrowing ViewText) -> Bool {
        guard !view.isASCII else { return false }
        let text = view.bytes
        var next = 0
        while let place = view.blocks.nextSign(from: next) {
            var (start, end) = (place, place + 1)
            next = end
            guard letter(UInt32(text[place])) != 0 else { continue }
            while start > 0, text[start - 1] < 0x80, isPart(UInt32(text[start - 1])) { start -= 1 }
            while end < text.count, text[end] < 0x80, isPart(UInt32(text[end])) { end += 1 }
            next = end
            if start > 0, isPart(UTF8Scalar.decode(text, before: start).codePoint) { return true }
            if end < text.count, isPart(UTF8Scalar.decode(text, at: end).codePoint) { return true }
        }
        for block in 0..<view.blocks.count where view.blocks.masks(block) != 0 {
            for place in block << 6..<min(block << 6 + 64, text.count) where text[place] == 0xE2 {
                if letter(UTF8Scalar.decode(text, at: place).codePoint) != 0 { return true }
            }
        }
        return false
    }

    /// Whether a text has a byte that signs for letters have: those of ASCII, or the first of the euro sign.
    static func mayOccur(in view: borrowing ViewText) -> Bool {
        for block in 0..<view.blocks.count where view.blocks.signs(block) | view.blocks.masks(block) != 0 {
            return true
        }
        return false
    }

    /// A folded phrase as the view shows it; nil for one that the view cannot show, because it has fewer than three
    /// letters of ASCII.
    static func literal(_ phrase: [UInt8]) -> [UInt8]? {
        guard phrase.count(where: { $0 &- 0x61 < 26 }) >= 3 else { return nil }
        return phrase.map { $0 == 0x6C ? 0x69 : $0 }
    }
}
