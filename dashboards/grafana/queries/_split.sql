multiIf(
                    {{typed "split"}} = 'issue', CAST(tag_names AS Array(String)),
                    {{typed "split"}} = 'domain', CAST(domains AS Array(String)),
                    {{typed "split"}} = 'brand', CAST(arrayDistinct(brands) AS Array(String)),
                    {{typed "split"}} = 'region', [if(region = '', '未知', CAST(region AS String))],
                    {{typed "split"}} = 'source', [CAST(source AS String)],
                    {{typed "split"}} = 'voice', [{{voiceName "voice"}}],
                    {{typed "split"}} = 'nature', arrayDistinct(arrayMap(n -> {{natureName "n"}}, arrayFilter(n -> n != '', tag_natures))),
                    [CAST(channel AS String)])
