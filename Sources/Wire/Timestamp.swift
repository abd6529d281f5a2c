/// Times as records name them: RFC 3339, `2025-01-15T01:00:02.439Z` or with an offset.
enum Timestamp {
    /// Milliseconds since 1970; nil for what is no time.
    static func milliseconds(_ text: Span<UInt8>) -> Int64? {
        var place = 0
        func digits(_ count: Int) -> Int64? {
            guard place + count <= text.count else { return nil }
            var value: Int64 = 0
            for _ in 0..<count {
                let digit = text[place] &- 0x30
                guard digit < 10 else { return nil }
                value = value * 10 + Int64(digit)
                place += 1
            }
            return value
        }
        func sign(_ bytes: UInt8...) -> UInt8? {
            guard place < text.count, bytes.contains(text[place]) else { return nil }
            place += 1
            return text[place - 1]
        }
        guard let year = digits(4), sign(0x2D) != nil, let month = digits(2), sign(0x2D) != nil, let day = digits(2),
            sign(0x54, 0x74, 0x20) != nil, let hour = digits(2), sign(0x3A) != nil, let minute = digits(2),
            sign(0x3A) != nil, let second = digits(2),
            (1...12).contains(month), day >= 1, day <= lastDay(year, month), hour < 24, minute < 60, second < 61
        else { return nil }
        var fraction: Int64 = 0
        if sign(0x2E) != nil {
            var unit: Int64 = 100
            guard place < text.count, text[place] &- 0x30 < 10 else { return nil }
            while let digit = digits(1) {
                fraction += digit * unit
                unit /= 10
            }
        }
        var offset: Int64 = 0
        guard let zone = sign(0x5A, 0x7A, 0x2B, 0x2D) else { return nil }
        if zone == 0x2B || zone == 0x2D {
            guard let hours = digits(2), sign(0x3A) != nil, let minutes = digits(2), hours < 24, minutes < 60 else {
                return nil
            }
            offset = (hours * 60 + minutes) * (zone == 0x2B ? 1 : -1)
        }
        guard place == text.count else { return nil }
        let minutes = (days(year, month, day) * 24 + hour) * 60 + minute - offset
        return (minutes * 60 + second) * 1000 + fraction
    }

    private static func lastDay(_ year: Int64, _ month: Int64) -> Int64 {
        if month == 2 { return year % 4 == 0 && year % 100 != 0 || year % 400 == 0 ? 29 : 28 }
        return [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Days since 1970-01-01 in the Gregorian calendar: years begin in March, so that leap days end them (Hinnant,
    /// "chrono-Compatible Low-Level Date Algorithms").
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
