// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target of the package is held to the same language rules.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableExperimentalFeature("Lifetimes"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

func room(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["TestSupport"], swiftSettings: [.swiftLanguageMode(.v6)])
}

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let histogram: Target.Dependency = .product(name: "Histogram", package: "hdrhistogram-swift")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "moderate",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "moderate", targets: ["moderate"]),
        .library(name: "Moderation", targets: ["Moderation"]),
        .library(name: "TextViews", targets: ["TextViews", "UnicodeData"]),
        .library(name: "ReviewQueue", targets: ["ReviewQueue", "Storage", "ContentModel"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Floor 0: C boundaries.
        .target(name: "CICU", linkerSettings: [.linkedLibrary("icuuc")]),
        .target(name: "CCLD2", linkerSettings: [.linkedLibrary("cld2")]),
        .target(name: "CTextBlocks"),
        .target(name: "CGrams", dependencies: ["CTextBlocks"]),
        .target(name: "CUnicodeTables"),
        .target(name: "CNcurses", linkerSettings: [.linkedLibrary("ncursesw")]),
        .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
        .systemLibrary(name: "CVectorscan", pkgConfig: "libhs", providers: [.apt(["libvectorscan-dev"])]),

        // Floor 1: vocabulary and Unicode.
        room("ContentModel", []),
        room("UnicodeData", ["CICU", "CTextBlocks", "CUnicodeTables"]),

        // Floor 2: one skill each.
        room("TextViews", ["ContentModel", "UnicodeData"]),
        room("LanguageID", ["ContentModel", "UnicodeData", "CCLD2"]),
        room("RuleBook", ["ContentModel", yams, crypto]),
        room("PatternMatching", ["ContentModel", "CVectorscan", crypto]),
        room("Wire", ["ContentModel", "CSimdJSON"]),

        // Floor 3: the product, and the file.
        room(
            "Moderation",
            ["ContentModel", "UnicodeData", "TextViews", "LanguageID", "RuleBook", "PatternMatching", "CGrams", crypto]),
        room("Storage", [grdb]),

        // Floor 4: what stands on a verdict.
        room("LiveModeration", ["ContentModel", "Moderation", "RuleBook", "Storage", "Wire", grdb]),
        room("ReviewQueue", ["ContentModel", "Wire", "Storage", grdb, crypto]),
        room("RuleVersions", ["ContentModel", "RuleBook", "Storage", grdb]),
        room("Evaluation", ["ContentModel", "Moderation", "RuleBook", "Wire"]),

        // Floor 5 and 6: the run and the command.
        room(
            "Gate",
            [
                "ContentModel", "RuleBook", "Moderation", "LiveModeration", "ReviewQueue", "RuleVersions", "Storage",
                "Wire",
            ]),
        room("ReviewTerminal", ["ContentModel", "UnicodeData", "ReviewQueue", "Storage", "CNcurses"]),
        .executableTarget(
            name: "moderate",
            dependencies: [
                "ContentModel", "UnicodeData", "TextViews", "RuleBook", "Wire", "Moderation", "Storage",
                "LiveModeration", "ReviewQueue", "RuleVersions", "Evaluation", "Gate", "ReviewTerminal",
                argumentParser, histogram,
            ],
            swiftSettings: settings),

        // Tests.
        .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
        .target(
            name: "TestSupport", dependencies: ["ContentModel"], path: "Tests/TestSupport", swiftSettings: settings),
        tests("UnicodeDataTests", ["UnicodeData"]),
        tests("TextViewsTests", ["TextViews", "UnicodeData", "ContentModel"]),
        tests("LanguageIDTests", ["LanguageID", "ContentModel"]),
        tests("RuleBookTests", ["RuleBook", "ContentModel", yams]),
        tests("PatternMatchingTests", ["PatternMatching"]),
        tests("WireTests", ["Wire", "ContentModel"]),
        tests(
            "ModerationTests",
            ["Moderation", "ContentModel", "RuleBook", "Evaluation", "CAllocationCount", "CGrams", "CTextBlocks"]),
        tests("EvaluationTests", ["Evaluation", "Moderation", "RuleBook", "ContentModel"]),
        tests("ReviewQueueTests", ["ReviewQueue", "Storage", "ContentModel", grdb, crypto]),
        tests("ReviewTerminalTests", ["ReviewTerminal", "ReviewQueue", "Storage", "ContentModel", "UnicodeData"]),
        tests("LiveModerationTests", ["LiveModeration", "Moderation", "ContentModel", "RuleBook", "Storage", "Wire"]),
        tests("RuleVersionsTests", ["RuleVersions", "RuleBook", "Storage", "ContentModel", grdb]),
        tests(
            "GateTests",
            [
                "Gate", "Moderation", "LiveModeration", "ContentModel", "ReviewQueue", "RuleVersions", "RuleBook",
                "Storage", "Wire",
            ]),
        tests("CommandTests", ["moderate", "ContentModel", "UnicodeData"]),
    ],
    cxxLanguageStandard: .cxx17
)
