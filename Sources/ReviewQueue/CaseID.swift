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
        // Each draw of the system's generator is a call of the kernel: two of them, not sixteen.
        for _ in 0..<2 {
            var bits: UInt64 = random.next()
            for _ in 0..<8 {
                characters.append(alphabet[Int(bits & 31)])
                bits >>= 5
            }
        }
        return String(decoding: characters, as: UTF8.self)
    }
}
