/// Why a record could not be read or judged. It gets an error record in its place.
public struct RecordError: Error, Equatable, Sendable {
    public enum Code: String, Sendable, CaseIterable {
        case malformedJSON = "malformed-json"
        case invalidUTF8 = "invalid-utf8"
        case duplicateKey = "duplicate-key"
        case missingText = "missing-text"
        case wrongType = "wrong-type"
        case unknownMarket = "unknown-market"
        case noMarketLeft = "no-market-left"
        case lineTooLong = "line-too-long"
        case missingStream = "missing-stream"
        case missingSequence = "missing-seq"
    }

    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
