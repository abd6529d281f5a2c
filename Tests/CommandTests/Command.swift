import Foundation
import Synchronization
import TestSupport

/// The built binary, run as a process in a folder of its own.
struct Command {
    private let temporary: TemporaryFolder
    var folder: String { temporary.path }

    init() throws {
        temporary = try TemporaryFolder()
        try write("rules/xx/market.yaml", "market: xx\nthresholds: {default: {review: 0.5, block: 0.9}}\n")
        try write(
            "rules/global/p.yaml",
            "pack: p\nrules:\n  - {id: a, category: fraud, confidence: 0.6, match: {phrases: [weixin]}}\n")
    }

    func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

    func write(_ name: String, _ data: Data) throws {
        let url = URL(fileURLWithPath: folder + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url)
    }

    static var root: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    static var binary: String {
        ProcessInfo.processInfo.environment["MODERATE_BINARY"]
            ?? root.appendingPathComponent(".build/release/moderate").path
    }

    /// What a process left.
    struct Result {
        var status: Int32
        var output: String
        var error: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    func process(_ arguments: [String], environment: [String: String] = [:]) -> Process {
        process(Self.binary, arguments, environment)
    }

    /// A script of the shell, in which the binary is `"$0"`.
    func shell(_ script: String) -> Process { process("/bin/bash", ["-c", script, Self.binary], [:]) }

    private func process(
        _ executable: String, _ arguments: [String], _ environment: [String: String]
    ) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        var all = ProcessInfo.processInfo.environment
        all["MODERATE_CACHE"] = NSTemporaryDirectory() + "moderate-test-cache"
        all["MODERATE_RULES"] = folder + "/rules"
        all["MODERATE_DB"] = nil
        all.merge(environment) { $1 }
        process.environment = all
        return process
    }

    func run(_ arguments: [String], input: Data = Data(), environment: [String: String] = [:]) throws -> Result {
        let process = process(arguments, environment: environment)
        try write("stdin", input)
        for name in ["stdout", "stderr"] {
            _ = FileManager.default.createFile(atPath: folder + "/" + name, contents: nil)
        }
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder + "/stdin"))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: folder + "/stdout"))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: folder + "/stderr"))
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, output: try String(contentsOfFile: folder + "/stdout", encoding: .utf8),
            error: try String(contentsOfFile: folder + "/stderr", encoding: .utf8))
    }

    func run(_ arguments: [String], _ input: String, environment: [String: String] = [:]) throws -> Result {
        try run(arguments, input: Data(input.utf8), environment: environment)
    }

    /// What a statement gives, as Python writes it.
    func sql(_ statement: String, database: String = "moderate.sqlite") throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c",
            "import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); print(d.execute(sys.argv[2]).fetchall()); d.commit()",
            folder + "/" + database, statement,
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
