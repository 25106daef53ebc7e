$__conditionalAll(has({{chosen "process"}}, process), $process)
