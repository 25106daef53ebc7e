-- Posts number {from} to {from}+{count} of {total}, over a year of 52 weeks that ends at
-- {end}: the newest week first, so that a part of them is a shorter year, and in each week
-- in order of their hours. Everything follows from the number and the seed: run again, it makes the same
-- posts. What is said, and how long it is, are the real texts of the table corpus; one
-- post in a million says beside it what no other does.
--
-- u(x) is a number in [0, 1) that is random for each x. exp(u × ln(n + 1)) falls off as
-- 1/k over 1 … n (Zipf's law), as issues, sources, regions and brands do.
INSERT INTO posts (
    id, version, deleted, published_at, collected_at, gone_at, undated, source, channel, region, url, author, title, text,
    views, likes, comments, shares, tags, tag_names, tag_natures, tag_rules, tag_from, tag_to, tag_texts, sentiment, sensitive,
    voice, brands, places, amounts, demands, words, fingerprint, sketch, taxonomy_version
)
WITH
    -- People write by day, and more on workdays than at weekends.
    [2, 1, 1, 1, 1, 2, 4, 7, 10, 12, 13, 12, 11, 11, 12, 12, 12, 11, 11, 12, 13, 12, 9, 5] AS by_hour,
    [10, 10, 10, 10, 9, 7, 6] AS by_weekday,
    arrayFlatten(arrayMap(d -> arrayMap(h -> h * d, by_hour), by_weekday)) AS by_week,
    arrayFlatten(arrayMap((n, i) -> arrayWithConstant(n, i - 1), by_week, arrayEnumerate(by_week))) AS hours, -- each as often as it has posts
    (x -> (cityHash64(number, x, {seed:UInt32}) % 1000003) / 1000003) AS u,
    (x, n) -> toUInt32(exp(u(x) * log(n + 1))) AS zipf,
    (k -> concat('domain', leftPad(toString(intDiv(k * 7919 % 600, 30)), 2, '0'), '.issue', leftPad(toString(k * 7919 % 600 % 30), 2, '0'))) AS issue
SELECT
    reinterpretAsFixedString(sipHash128(number, {seed:UInt32})) AS id,
    bitShiftLeft(toUInt64(toUnixTimestamp64Milli(collected_at)), 22) + 2 AS version, -- generation 1
    0 AS deleted,
    toDateTime64({end:UInt32} - (1 + intDiv(number * 52, {total:UInt64})) * 604800
        + hours[intDiv(number * 52 % {total:UInt64} * length(hours), {total:UInt64}) + 1] * 3600, 3, 'UTC') + toIntervalMillisecond(toUInt32(u(2) * 3599999)) AS published_at,
    published_at + toIntervalMinute(30) AS collected_at,
    toDateTime64(0, 3, 'UTC') AS gone_at,
    false AS undated,
    concat('source-', toString(zipf(3, 40))) AS source,
    ['微博', '微博', '微博', '论坛', '网站', '视频', '客户端', '微信', '数字报'][cityHash64(source) % 9 + 1] AS channel,
    ['广东', '北京', '上海', '浙江', '江苏', '四川', '湖北', '湖南', '河南', '河北', '山东', '山西', '陕西', '福建', '江西', '安徽', '广西',
     '云南', '贵州', '海南', '重庆', '天津', '辽宁', '吉林', '黑龙江', '内蒙古', '新疆', '西藏', '青海', '甘肃', '宁夏', '香港', '澳门', '台湾', ''][zipf(4, 35)] AS region,
    concat('https://', source, '.example.com/post/', toString(number)) AS url,
    reinterpretAsFixedString(sipHash128(source, toUInt32(pow(u(5), 2) * {total:UInt64} / 10))) AS author,
    corpus.title AS title,
    concat(corpus.text, if(number % 1000003 = 17, {rare:String}, ''), toString(number)) AS text,
    toUInt64(exp(u(6) * 12)) AS views,
    toUInt64(exp(u(7) * 6)) - 1 AS likes,
    toUInt64(exp(u(8) * 5)) - 1 AS comments,
    toUInt64(exp(u(9) * 4)) - 1 AS shares,
    arraySort(arrayDistinct(arrayMap(i -> issue(zipf(20 + i, 600) - 1), range(multiIf(u(10) < 0.35, 0, u(10) < 0.85, 1, 2))))) AS tags,
    arrayMap(t -> concat('名', t), tags) AS tag_names,
    arrayMap(t -> ['contract', 'price', 'quality', 'after_sales', 'safety'][cityHash64(t) % 5 + 1], tags) AS tag_natures,
    arrayMap(t -> concat('规则', t), tags) AS tag_rules,
    arrayMap(t -> toUInt32(cityHash64(t, number) % 100), tags) AS tag_from,
    arrayMap(x -> x + 3, tag_from) AS tag_to,
    arrayMap(t -> '柱子票', tags) AS tag_texts,
    toFloat32(round(u(11) * 2 - 1.3, 3)) AS sentiment,
    u(11) < 0.5 AS sensitive,
    ['complaint', 'discussion', 'media', 'official', 'promotion'][zipf(12, 5)] AS voice,
    if(u(13) < 0.3, [concat('品牌', toString(zipf(14, 300)))], []) AS brands,
    if(region = '', [], [region]) AS places,
    if(u(15) < 0.2, [toFloat64(toUInt32(u(16) * 3000))], []) AS amounts,
    if(u(17) < 0.2, ['退款'], []) AS demands,
    corpus.words AS words,
    if(u(18) < 0.15, cityHash64(number % {texts:UInt32}), cityHash64(number)) AS fingerprint, -- one in seven is a reprint
    concat(
        toFixedString(reinterpretAsString(cityHash64(fingerprint, 1)), 8), reinterpretAsString(cityHash64(fingerprint, 2)),
        reinterpretAsString(sipHash128(fingerprint, 3)), reinterpretAsString(sipHash128(fingerprint, 4)), reinterpretAsString(sipHash128(fingerprint, 5))) AS sketch,
    {taxonomy:UInt32} AS taxonomy_version
FROM numbers({from:UInt64}, {count:UInt64}) AS numbers
INNER JOIN corpus ON corpus.n = number % {texts:UInt32}
SETTINGS max_block_size = 65536, max_insert_threads = 1, join_algorithm = 'hash', query_plan_join_swap_table = 'false',
    min_insert_block_size_rows = 1048576, min_insert_block_size_bytes = 1073741824, -- a statement makes one part a month,
    optimize_on_insert = 1, -- as if it was merged
    max_partitions_per_insert_block = 0
