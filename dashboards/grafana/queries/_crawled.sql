$__conditionalAll(has({{chosen "source"}}, source), $source)
