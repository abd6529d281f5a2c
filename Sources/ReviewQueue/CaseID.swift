/// A case's id: a ULID, 26 characters of Crockford's base 32, which sorts by time (48 bits of milliseconds since 1970,
/// then 80 random bits).
public enum CaseID {
    public static let length = 26

    /// - Parameter milliseconds: Since 1970.
    public static func make(
        at milliseconds: Int64, using random: inout some RandomNumberGenerator
    ) -> String {
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
        var characters: [UInt8] = []
        characters.reserveCapacity(length)
        let time = UInt64(max(0, milliseconds))
        for shift in stride(from: 45, through: 0, by: -5) {
            characters.append(alphabet[Int(time >> UInt64(shift) & 31)])
        }
        for _ in 0..<16 { characters.append(alphabet[Int.random(in: 0..<32, using: &random)]) }
        return String(decoding: characters, as: UTF8.self)
    }
}
