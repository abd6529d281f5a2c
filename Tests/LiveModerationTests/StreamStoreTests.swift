import Foundation
import LiveModeration
import Storage
import TestSupport
import Testing

/// Why a file was refused.
private func refusal(_ open: () throws -> Void) -> StorageError.Code? {
    do {
        try open()
        return nil
    } catch {
        return (error as? StorageError)?.code
    }
}

@Suite struct StreamStoreTests {
    @Test func statesAreReadBack() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/streams"
        let large = [UInt8](repeating: 0xFE, count: 1 << 20)
        do {
            let store = try StreamStore(path: path, now: 0)
            #expect(try store.state(of: "one") == nil)
            try store.save([:], now: 0)
            try store.save(["one": [1, 2, 3], "加\u{0}'": [], "large": large], now: 0)
            #expect(try store.state(of: "one") == [1, 2, 3])
            try store.save(["one": [4]], now: 0)
            #expect(try store.state(of: "one") == [4])
        }
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
        let again = try StreamStore(path: path, now: 0)
        #expect(try again.state(of: "one") == [4])
        #expect(try again.state(of: "加\u{0}'") == [])
        #expect(try again.state(of: "large") == large)
        #expect(try again.state(of: "two") == nil)
    }

    @Test func statesAreKeptForADay() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/streams"
        let day: Int64 = 86_400_000
        do {
            let store = try StreamStore(path: path, now: 0)
            try store.save(["old": [1]], now: 1000)
            try store.save(["new": [2]], now: 5000)
        }
        do {
            let store = try StreamStore(path: path, now: 1000 + day)
            #expect(try store.state(of: "old") == [1])
        }
        let store = try StreamStore(path: path, now: 1001 + day)
        #expect(try store.state(of: "old") == nil)
        #expect(try store.state(of: "new") == [2])
    }

    /// No queue is taken for streams, and no streams for a queue.
    @Test func otherFilesAreRefused() throws {
        let folder = try TemporaryFolder()
        let (queue, streams) = (folder.path + "/queue", folder.path + "/streams")
        _ = try DatabaseFile(path: queue, creates: true)
        _ = try StreamStore(path: streams, now: 0)
        #expect(refusal { _ = try StreamStore(path: queue, now: 0) } == .notOurs)
        #expect(refusal { _ = try DatabaseFile(path: streams, creates: true) } == .notOurs)
        let rubbish = folder.path + "/rubbish"
        try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: rubbish))
        #expect(refusal { _ = try StreamStore(path: rubbish, now: 0) } == .notOurs)
        #expect(try Data(contentsOf: URL(fileURLWithPath: rubbish)) == Data(repeating: 0x41, count: 8192))
        #expect(refusal { _ = try DatabaseFile(path: queue, creates: false) } == nil)
        #expect(refusal { _ = try StreamStore(path: streams, now: 0) } == nil)
    }
}
