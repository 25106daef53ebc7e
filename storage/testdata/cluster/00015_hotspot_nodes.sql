-- A hotspot may be the part of a tag's posts that names one brand, comes from one
-- region or stands in one channel. Then it is one (tag, part_by, part_key, from_at).
ALTER TABLE hotspots_local ON CLUSTER 'consumers'
    ADD COLUMN IF NOT EXISTS part_by String AFTER tag,
    ADD COLUMN IF NOT EXISTS part_key String AFTER part_by,
    MODIFY ORDER BY (tag, from_at, detected_at, part_by, part_key);

ALTER TABLE hotspots ON CLUSTER 'consumers'
    ADD COLUMN IF NOT EXISTS part_by String AFTER tag,
    ADD COLUMN IF NOT EXISTS part_key String AFTER part_by;
