public import ContentModel

/// Writes a run's records in one format. A value a worker; programs read NDJSON, people tables.
public protocol VerdictRendering: Sendable {
    /// Appends a verdict.
    ///
    /// - Parameters:
    ///   - line: The record's number, which names a post without an id.
    ///   - caseID: The case that holds the post, if there is one.
    ///   - original: The post as it came, as JSON, to be passed through.
    /// - Returns: Where the characters of the case's id begin in `json.bytes`, if there is a case.
    mutating func write(
        _ verdict: Verdict, of post: Post, line: Int, caseID: String?, original: Span<UInt8>?, to json: inout JSONBytes
    ) -> Int?

    /// Appends the record that stands for one that could not be read.
    mutating func write(_ error: RecordError, line: Int, to json: inout JSONBytes)

    /// What is inserted `offset` bytes behind the beginning of the case's id, to say what a person decided before.
    func note(decision: String) -> (offset: Int, bytes: [UInt8])
}
