internal import RuleBook

extension Validator {
    /// Whether a match, folded UTF-8, passes the checksum.
    func accepts(_ text: Span<UInt8>) -> Bool {
        var characters: [UInt8] = []
        for index in 0..<text.count {
            switch text[index] {
            case 0x30...0x39, 0x61...0x7A: characters.append(text[index])
            case 0x20, 0x2D: continue
            default: return false
            }
        }
        switch self {
        case .luhn: return acceptsLuhn(characters)
        case .iban: return acceptsIBAN(characters)
        case .cnResidentID: return acceptsResidentID(characters)
        }
    }
}

private func digit(_ byte: UInt8) -> Int? { (0x30...0x39).contains(byte) ? Int(byte) - 0x30 : nil }

/// ISO/IEC 7812-1, annex B: from the right every second digit doubled, digit sums added, a multiple of ten.
private func acceptsLuhn(_ characters: [UInt8]) -> Bool {
    guard (12...19).contains(characters.count) else { return false }
    var sum = 0
    for (index, byte) in characters.reversed().enumerated() {
        guard let digit = digit(byte) else { return false }
        let doubled = digit * 2
        sum += index % 2 == 0 ? digit : doubled > 9 ? doubled - 9 : doubled
    }
    return sum % 10 == 0 && characters.contains { $0 != 0x30 }
}

/// ISO 13616-1: the first four characters moved to the end, letters as 10...35, the number is 1 modulo 97.
private func acceptsIBAN(_ characters: [UInt8]) -> Bool {
    guard (15...34).contains(characters.count), digit(characters[0]) == nil, digit(characters[1]) == nil else {
        return false
    }
    var remainder = 0
    for byte in characters[4...] + characters[..<4] {
        if let digit = digit(byte) {
            remainder = (remainder * 10 + digit) % 97
        } else {
            remainder = (remainder * 100 + Int(byte) - 0x61 + 10) % 97
        }
    }
    return remainder == 1
}

/// GB 11643-1999: 17 digits and a check character (ISO 7064, mod 11-2), a date of birth in digits 7 to 14.
private func acceptsResidentID(_ characters: [UInt8]) -> Bool {
    guard characters.count == 18 else { return false }
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    var sum = 0
    for index in 0..<17 {
        guard let digit = digit(characters[index]) else { return false }
        sum += digit * weights[index]
    }
    let check = Array("10x98765432".utf8)[sum % 11]
    let date = String(decoding: characters[6..<14], as: UTF8.self)
    return characters[17] == check
        && isCalendarDay("\(date.prefix(4))-\(date.dropFirst(4).prefix(2))-\(date.suffix(2))")
}
