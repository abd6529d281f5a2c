// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v26)],
    targets: [
        // simdjson parse + ICU fold + one scan, in C++ on one thread: what the libraries alone cost.
        .executableTarget(
            name: "NativeFloor",
            linkerSettings: [.linkedLibrary("icuuc"), .linkedLibrary("simdjson"), .linkedLibrary("hs")]),
        // Makes the posts and phrases, runs the command and the floor, prints the table.
        .executableTarget(name: "bench"),
    ],
    cxxLanguageStandard: .cxx17
)
