internal import UnicodeData

/// The views that guess at a text's meaning, made only where rules ask for them.
enum Readings {
    /// Numerals of every script and shape as ASCII digits (`⑨⓿肆`, `一三八`).
    static func digits(_ units: [Unit], into result: inout [Unit]) -> Bool {
        map(units, into: &result) { unit in
            guard unit.codePoint >= 0x80, let digit = Reading.digit(unit.codePoint) else { return unit.codePoint }
            return 0x30 + UInt32(digit)
        }
    }

    /// Letters of Latin, Cyrillic and Greek without their marks (`sálè`, `đường`).
    static func unmarked(_ units: [Unit], into result: inout [Unit]) -> Bool {
        map(units, into: &result) { unit in
            unit.characterClass.isLetter && unit.codePoint >= 0x80
                ? Reading.unmarked(unit.codePoint) : unit.codePoint
        }
    }

    private static func map(_ units: [Unit], into result: inout [Unit], _ reading: (Unit) -> UInt32) -> Bool {
        result.removeAll(keepingCapacity: true)
        var isChanged = false
        for var unit in units {
            let codePoint = reading(unit)
            if codePoint != unit.codePoint {
                unit.become(codePoint)
                isChanged = true
            }
            result.append(unit)
        }
        return isChanged
    }

    /// Closes every syllable, so that `xi'an'` is not `xian'`.
    static let syllableEnd: UInt32 = 0x27

    /// Han characters as Mandarin syllables without tone, each closed by ``syllableEnd``.
    static func phonetic(_ units: [Unit], into result: inout [Unit]) -> Bool {
        result.removeAll(keepingCapacity: true)
        var isChanged = false
        for unit in units {
            let isHan = Reading.syllable(unit.codePoint) { letter in
                var part = unit
                part.become(UInt32(letter))
                result.append(part)
            }
            if isHan {
                isChanged = true
                var end = unit
                end.become(syllableEnd)
                result.append(end)
            } else {
                result.append(unit)
            }
        }
        return isChanged
    }
}
