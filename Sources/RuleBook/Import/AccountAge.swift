/// An age as AutoModerator compares it.
struct AccountAge {
    var comparison: Condition.Comparison
    var days: Double
    /// What differs from the source.
    var change: String?

    init?(_ text: String) {
        let bytes = Array(text.utf8)
        var rest = bytes[...].drop { $0 == 0x20 }
        let sign = rest.prefix { $0 == 0x3C || $0 == 0x3E || $0 == 0x3D }
        rest = rest.dropFirst(sign.count).drop { $0 == 0x20 }
        switch String(decoding: sign, as: UTF8.self) {
        case "<": comparison = .lt
        case "<=": comparison = .lte
        case ">": comparison = .gt
        case ">=": comparison = .gte
        default: return nil
        }
        let digits = rest.prefix { (0x30...0x39).contains($0) || $0 == 0x2E }
        let unit = String(decoding: rest.dropFirst(digits.count), as: UTF8.self).lowercased().filter { $0 != " " }
        guard digits.count <= 9, let number = Double(String(decoding: digits, as: UTF8.self)) else { return nil }
        switch unit {
        case "", "day", "days": days = number
        case "week", "weeks": days = number * 7
        case "month", "months":
            days = number * 30
            change = "a month is taken as 30 days"
        case "year", "years":
            days = number * 365
            change = "a year is taken as 365 days"
        case "hour", "hours": days = number / 24
        case "minute", "minutes": days = number / 1440
        default: return nil
        }
        if days > 0, days < 1 {
            days = 1
            change = "an age is told in days here: rounded up to one"
        }
    }
}
