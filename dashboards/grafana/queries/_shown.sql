heat >= toFloat64OrZero({{typed "heat"}})
