-- Version 4 of a ledger: entries, appended by the server alone, with the hash chain, and who may see and record what.
--
-- The table and its columns bear the names of the contract, for those who ask by psql. Days are dates, moments are
-- timestamps and figures exact numerics without trailing zeros; ordos_targets.canonical() gives the text that is
-- hashed, which is the one that every other engine hashes (ordos_targets/domain/hash_chain.py describes it).
--
-- No role but the ledger's owner may write to a table. Who records calls ordos_targets.append(), which numbers,
-- dates, signs and chains the entries by itself. Failures that it raises itself bear the codes OT001 to OT007.

CREATE SCHEMA ordos_targets;
COMMENT ON SCHEMA ordos_targets IS 'A ledger of ordos-targets: append-only entries in a hash chain';

CREATE TABLE ordos_targets.migrations (
    version integer PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE ordos_targets.entries (
    seq bigint PRIMARY KEY,
    uid text COLLATE "C" NOT NULL UNIQUE CHECK (uid ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'),
    target text COLLATE "C" NOT NULL,
    district text COLLATE "C",
    date date NOT NULL CHECK (date BETWEEN '0001-01-01' AND '9999-12-31'),
    kind text COLLATE "C" NOT NULL CHECK (
        kind IN ('increment', 'reading', 'share', 'rate', 'item', 'void', 'remark', 'close', 'unchanged')
    ),
    -- At most 15 digits, 4 of them behind the point; not NaN, nor infinity.
    value numeric CHECK (abs(value) < 1e15 AND scale(value) <= 4),
    "of" numeric CHECK (abs("of") < 1e15 AND scale("of") <= 4),
    item text COLLATE "C",
    estimate boolean NOT NULL,
    note text COLLATE "C",
    evidence text COLLATE "C",
    evidence_sha256 text COLLATE "C",
    "by" text COLLATE "C" NOT NULL,
    recorded_at timestamptz NOT NULL CHECK (recorded_at BETWEEN '0001-01-01 00:00Z' AND '9999-12-31 23:59:59.999999Z'),
    origin text COLLATE "C" NOT NULL,
    replaces text COLLATE "C",
    first_day date CHECK (first_day BETWEEN '0001-01-01' AND '9999-12-31'),
    state text COLLATE "C" CHECK (state IN ('doing', 'done', 'signed')),
    will text COLLATE "C",
    until date CHECK (until BETWEEN '0001-01-01' AND '9999-12-31'),
    hash text COLLATE "C" NOT NULL CHECK (length(hash) = 64)
);
CREATE INDEX entries_by_target ON ordos_targets.entries (target, date);
CREATE INDEX entries_by_district ON ordos_targets.entries (target, district, date);
-- An office that may see one district only lists its own without reading those of all.
CREATE INDEX entries_of_district ON ordos_targets.entries (district, seq);
-- One entry is cancelled once, however many people try at the same time.
CREATE UNIQUE INDEX entries_void ON ordos_targets.entries (replaces) WHERE kind = 'void';
CREATE INDEX entries_successor ON ordos_targets.entries (replaces) WHERE replaces IS NOT NULL AND kind <> 'void';
CREATE INDEX entries_items ON ordos_targets.entries (target, date) WHERE kind = 'item';

-- The end of the chain; who appends holds this row. `restoring` is the transaction that found the ledger empty.
CREATE TABLE ordos_targets.head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    seq bigint NOT NULL,
    hash text COLLATE "C" NOT NULL,
    recorded_at timestamptz,
    restoring xid8
) WITH (fillfactor = 10);
INSERT INTO ordos_targets.head (seq, hash) VALUES (0, repeat('0', 64));

-- Who may do what: `all` and `read` everything, `district` and `target` the one named in `id`.
CREATE TABLE ordos_targets.grants (
    role text COLLATE "C" NOT NULL,
    "right" text COLLATE "C" NOT NULL CHECK ("right" IN ('all', 'read', 'district', 'target')),
    id text COLLATE "C" NOT NULL,
    owner text COLLATE "C",
    PRIMARY KEY (role, "right", id)
);
COMMENT ON COLUMN ordos_targets.grants.owner IS 'for whose targets a target was granted';

CREATE FUNCTION ordos_targets.refuse() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries are never changed or deleted: amend or void them' USING ERRCODE = 'OT006';
END $$;
CREATE TRIGGER entries_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON ordos_targets.entries
    FOR EACH STATEMENT EXECUTE FUNCTION ordos_targets.refuse();
ALTER TABLE ordos_targets.entries ENABLE ALWAYS TRIGGER entries_are_not_changed;

-- The chain: netstrings, hashed with the hash before.

CREATE FUNCTION ordos_targets.moment(timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT to_char($1 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- Netstrings: the length in bytes, `:`, the text, `,`; and `-,` where there is none. The columns that came later stand
-- behind, each that is filled as its name and its value.
CREATE FUNCTION ordos_targets.canonical(e ordos_targets.entries) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    seq text := e.seq;
    value text := e.value;
    denominator text := e."of";
BEGIN
    RETURN octet_length(seq)::text || ':' || seq || ','
        || octet_length(e.uid)::text || ':' || e.uid || ','
        || octet_length(e.target)::text || ':' || e.target || ','
        || coalesce(octet_length(e.district)::text || ':' || e.district || ',', '-,')
        || '10:' || to_char(e.date::timestamp, 'YYYY-MM-DD') || ','
        || octet_length(e.kind)::text || ':' || e.kind || ','
        || coalesce(octet_length(value)::text || ':' || value || ',', '-,')
        || coalesce(octet_length(denominator)::text || ':' || denominator || ',', '-,')
        || coalesce(octet_length(e.item)::text || ':' || e.item || ',', '-,')
        || CASE WHEN e.estimate THEN '1:1,' ELSE '1:0,' END
        || coalesce(octet_length(e.note)::text || ':' || e.note || ',', '-,')
        || coalesce(octet_length(e.evidence)::text || ':' || e.evidence || ',', '-,')
        || coalesce(octet_length(e.evidence_sha256)::text || ':' || e.evidence_sha256 || ',', '-,')
        || octet_length(e."by")::text || ':' || e."by" || ','
        || '27:' || ordos_targets.moment(e.recorded_at) || ','
        || octet_length(e.origin)::text || ':' || e.origin || ','
        || coalesce(octet_length(e.replaces)::text || ':' || e.replaces || ',', '-,')
        || coalesce('9:first_day,10:' || to_char(e.first_day::timestamp, 'YYYY-MM-DD') || ',', '')
        || coalesce('5:state,' || octet_length(e.state)::text || ':' || e.state || ',', '')
        || coalesce('4:will,' || octet_length(e.will)::text || ':' || e.will || ',', '')
        || coalesce('5:until,10:' || to_char(e.until::timestamp, 'YYYY-MM-DD') || ',', '');
END $$;

CREATE FUNCTION ordos_targets.link(before text, genesis text, canonical text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN encode(sha256(convert_to(coalesce(before, genesis) || canonical, 'UTF8')), 'hex');
END $$;

-- chain(the hash before the first, canonical form) OVER (ORDER BY seq): the hash of each entry.
CREATE AGGREGATE ordos_targets.chain(text, text) (SFUNC = ordos_targets.link, STYPE = text);

CREATE FUNCTION ordos_targets.uuid7(moment timestamptz) RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    ms text := lpad(to_hex(greatest(floor(extract(epoch FROM moment) * 1000), 0)::bigint), 12, '0');
BEGIN
    RETURN substr(ms, 1, 8) || '-' || substr(ms, 9, 4) || '-7' || substr(gen_random_uuid()::text, 16);
END $$;

-- Rights. The login counts, not what it turned into by SET ROLE; a member of a role has that role's rights.

CREATE FUNCTION ordos_targets.owns() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_has_role(session_user, current_user, 'MEMBER')
$$;

CREATE FUNCTION ordos_targets.granted(wanted text) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT g.id), '{}')
    FROM ordos_targets.grants g JOIN pg_roles r ON r.rolname = g.role
    WHERE g."right" = wanted AND pg_has_role(session_user, r.oid, 'MEMBER')
$$;

CREATE FUNCTION ordos_targets.writes_all() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ordos_targets.owns() OR cardinality(ordos_targets.granted('all')) > 0
$$;

CREATE FUNCTION ordos_targets.reads_all() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ordos_targets.writes_all() OR cardinality(ordos_targets.granted('read')) > 0
$$;

-- An office sees what it may record, and a district's office what bears no district as well; what concerns all
-- targets, everybody sees. The rights are looked up once in a question, not once in an entry.
ALTER TABLE ordos_targets.entries ENABLE ROW LEVEL SECURITY;
CREATE POLICY entries_seen ON ordos_targets.entries FOR SELECT USING (
    (SELECT ordos_targets.reads_all())
    OR target = ANY ((SELECT ordos_targets.granted('target'))::text[])
    OR district = ANY ((SELECT ordos_targets.granted('district'))::text[])
    OR (district IS NULL AND (SELECT cardinality(ordos_targets.granted('district')) > 0))
    OR target = '*'
);

-- The entries that stand, of those that whoever asks may see: voids and what they cancelled are left out.
CREATE FUNCTION ordos_targets.standing() RETURNS SETOF ordos_targets.entries
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT e.* FROM ordos_targets.entries e
    WHERE (
            (SELECT ordos_targets.reads_all())
            OR e.target = ANY ((SELECT ordos_targets.granted('target'))::text[])
            OR e.district = ANY ((SELECT ordos_targets.granted('district'))::text[])
            OR (e.district IS NULL AND (SELECT cardinality(ordos_targets.granted('district')) > 0))
            OR e.target = '*'
        )
        AND e.kind <> 'void'
        AND NOT EXISTS (SELECT FROM ordos_targets.entries v WHERE v.replaces = e.uid AND v.kind = 'void')
$$;
CREATE VIEW ordos_targets.current_entries AS SELECT * FROM ordos_targets.standing();

-- The end of the chain at a moment. No entry is recorded before the one with the number before, so halving finds it.
CREATE FUNCTION ordos_targets.head_at(moment timestamptz, OUT seq bigint, OUT hash text, OUT recorded_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    low bigint := 0;
    high bigint;
    middle bigint;
BEGIN
    SELECT h.seq, h.hash, h.recorded_at INTO seq, hash, recorded_at FROM ordos_targets.head h;
    high := seq;
    IF recorded_at IS NULL OR recorded_at <= moment THEN
        RETURN;
    END IF;
    WHILE low < high LOOP
        middle := (low + high + 1) / 2;
        IF (SELECT e.recorded_at FROM ordos_targets.entries e WHERE e.seq = middle) <= moment THEN
            low := middle;
        ELSE
            high := middle - 1;
        END IF;
    END LOOP;
    seq := 0;
    hash := repeat('0', 64);
    recorded_at := NULL;
    IF low > 0 THEN
        SELECT e.seq, e.hash, e.recorded_at INTO seq, hash, recorded_at FROM ordos_targets.entries e WHERE e.seq = low;
    END IF;
END $$;

-- Hold the end of the chain until the transaction ends: nobody else appends meanwhile.
CREATE FUNCTION ordos_targets.hold() RETURNS ordos_targets.head
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    last ordos_targets.head;
BEGIN
    IF NOT ordos_targets.writes_all()
        AND cardinality(ordos_targets.granted('district') || ordos_targets.granted('target')) = 0
    THEN
        RAISE EXCEPTION '% may not record', session_user USING ERRCODE = 'OT005';
    END IF;
    -- What is acknowledged is on disk, whatever the login's own settings say; and who stops in the middle, as by
    -- Ctrl-Z, does not keep all others from recording for ever.
    IF current_setting('synchronous_commit') = 'off' THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    IF current_setting('idle_in_transaction_session_timeout') = '0' THEN
        PERFORM set_config('idle_in_transaction_session_timeout', '5min', true);
    END IF;
    SELECT * INTO STRICT last FROM ordos_targets.head FOR UPDATE;
    IF last.seq = 0 AND last.restoring IS DISTINCT FROM pg_current_xact_id() THEN
        UPDATE ordos_targets.head SET restoring = pg_current_xact_id() RETURNING * INTO last;
    END IF;
    RETURN last;
END $$;

-- Append entries, given as a JSON array of objects with the columns' names as keys; all of them or none.
--
-- The server gives seq, recorded_at and hash: `seq` and `hash` are refused, and `recorded_at` is heard only from the
-- ledger's owner in the transaction that fills an empty ledger. `uid` may be given. Who may not sign for others
-- signs by their login, whether they give it or not.
CREATE FUNCTION ordos_targets.append(drafts jsonb) RETURNS SETOF ordos_targets.entries
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    last ordos_targets.head := ordos_targets.hold();
    everywhere boolean := ordos_targets.writes_all();
    districts text[] := ordos_targets.granted('district');
    targets text[] := ordos_targets.granted('target');
    restoring boolean := ordos_targets.owns() AND last.restoring IS NOT DISTINCT FROM pg_current_xact_id();
    now_ timestamptz := greatest(clock_timestamp(), last.recorded_at);
    rows ordos_targets.entries[];
BEGIN
    IF EXISTS (SELECT FROM jsonb_array_elements(drafts) d WHERE d ?| array['seq', 'hash'])
        OR NOT restoring AND EXISTS (SELECT FROM jsonb_array_elements(drafts) d WHERE d ? 'recorded_at')
    THEN
        RAISE EXCEPTION 'the server gives seq, recorded_at and hash' USING ERRCODE = 'OT007';
    END IF;

    SELECT array_agg(ROW(
        last.seq + d.n, coalesce(d.uid, ordos_targets.uuid7(m.moment)), d.target, d.district, d.date, d.kind,
        trim_scale(d.value), trim_scale(d."of"), d.item, coalesce(d.estimate, false), d.note, d.evidence,
        d.evidence_sha256, coalesce(nullif(d."by", ''), session_user::text),
        m.moment, coalesce(d.origin, 'cli'), d.replaces, d.first_day, d.state, d.will, d.until, ''
    )::ordos_targets.entries ORDER BY d.n) INTO rows
    FROM ROWS FROM (jsonb_to_recordset(drafts) AS (
        uid text, target text, district text, date date, kind text, value numeric, "of" numeric, item text,
        estimate boolean, note text, evidence text, evidence_sha256 text, "by" text, recorded_at timestamptz,
        origin text, replaces text, first_day date, state text, will text, until date
    )) WITH ORDINALITY AS d (
        uid, target, district, date, kind, value, "of", item, estimate, note, evidence, evidence_sha256, "by",
        recorded_at, origin, replaces, first_day, state, will, until, n
    ) CROSS JOIN LATERAL (
        SELECT greatest(least(coalesce(d.recorded_at, now_), now_), last.recorded_at) AS moment
    ) m;

    PERFORM ordos_targets.refuse_what_may_not_be(rows, everywhere, districts, targets);

    WITH written AS (
        INSERT INTO ordos_targets.entries
        SELECT r.seq, r.uid, r.target, r.district, r.date, r.kind, r.value, r."of", r.item, r.estimate, r.note,
            r.evidence, r.evidence_sha256, r."by", r.recorded_at, r.origin, r.replaces,
            r.first_day, r.state, r.will, r.until,
            ordos_targets.chain(last.hash, ordos_targets.canonical(r)) OVER (ORDER BY r.seq ROWS UNBOUNDED PRECEDING)
        FROM unnest(rows) r
        RETURNING *
    )
    SELECT array_agg(ROW(w.*)::ordos_targets.entries ORDER BY w.seq) INTO rows FROM written w;

    IF rows IS NOT NULL THEN
        UPDATE ordos_targets.head h SET (seq, hash, recorded_at) = (
            SELECT r.seq, r.hash, r.recorded_at FROM unnest(rows) r ORDER BY r.seq DESC LIMIT 1);
    END IF;
    RETURN QUERY SELECT * FROM unnest(rows);
END $$;

-- What an office may not record, and what a void may not cancel.
CREATE FUNCTION ordos_targets.refuse_what_may_not_be(
    rows ordos_targets.entries[], everywhere boolean, districts text[], targets text[]
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    bad record;
BEGIN
    IF NOT everywhere THEN
        SELECT r.target, r.district INTO bad FROM unnest(rows) r
        WHERE NOT (coalesce(r.district = ANY (districts), false) OR r.target = ANY (targets)) OR r.kind = 'close'
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION '% may not record for %, %', session_user, bad.target, coalesce(bad.district, '-')
            USING ERRCODE = 'OT001', DETAIL = jsonb_build_object('target', bad.target, 'district', bad.district);
        END IF;
        SELECT r."by" INTO bad FROM unnest(rows) r WHERE r."by" <> session_user LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION '% may not sign as %', session_user, bad."by"
            USING ERRCODE = 'OT002', DETAIL = jsonb_build_object('by', bad."by", 'login', session_user);
        END IF;
        SELECT o.target, o.district INTO bad FROM unnest(rows) r JOIN ordos_targets.entries o ON o.uid = r.replaces
        WHERE NOT (coalesce(o.district = ANY (districts), false) OR o.target = ANY (targets)) LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION '% may not correct an entry of %', session_user, coalesce(bad.district, bad.target)
            USING ERRCODE = 'OT001', DETAIL = jsonb_build_object('target', bad.target, 'district', bad.district);
        END IF;
    END IF;

    IF NOT EXISTS (SELECT FROM unnest(rows) r WHERE r.kind = 'void') THEN
        RETURN;
    END IF;
    -- A void is seen by whoever sees what it cancels: it bears the same target, and the same district or none.
    SELECT v.replaces INTO bad FROM unnest(rows) v LEFT JOIN LATERAL (
        SELECT e.seq, e.target, e.district FROM ordos_targets.entries e WHERE e.uid = v.replaces AND e.kind <> 'void'
        UNION ALL
        SELECT e.seq, e.target, e.district FROM unnest(rows) e
        WHERE e.uid = v.replaces AND e.kind <> 'void' AND e.seq < v.seq
    ) o ON true
    WHERE v.kind = 'void' AND (o.seq IS NULL OR o.target <> v.target OR v.district <> coalesce(o.district, ''))
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'there is no entry % to cancel', bad.replaces
        USING ERRCODE = 'OT003', DETAIL = jsonb_build_object('text', bad.replaces);
    END IF;
    SELECT o.seq, c.seq AS cancelled_by INTO bad
    FROM unnest(rows) v JOIN ordos_targets.entries o ON o.uid = v.replaces
    JOIN ordos_targets.entries c ON c.replaces = v.replaces AND c.kind = 'void'
    WHERE v.kind = 'void' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % was cancelled before, by entry %', bad.seq, bad.cancelled_by
        USING ERRCODE = 'OT004', DETAIL = jsonb_build_object('seq', bad.seq, 'by', bad.cancelled_by);
    END IF;
END $$;

INSERT INTO ordos_targets.migrations (version) VALUES (4);
