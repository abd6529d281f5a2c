extension DatabaseFile {
    /// The schema of the file, step by step: one list for all rooms that keep tables in it. Released steps are never
    /// edited.
    public static let schema = [Migration(queue), Migration(ruleVersions)]

    private static let queue = """
        CREATE TABLE cases (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            post_key TEXT NOT NULL,
            post_id TEXT,
            content_hash BLOB NOT NULL,
            rule_sets TEXT NOT NULL,
            post TEXT NOT NULL,
            verdict TEXT NOT NULL,
            category TEXT NOT NULL,
            severity TEXT NOT NULL,
            score REAL NOT NULL,
            languages TEXT NOT NULL,
            markets TEXT NOT NULL,
            rank REAL NOT NULL,
            created INTEGER NOT NULL,
            due INTEGER NOT NULL,
            state TEXT NOT NULL,
            claim_reviewer TEXT,
            claim_until INTEGER,
            superseded_by TEXT,
            revision INTEGER NOT NULL DEFAULT 1
        );
        -- One case a post is alive; closed ones are history.
        CREATE UNIQUE INDEX cases_by_post ON cases (post_key) WHERE state <> 'closed';
        CREATE INDEX cases_by_rank ON cases (rank) WHERE state IN ('open', 'appealed');
        CREATE INDEX cases_by_claim ON cases (claim_until) WHERE state = 'claimed';

        CREATE TABLE decisions (
            number INTEGER PRIMARY KEY,
            case_id TEXT NOT NULL,
            market TEXT,
            decision TEXT NOT NULL,
            reviewer TEXT NOT NULL,
            reason TEXT,
            at INTEGER NOT NULL
        );
        CREATE INDEX decisions_by_case ON decisions (case_id);

        -- Appended to, never changed; each carries SHA-256 of itself and of the one before.
        CREATE TABLE events (
            number INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            case_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            actor TEXT NOT NULL,
            detail TEXT NOT NULL,
            hash BLOB NOT NULL
        );
        """

    private static let ruleVersions = """
        -- Contents of rule files by their SHA-256; versions share what they have in common.
        CREATE TABLE rule_files (
            hash TEXT PRIMARY KEY,
            content BLOB NOT NULL
        ) WITHOUT ROWID;

        -- One state of a region's folder. Never changed.
        CREATE TABLE rule_versions (
            region TEXT NOT NULL,
            number INTEGER NOT NULL,
            hash TEXT NOT NULL,
            -- A JSON object: path in the region's folder to rule_files.hash.
            files TEXT NOT NULL,
            author TEXT NOT NULL,
            note TEXT NOT NULL,
            created INTEGER NOT NULL,
            PRIMARY KEY (region, number)
        ) WITHOUT ROWID;

        -- Appended to, never changed: which version a region got when. The last one of a region is in force;
        -- `previous` is the one that a rollback goes back to.
        CREATE TABLE rule_activations (
            number INTEGER PRIMARY KEY,
            region TEXT NOT NULL,
            version INTEGER NOT NULL,
            previous INTEGER,
            kind TEXT NOT NULL,
            author TEXT NOT NULL,
            note TEXT NOT NULL,
            at INTEGER NOT NULL
        );
        CREATE INDEX rule_activations_by_region ON rule_activations (region, number);

        -- Appended to: a rule put out of force for a while; a later line for the same rule stands instead.
        CREATE TABLE rule_suspensions (
            number INTEGER PRIMARY KEY,
            rule TEXT NOT NULL,
            until INTEGER NOT NULL,
            reason TEXT NOT NULL,
            author TEXT NOT NULL,
            at INTEGER NOT NULL
        );

        -- What a verdict's `rule_set` was made of, kept when it first judges.
        CREATE TABLE rule_sets (
            name TEXT PRIMARY KEY,
            market TEXT NOT NULL,
            -- A JSON list of versions, e.g. ["cn#12", "global#3"].
            versions TEXT NOT NULL,
            day TEXT NOT NULL,
            -- A JSON list of rule names.
            suspended TEXT NOT NULL,
            engine INTEGER NOT NULL,
            first_used INTEGER NOT NULL
        ) WITHOUT ROWID;
        """
}
