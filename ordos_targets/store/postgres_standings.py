"""What series stand at, asked of PostgreSQL: from its entries, or from the totals it keeps."""

from __future__ import annotations

# The rule of domain.series.counting, in SQL, for one series, or under another `key` for each series of a target.
STANDINGS = """
    WITH live AS MATERIALIZED (
        SELECT {key} AS key, e.seq, e.date, e.kind, e.value, e."of", e.estimate
        FROM entries e WHERE {series} AND {live}
    ), latest AS (
        SELECT DISTINCT ON (key) key, date, value, "of", estimate FROM live
        WHERE kind IN ('reading', 'share') ORDER BY key, date DESC, seq DESC
    ), counted AS (
        SELECT live.key, live.date, live.estimate, live.value,
               live.kind = 'increment' AND (latest.date IS NULL OR live.date > latest.date) AS later
        FROM live LEFT JOIN latest USING (key)
    ), summed AS (
        SELECT key, count(*) AS entries, max(date) AS data_date, sum(value) FILTER (WHERE later) AS value,
               coalesce(bool_or(estimate) FILTER (WHERE later), false) AS estimate
        FROM counted GROUP BY key
    )
    SELECT key, summed.entries, summed.data_date, latest.value, latest."of", summed.value,
           summed.estimate OR coalesce(latest.estimate, false)
    FROM summed LEFT JOIN latest USING (key)
"""
# The same from the totals that are kept: whole months, and the days of those that are not wholly meant.
KEPT_STANDINGS = """
    WITH asked AS (
        SELECT CAST(:since AS text) AS since, CAST(:until AS text) AS until
    ), months AS (
        SELECT t.*, a.since, a.until, t.span || '-01' >= a.since AND t.data_date <= CAST(a.until AS date) AS whole
        FROM asked a JOIN totals t ON t.span BETWEEN left(a.since, 7) AND left(a.until, 7)
        WHERE t.target = :target AND t.grain = 'month' AND {place}
    ), parts AS (
        SELECT district, entries, data_date, reading_date, reading, "of", reading_estimate, added, added_estimate
        FROM months WHERE whole
        UNION ALL
        SELECT d.district, d.entries, d.data_date, d.reading_date, d.reading, d."of", d.reading_estimate, d.added,
               d.added_estimate
        FROM months m JOIN totals d ON d.target = m.target AND d.grain = 'day' AND d.district = m.district
         AND d.span BETWEEN greatest(m.since, m.span || '-01') AND least(m.until, m.span || '-31')
        WHERE NOT m.whole
    ), marked AS (
        SELECT *, max(reading_date) OVER (PARTITION BY district) AS latest FROM parts
    )
    SELECT district, CAST(sum(entries) AS bigint), max(data_date),
           max(reading) FILTER (WHERE reading_date = latest), max("of") FILTER (WHERE reading_date = latest),
           trim_scale(sum(added) FILTER (WHERE latest IS NULL OR data_date >= latest)),
           bool_or(CASE WHEN reading_date = latest THEN reading_estimate OR added_estimate
                        WHEN latest IS NULL OR data_date > latest THEN added_estimate ELSE false END)
    FROM marked GROUP BY district
"""
