SELECT multiIf(
    told = 0, '没有采集记录：vane run 还没有运行，或停止一周以上',
    newest < now() - INTERVAL 10 MINUTE, concat('Vane 已停止上报，最近一次在 ', formatDateTime(newest, '%Y-%m-%d %H:%i', 'Asia/Shanghai')),
    notEmpty(late), concat('数据可能过期：', arrayStringConcat(arraySlice(late, 1, 8), '、'), if(length(late) > 8, concat(' 等 ', toString(length(late)), ' 个来源'), '')),
    concat('采集正常：', toString(told), ' 个来源都没有过期')) AS `采集状态`
FROM
(
    SELECT
        uniqExact(source) AS told,
        max(at) AS newest,
        arraySort(groupUniqArrayIf(source, {{template "_late.sql"}})) AS late
    FROM source_health FINAL
)
