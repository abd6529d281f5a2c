import Foundation

/// A folder of a test's own, removed with all that is in it when the last that holds it lets go.
public final class TemporaryFolder: Sendable {
    public let path = NSTemporaryDirectory() + "moderate-test-\(UUID().uuidString)"

    public init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
