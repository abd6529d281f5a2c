import Foundation
import TestSupport
import Testing
import UnicodeData

/// The gates of `make lint` are shown to fail.
@Suite struct ScriptTests {
    private func run(_ arguments: [String], in folder: String) throws -> (status: Int32, error: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let data = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    @Test func layersHoldHere() throws {
        #expect(try run([Command.root.path + "/Scripts/check-layers"], in: Command.root.path).status == 0)
    }

    @Test func aForbiddenImportIsFound() throws {
        let folder = try TemporaryFolder()
        for name in ["Scripts", "Sources/Wire", "Sources/Misc"] {
            try FileManager.default.createDirectory(atPath: folder.path + "/" + name, withIntermediateDirectories: true)
        }
        try FileManager.default.copyItem(
            atPath: Command.root.path + "/Scripts/check-layers", toPath: folder.path + "/Scripts/check-layers")
        try "internal import Moderation\n".write(
            toFile: folder.path + "/Sources/Wire/A.swift", atomically: true, encoding: .utf8)
        try "let x = 1\n".write(toFile: folder.path + "/Sources/Misc/B.swift", atomically: true, encoding: .utf8)
        let result = try run([folder.path + "/Scripts/check-layers"], in: folder.path)
        #expect(result.status == 1)
        #expect(result.error.contains("Wire may not import Moderation"))
        #expect(result.error.contains("Sources/Misc/ is no room"))
    }

    /// The generated tables are what ICU says. Another ICU knows other characters, and is not compared.
    @Test(.enabled(if: UnicodeVersion.icu == "72.1"))
    func theTablesAreThoseOfICU() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Command.root.path + "/Scripts/unicode-tables")
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let made = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let kept = try Data(
            contentsOf: URL(fileURLWithPath: Command.root.path + "/Sources/CUnicodeTables/tables.c"))
        #expect(made == kept, "Sources/CUnicodeTables/tables.c is not what `make tables` makes")
    }
}
