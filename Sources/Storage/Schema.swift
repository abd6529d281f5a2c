extension DatabaseFile {
    /// The schema of the file, step by step: one list for all rooms that keep tables in it. Released steps are never
    /// edited.
    public static let schema = [Migration(queue), Migration(ruleVersions), Migration(reviewing)]

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

    /// Small rows for what changes and is searched, large ones for what is only shown, and names kept once.
    private static let reviewing = """
        -- Names that many cases share: rules with their category, and rule sets.
        CREATE TABLE names (
            id INTEGER PRIMARY KEY,
            text TEXT NOT NULL UNIQUE
        );

        -- The markets' part of verdicts, which posts of the same findings share; found by the first 8 bytes of SHA-256.
        CREATE TABLE fragments (
            id INTEGER PRIMARY KEY,
            hash INTEGER NOT NULL,
            text TEXT NOT NULL
        );
        CREATE INDEX fragments_by_hash ON fragments (hash);

        -- All that decides who may take a case. Lists are written `,a,b,`.
        CREATE TABLE lanes (
            id INTEGER PRIMARY KEY,
            languages TEXT NOT NULL,
            categories TEXT NOT NULL,
            markets TEXT NOT NULL,
            role TEXT NOT NULL,
            barred TEXT NOT NULL,
            UNIQUE (languages, categories, markets, role, barred)
        );

        ALTER TABLE cases RENAME TO cases_1;
        ALTER TABLE decisions RENAME TO decisions_1;
        DROP INDEX cases_by_post;
        DROP INDEX cases_by_rank;
        DROP INDEX cases_by_claim;
        DROP INDEX decisions_by_case;

        CREATE TABLE cases (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL,
            -- What makes two records the same post: `id:` and the publisher's id, or a source and a line.
            post_key TEXT NOT NULL,
            author TEXT,
            -- SHA-256 of the judged fields; erased with the content.
            content_hash BLOB,
            rule_sets INTEGER NOT NULL,
            lane INTEGER NOT NULL,
            -- 0 low to 3 critical.
            severity INTEGER NOT NULL,
            score REAL NOT NULL,
            rank REAL NOT NULL,
            created INTEGER NOT NULL,
            due INTEGER NOT NULL,
            state TEXT NOT NULL,
            claim_reviewer TEXT,
            claim_since INTEGER,
            claim_until INTEGER,
            claim_batch INTEGER,
            -- The number of the first case with nearly this text.
            cluster INTEGER NOT NULL,
            -- The number of the case whose answer is known, for a copy that tries a reviewer.
            golden INTEGER,
            superseded_by TEXT,
            revision INTEGER NOT NULL DEFAULT 1
        );
        CREATE UNIQUE INDEX cases_by_id ON cases (id);
        -- One case a post is alive; closed ones are history.
        CREATE UNIQUE INDEX cases_by_post ON cases (post_key) WHERE state <> 'closed';
        CREATE INDEX cases_waiting ON cases (lane, rank) WHERE state IN ('open', 'appealed');
        CREATE INDEX cases_claimed ON cases (claim_reviewer) WHERE state = 'claimed';
        CREATE INDEX cases_expiring ON cases (claim_until) WHERE state = 'claimed';
        -- What was decided about an author: waiting cases are left out, whose index would cost their coming in a sixth.
        CREATE INDEX cases_by_author ON cases (author) WHERE author IS NOT NULL AND state IN ('decided', 'closed');
        CREATE INDEX cases_by_cluster ON cases (cluster) WHERE cluster <> number;
        CREATE INDEX cases_golden ON cases (golden) WHERE golden IS NOT NULL;

        -- What is erased when a post's time is over.
        CREATE TABLE contents (
            number INTEGER PRIMARY KEY,
            -- 16 random bytes; events hold SHA-256 of them and the post, and can be checked until they are erased.
            salt BLOB NOT NULL,
            -- The post as it came, JSON.
            post TEXT NOT NULL,
            -- The rules of the evidence, as a JSON list of names.id.
            rules TEXT NOT NULL,
            -- The markets' part of the verdict, a fragments.id; NULL where `verdict` is the whole verdict of an old schema.
            markets INTEGER,
            verdict TEXT NOT NULL
        );

        CREATE TABLE case_rules (
            rule INTEGER NOT NULL,
            number INTEGER NOT NULL,
            PRIMARY KEY (rule, number)
        ) WITHOUT ROWID;

        -- Similarity hashes of texts, each with the first case that had it.
        CREATE TABLE cluster_keys (
            key INTEGER PRIMARY KEY,
            cluster INTEGER NOT NULL
        );

        -- What people did with cases. Texts are erased with the content.
        CREATE TABLE acts (
            number INTEGER PRIMARY KEY,
            case_number INTEGER NOT NULL,
            -- decide, escalate, appeal
            kind TEXT NOT NULL,
            decision TEXT,
            -- NULL: every market that holds the post.
            market TEXT,
            actor TEXT NOT NULL,
            -- What the author may be told; of an appeal, the author's own words.
            reason TEXT,
            note TEXT,
            at INTEGER NOT NULL,
            -- Milliseconds from the claim.
            took INTEGER,
            undone INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX acts_by_case ON acts (case_number);
        CREATE INDEX acts_by_actor ON acts (actor);

        -- What the publisher acts on, in its order.
        CREATE TABLE outcomes (
            number INTEGER PRIMARY KEY,
            case_number INTEGER NOT NULL,
            act INTEGER NOT NULL,
            -- decided, upheld, overturned
            kind TEXT NOT NULL,
            -- A JSON object: market to decision.
            decisions TEXT NOT NULL,
            at INTEGER NOT NULL,
            -- Until then it may be taken back, and is not told.
            final_at INTEGER NOT NULL,
            undone INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX outcomes_by_case ON outcomes (case_number);

        CREATE TABLE skips (
            number INTEGER NOT NULL,
            reviewer TEXT NOT NULL,
            times INTEGER NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (reviewer, number)
        ) WITHOUT ROWID;

        CREATE INDEX skips_by_case ON skips (number);

        CREATE TABLE reviewers (
            name TEXT PRIMARY KEY,
            role TEXT NOT NULL,
            languages TEXT NOT NULL,
            markets TEXT NOT NULL,
            categories TEXT NOT NULL,
            sensitive TEXT NOT NULL
        ) WITHOUT ROWID;

        -- How many cases each reviewer has taken: every so many one is a golden case.
        CREATE TABLE workloads (
            reviewer TEXT PRIMARY KEY,
            taken INTEGER NOT NULL
        ) WITHOUT ROWID;

        -- Cases whose right answer is known.
        CREATE TABLE golden (
            number INTEGER PRIMARY KEY,
            decision TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL
        );

        -- Where the chain of events begins, once old ones were deleted.
        CREATE TABLE chain_start (
            number INTEGER NOT NULL,
            hash BLOB NOT NULL
        );

        INSERT INTO names (text) SELECT DISTINCT rule_sets FROM cases_1;
        INSERT OR IGNORE INTO names (text)
            SELECT DISTINCT (value ->> 'rule') || ' ' || (value ->> 'category')
            FROM cases_1, json_each(verdict, '$.evidence');
        INSERT INTO lanes (languages, categories, markets, role, barred)
            SELECT DISTINCT CASE languages WHEN '' THEN '' ELSE ',' || languages || ',' END, ',' || category || ',',
                ',' || markets || ',', 'reviewer', ''
            FROM cases_1;
        INSERT INTO cases
            SELECT c.number, c.id, c.post_key, c.post ->> '$.author.id', c.content_hash, names.id, lanes.id,
                CASE c.severity WHEN 'critical' THEN 3 WHEN 'high' THEN 2 WHEN 'medium' THEN 1 ELSE 0 END,
                c.score, c.rank, c.created, c.due, c.state, c.claim_reviewer, c.claim_until - 900000, c.claim_until,
                NULL, c.number, NULL, c.superseded_by, c.revision
            FROM cases_1 AS c JOIN names ON names.text = c.rule_sets
            JOIN lanes ON lanes.categories = ',' || c.category || ',' AND lanes.markets = ',' || c.markets || ','
                AND lanes.languages = CASE c.languages WHEN '' THEN '' ELSE ',' || c.languages || ',' END;
        INSERT INTO contents SELECT number, randomblob(16), post, '[]', NULL, verdict FROM cases_1;
        INSERT OR IGNORE INTO case_rules (rule, number)
            SELECT names.id, cases_1.number FROM cases_1, json_each(verdict, '$.evidence')
            JOIN names ON names.text = (value ->> 'rule') || ' ' || (value ->> 'category');
        INSERT INTO acts (case_number, kind, decision, market, actor, reason, at)
            SELECT cases_1.number, 'decide', decision, market, reviewer, reason, at
            FROM decisions_1 JOIN cases_1 ON cases_1.id = decisions_1.case_id ORDER BY decisions_1.number;
        INSERT INTO outcomes (case_number, act, kind, decisions, at, final_at)
            SELECT acts.case_number, acts.number, 'decided',
                CASE WHEN market IS NOT NULL THEN json_object(market, decision)
                ELSE (SELECT json_group_object(value, decision)
                    FROM json_each('["' || replace(cases_1.markets, ',', '","') || '"]')) END,
                at, at
            FROM acts JOIN cases_1 ON cases_1.number = acts.case_number ORDER BY acts.number;
        DROP TABLE cases_1;
        DROP TABLE decisions_1;
        """
}
