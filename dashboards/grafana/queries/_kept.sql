($__conditionalAll(1 = 0, $region))
  AND ($__conditionalAll(1 = 0, $brand))
  AND ($__conditionalAll(1 = 0, $keyword))
