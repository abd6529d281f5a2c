internal import Storage

/// The schema of the queue, step by step. Released steps are never edited.
enum Schema {
    static let migrations = [DatabaseFile.Migration(first)]

    private static let first = """
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
}
