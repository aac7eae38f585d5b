-- Version 2: totals, what each series comes to by month and day, so that no status walks through the entries.
--
-- ordos_targets/domain/segment.py tells the rule. A row holds nothing that the entries do not say; `district` is empty
-- where all of a target's entries are meant, and `span` is a day, or as much of its beginning as names its month.
-- Whatever writes entries, be it append() or COPY, counts the days it touches anew, and puts their months together.

CREATE TABLE ordos_targets.totals (
    target text COLLATE "C" NOT NULL,
    district text COLLATE "C" NOT NULL,
    grain text COLLATE "C" NOT NULL CHECK (grain IN ('month', 'day')),
    span text COLLATE "C" NOT NULL,
    entries bigint NOT NULL,
    data_date date NOT NULL,
    reading_date date,
    reading numeric,
    "of" numeric,
    reading_estimate boolean NOT NULL,
    added numeric,
    added_estimate boolean NOT NULL,
    PRIMARY KEY (target, grain, district, span)
);
CREATE INDEX entries_items ON ordos_targets.entries (target, date) WHERE kind = 'item';

-- An office sees the totals of what it sees every entry of. A target's total of all districts would tell what others
-- recorded: for that it asks the entries.
ALTER TABLE ordos_targets.totals ENABLE ROW LEVEL SECURITY;
CREATE POLICY totals_seen ON ordos_targets.totals FOR SELECT USING (
    (SELECT ordos_targets.reads_all())
    OR target = ANY ((SELECT ordos_targets.granted('target'))::text[])
    OR district = ANY ((SELECT ordos_targets.granted('district'))::text[])
);

-- What the live entries of each day come to: a reading covers the increments of its own day.
CREATE VIEW ordos_targets.days AS
WITH live AS NOT MATERIALIZED (
    SELECT e.* FROM ordos_targets.entries e
    WHERE e.kind <> 'void'
      AND NOT EXISTS (SELECT FROM ordos_targets.entries v WHERE v.replaces = e.uid AND v.kind = 'void')
), counted AS NOT MATERIALIZED (
    SELECT target, '' COLLATE "C" AS district, date, count(*) AS entries,
        max(seq) FILTER (WHERE kind IN ('reading', 'share')) AS latest,
        sum(value) FILTER (WHERE kind = 'increment') AS added,
        coalesce(bool_or(estimate) FILTER (WHERE kind = 'increment'), false) AS estimate
    FROM live GROUP BY target, date
    UNION ALL
    SELECT target, district, date, count(*), max(seq) FILTER (WHERE kind IN ('reading', 'share')),
        sum(value) FILTER (WHERE kind = 'increment'),
        coalesce(bool_or(estimate) FILTER (WHERE kind = 'increment'), false)
    FROM live WHERE district <> '' GROUP BY target, district, date
)
SELECT c.target, c.district, 'day' COLLATE "C" AS grain, to_char(c.date::timestamp, 'YYYY-MM-DD') COLLATE "C" AS span,
    c.entries, c.date AS data_date, CASE WHEN c.latest IS NOT NULL THEN c.date END AS reading_date,
    r.value AS reading, r."of", coalesce(r.estimate, false) AS reading_estimate,
    CASE WHEN c.latest IS NULL THEN trim_scale(c.added) END AS added, c.latest IS NULL AND c.estimate AS added_estimate
FROM counted c LEFT JOIN ordos_targets.entries r ON r.seq = c.latest;

-- What the days that are kept come to in each month: of two days one after the other, a reading covers all before it.
CREATE VIEW ordos_targets.months AS
SELECT d.target, d.district, 'month' COLLATE "C" AS grain, d.month AS span, sum(d.entries)::bigint AS entries,
    max(d.data_date) AS data_date, d.latest AS reading_date,
    max(d.reading) FILTER (WHERE d.reading_date = d.latest) AS reading,
    max(d."of") FILTER (WHERE d.reading_date = d.latest) AS "of",
    coalesce(bool_or(d.reading_estimate) FILTER (WHERE d.reading_date = d.latest), false) AS reading_estimate,
    trim_scale(sum(d.added) FILTER (WHERE d.latest IS NULL OR d.data_date > d.latest)) AS added,
    coalesce(bool_or(d.added_estimate) FILTER (WHERE d.latest IS NULL OR d.data_date > d.latest), false)
        AS added_estimate
FROM (
    SELECT t.*, left(t.span, 7) COLLATE "C" AS month,
        max(t.reading_date) OVER (PARTITION BY t.target, t.district, left(t.span, 7) COLLATE "C") AS latest
    FROM ordos_targets.totals t WHERE t.grain = 'day'
) d
GROUP BY d.target, d.district, d.month, d.latest;

-- New entries are added to what is kept of their day, whose entries all have lower numbers; the days that voids touch are
-- counted anew. Places are looked up by index: how many rows come, the planner cannot know.
CREATE FUNCTION ordos_targets.keep_totals() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    voided ordos_targets.totals[];
BEGIN
    IF EXISTS (SELECT FROM fresh WHERE kind = 'void') THEN
        WITH cancelled AS (
            SELECT DISTINCT o.target, o.district, o.date
            FROM fresh v JOIN ordos_targets.entries o ON o.uid = v.replaces WHERE v.kind = 'void'
        ), gone AS (
            DELETE FROM ordos_targets.totals t USING cancelled c
            WHERE t.target = c.target AND t.district IN ('', c.district)
              AND (t.grain, t.span) IN (('day', to_char(c.date::timestamp, 'YYYY-MM-DD')),
                                        ('month', to_char(c.date::timestamp, 'YYYY-MM')))
            RETURNING t.*
        )
        SELECT array_agg(ROW(g.*)::ordos_targets.totals) INTO voided FROM gone g WHERE g.grain = 'day';
    END IF;

    WITH emptied AS (
        SELECT v.target, v.district, v.span::date AS date FROM unnest(voided) v
    ), come AS (
        SELECT f.target, p.district, f.date, f.seq, f.kind, f.value, f.estimate
        FROM fresh f CROSS JOIN LATERAL (VALUES ('' COLLATE "C"), (nullif(f.district, ''))) p(district)
        WHERE f.kind <> 'void' AND p.district IS NOT NULL
          AND (voided IS NULL OR (f.target, p.district, f.date) NOT IN (SELECT * FROM emptied))
        UNION ALL
        SELECT x.target, x.district, x.date, e.seq, e.kind, e.value, e.estimate
        FROM emptied x JOIN ordos_targets.entries e ON e.target = x.target AND e.date = x.date
        WHERE (x.district = '' OR e.district = x.district) AND e.kind <> 'void'
          AND NOT EXISTS (SELECT FROM ordos_targets.entries v WHERE v.replaces = e.uid AND v.kind = 'void')
    ), counted AS (
        SELECT target, district, date, count(*) AS entries,
            max(seq) FILTER (WHERE kind IN ('reading', 'share')) AS latest,
            sum(value) FILTER (WHERE kind = 'increment') AS added,
            coalesce(bool_or(estimate) FILTER (WHERE kind = 'increment'), false) AS estimate
        FROM come GROUP BY target, district, date
    )
    INSERT INTO ordos_targets.totals AS t
    SELECT c.target, c.district, 'day', to_char(c.date::timestamp, 'YYYY-MM-DD'), c.entries, c.date,
        CASE WHEN c.latest IS NOT NULL THEN c.date END, r.value, r."of", coalesce(r.estimate, false),
        CASE WHEN c.latest IS NULL THEN trim_scale(c.added) END, c.latest IS NULL AND c.estimate
    FROM counted c LEFT JOIN ordos_targets.entries r ON r.seq = c.latest
    ON CONFLICT (target, grain, district, span) DO UPDATE SET
        entries = t.entries + EXCLUDED.entries,
        (reading_date, reading, "of", reading_estimate) = (
            SELECT n.* FROM (VALUES
                (EXCLUDED.reading_date, EXCLUDED.reading, EXCLUDED."of", EXCLUDED.reading_estimate),
                (t.reading_date, t.reading, t."of", t.reading_estimate)
            ) n(reading_date, reading, "of", reading_estimate) WHERE n.reading_date IS NOT NULL
            UNION ALL SELECT NULL, NULL, NULL, false LIMIT 1),
        added = CASE WHEN coalesce(t.reading_date, EXCLUDED.reading_date) IS NULL
            THEN trim_scale(coalesce(t.added + EXCLUDED.added, t.added, EXCLUDED.added)) END,
        added_estimate = coalesce(t.reading_date, EXCLUDED.reading_date) IS NULL
            AND (t.added_estimate OR EXCLUDED.added_estimate);

    WITH touched AS (
        SELECT f.target, f.district, to_char(f.date::timestamp, 'YYYY-MM') COLLATE "C" AS month
        FROM fresh f WHERE f.kind <> 'void'
        UNION SELECT v.target, v.district, left(v.span, 7) FROM unnest(voided) v
    ), places AS (
        SELECT target, '' COLLATE "C" AS district, month FROM touched
        UNION SELECT target, district, month FROM touched WHERE district <> ''
    )
    INSERT INTO ordos_targets.totals AS t SELECT m.* FROM places p, LATERAL (
        SELECT * FROM ordos_targets.months m
        WHERE m.target = p.target AND m.district = p.district AND m.span = p.month OFFSET 0
    ) m
    ON CONFLICT (target, grain, district, span) DO UPDATE SET
        (entries, data_date, reading_date, reading, "of", reading_estimate, added, added_estimate) =
        (EXCLUDED.entries, EXCLUDED.data_date, EXCLUDED.reading_date, EXCLUDED.reading, EXCLUDED."of",
         EXCLUDED.reading_estimate, EXCLUDED.added, EXCLUDED.added_estimate);
    RETURN NULL;
END $$;
CREATE TRIGGER entries_are_counted AFTER INSERT ON ordos_targets.entries
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ordos_targets.keep_totals();
ALTER TABLE ordos_targets.entries ENABLE ALWAYS TRIGGER entries_are_counted;

-- Where the totals are not what the entries come to.
CREATE FUNCTION ordos_targets.astray() RETURNS TABLE (target text, district text, span text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH counted AS MATERIALIZED (SELECT * FROM ordos_targets.days UNION ALL SELECT * FROM ordos_targets.months)
    SELECT DISTINCT a.target, a.district, a.span FROM (
        (SELECT * FROM ordos_targets.totals EXCEPT SELECT * FROM counted)
        UNION ALL (SELECT * FROM counted EXCEPT SELECT * FROM ordos_targets.totals)
    ) a WHERE ordos_targets.reads_all() ORDER BY 1, 2, 3
$$;

INSERT INTO ordos_targets.totals SELECT * FROM ordos_targets.days;
INSERT INTO ordos_targets.totals SELECT * FROM ordos_targets.months;
INSERT INTO ordos_targets.migrations (version) VALUES (2);
