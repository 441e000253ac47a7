"""Writes the table of known results that decimal_test.cc checks, by Python's decimal and fractions.

    python3 tests/value/make_decimal_vectors.py > tests/value/decimal_vectors.txt
    python3 tests/value/make_decimal_vectors.py --rows 100000 --seed 7 > /tmp/more.txt
    ZHIDA_DECIMAL_VECTORS=/tmp/more.txt <the test binary>

A row is `operation operands = result`; the result `none` says that there is no finite result.
"""

import argparse
import decimal
import random
from decimal import Decimal
from fractions import Fraction

CONTEXT = decimal.Context(prec=34, rounding=decimal.ROUND_HALF_EVEN, Emin=-6143, Emax=6144, clamp=1, traps=[])
# Room for the exact integer behind every decimal128.
WIDE = decimal.Context(prec=13000, Emin=-99999, Emax=99999, traps=[])
MODES = {
    "half_up": decimal.ROUND_HALF_UP,
    "half_even": decimal.ROUND_HALF_EVEN,
    "half_down": decimal.ROUND_HALF_DOWN,
    "up": decimal.ROUND_UP,
    "down": decimal.ROUND_DOWN,
    "ceiling": decimal.ROUND_CEILING,
    "floor": decimal.ROUND_FLOOR,
}


def text(value):
    """A result as the test reads it back."""
    if value is None or not value.is_finite():
        return "none"
    return "0" if value == 0 else str(value)


def power(base, exponent):
    """Powering from the exponent's top bit, each product rounded, as decimal.h words it."""
    if exponent == 0:
        return Decimal(1)
    result = base
    for bit in bin(abs(exponent))[3:]:
        result = CONTEXT.multiply(result, result)
        if bit == "1" and result.is_finite():
            result = CONTEXT.multiply(result, base)
        if not result.is_finite():
            return None
    if exponent > 0:
        return result
    return None if result == 0 else CONTEXT.divide(Decimal(1), result)


def modulo(a, b):
    """a - b * floor(a / b), exact, then rounded once."""
    if b == 0:
        return None
    low = min(a.as_tuple().exponent, b.as_tuple().exponent)
    unit = Fraction(10) ** low
    left, right = Fraction(a) / unit, Fraction(b) / unit
    return CONTEXT.plus(Decimal(int(left % right)).scaleb(low, WIDE))


def rounded(a, scale, mode):
    if not -6111 <= scale <= 6176:
        return None
    if a.as_tuple().exponent >= -scale:
        return a
    return a.quantize(Decimal(1).scaleb(-scale, WIDE), rounding=MODES[mode], context=WIDE)


def compare(a, b):
    return Decimal((a > b) - (a < b))


def evaluate(operation, operands):
    if operation == "rounded":
        return rounded(Decimal(operands[0]), int(operands[1]), operands[2])
    a = Decimal(operands[0])
    if operation == "sqrt":
        return CONTEXT.sqrt(a)
    if operation == "power":
        return power(a, int(operands[1]))
    b = Decimal(operands[1])
    if operation == "modulo":
        return modulo(a, b)
    if operation == "compare":
        return compare(a, b)
    return getattr(CONTEXT, operation)(a, b)


# What random numbers miss: limits, ties, carries, cancellation, signs of zero, products beyond 2^128.
CORNERS = """
add 0 0 | add 0.1 0.2 | add 1 -1 | add 9999999999999999999999999999999999 1 | add 1e34 1 | add 1e34 -1
add 1e6111 1e-6176 | add 9999999999999999999999999999999999e6111 1e6111 | add 1e-6176 -1e-6176
add 5e33 5e33 | add 1 5e-34 | add 1 5.000000000000000000000000000000001e-34 | add 3 5e-34 | add -1 -5e-34
add 1e34 5 | add 9999999999999999999999999999999999 0.5
add 9999999999999999999999999999999999 0.4999999999999999999
subtract 0.3 0.1 | subtract 1 1.000000000000000000000000000000001 | subtract 1e6144 1e6144 | subtract 0 5
multiply 0 -5 | multiply -0.5 0.5 | multiply 1e-3100 1e-3100 | multiply 1e3100 1e3100
multiply 1e3000 1e3144 | multiply 9999999999999999999999999999999999 9999999999999999999999999999999999
multiply 1e-6000 1e-176 | multiply 18446744073709551615 18446744073709551615
multiply 4294967296 4294967296 | multiply 1e-6176 0.5 | multiply 1e-6176 0.4 | multiply 1e-6176 0.6
multiply 5e-6176 0.5 | multiply -1e-6176 0.1
divide 1 3 | divide 2 3 | divide -2 3 | divide 1 0 | divide 0 7 | divide 0 0 | divide 10 4
divide 1e-6176 2 | divide 1e6144 1e-6000 | divide 1e-6000 1e6000 | divide 600 20000
divide 9999999999999999999999999999999999 3 | divide 1 9999999999999999999999999999999999
divide 6e-6176 4 | divide 7 1e-30 | divide 22 7
modulo 10 4 | modulo -10 4 | modulo 10 -4 | modulo -10 -4 | modulo 12 -5 | modulo -10.1 4.5
modulo -10.1 -4.5 | modulo 10.1 -4.5 | modulo 10.1 4.5 | modulo 10 0 | modulo 0 4 | modulo 1e6000 7
modulo 1e-6000 7 | modulo -1e-6000 7 | modulo 1e6111 9999999999999999999999999999999999 | modulo -1 1e6111
modulo 1 3e-6176 | modulo 6 0.1 | modulo 5 5e10
power 2 10 | power 2 -1 | power 0 0 | power 0 5 | power 0 -5 | power -2 3 | power -2 4 | power 3 -2
power 1.05 20 | power 1.0001 999999999 | power 10 6144 | power 10 6145 | power 10 -6144 | power 10 -6145
power 0.1 6176 | power 0.1 6177 | power 0.5 999999999 | power 0.5 -999999999 | power 1 999999999
power -1 999999999 | power 9 20 | power 1.1 -30 | power 3 71 | power 3 72 | power 12 -3 | power 1.02 36
sqrt 0 | sqrt 1 | sqrt 2 | sqrt 4 | sqrt 0.25 | sqrt -1 | sqrt 1e-6176
sqrt 9999999999999999999999999999999999 | sqrt 1e6143
compare 1 1.0 | compare 0 -0 | compare 1e33 1000000000000000000000000000000000
compare 1e34 9999999999999999999999999999999999 | compare -1e34 -9999999999999999999999999999999999
compare 1e6144 1e-6176 | compare -1e6144 1e-6176 | compare 0 1e-6176 | compare 0 -1e-6176
compare 1.10 1.1 | compare 0.03 0.0300000000000000000000000000000001 | compare -2 -1
add 3402823669209384635e20 1 | add 34028236692095e25 1 | add -340282367e30 1
add 18446744073709551615e18 1 | add 18446744073709551615e19 -1
compare 3402823669209384635e20 5000000000000000000001
compare 34028236692095e25 5000000000000000000000000001
compare 340282367e30 5000000000000000000000000000000001
multiply 100000000000000003 150000000000000001 | multiply 100000000000000000 100000000000000000
multiply 99999999999999999 100000000000000001
modulo 5000000000000000000000000000000001e-30 340282367
modulo -5000000000000000000000000000000001e-20 3402823669209384635
modulo 5000000000000000000000000000000001e-29 340282367
rounded 1e6144 6176 half_up | rounded 1e-6176 -6111 up | rounded 1e-6176 -6111 half_up
rounded 1e-6176 6176 up | rounded 9.99 1 half_up | rounded 9999999999999999999999999999999999 -1 half_up
rounded 5e6110 -6111 half_even | rounded 5e6110 -6111 half_up | rounded 1 -6112 up | rounded 1 6177 up
rounded 0 0 up | rounded -0.4 0 ceiling | rounded 9999999999999999999999999999999999 -34 half_up
rounded 4999999999999999999999999999999999 -34 half_up
rounded 5000000000000000000000000000000000 -34 half_even
rounded 5000000000000000000000000000000000 -34 half_up
rounded 5000000000000000000000000000000001 -34 half_even | rounded 123456.785 -2 half_up
rounded 4e33 -40 ceiling
"""
TIES = ["2.5", "3.5", "-2.5", "-3.5", "2.4", "2.6", "-2.4", "-2.6"]


def corner_rows():
    for line in CORNERS.strip().splitlines():
        for item in line.split("|"):
            operation, *operands = item.split()
            yield operation, operands
    for mode in MODES:
        for value in TIES:
            yield "rounded", [value, "0", mode]


def random_number(source):
    digits = source.choice([1, 2, 3, 5, 8, 12, 17, 19, 20, 25, 33, 34])
    coefficient = source.randrange(10**digits)
    spread = source.choice([0, 2, 4, 18, 40, 40, 400, 6100])
    exponent = max(-6176, min(6111, source.randint(-spread, spread)))
    sign = source.choice(["", "", "-"])
    if coefficient == 0:
        return "0"
    return f"{sign}{coefficient}e{exponent}" if exponent else f"{sign}{coefficient}"


def near(source, number):
    """A number close to `number`, so that sums cancel and comparisons meet equal values in two forms."""
    value = CONTEXT.multiply(
        Decimal(number), Decimal(source.choice(["1", "-1", "1.0000", "1.0000000000000001", "10"]))
    )
    return text(value) if value.is_finite() else number


def random_row(source):
    operations = ["add", "subtract", "multiply", "divide", "modulo", "compare", "rounded", "power", "sqrt"]
    operation = source.choices(operations, weights=[4, 2, 4, 4, 3, 3, 5, 2, 1])[0]
    a = random_number(source)
    if operation == "rounded":
        exponent = Decimal(a).as_tuple().exponent
        return operation, [a, str(-exponent - source.randint(-1, 36)), source.choice(list(MODES))]
    if operation == "power":
        return operation, [a, str(source.choice([source.randint(-20, 60), source.randint(-3, 3)]))]
    if operation == "sqrt":
        return operation, [a]
    return operation, [a, near(source, a) if source.random() < 0.2 else random_number(source)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=280, help="random rows after the fixed ones")
    parser.add_argument("--seed", type=int, default=20260101)
    arguments = parser.parse_args()
    source = random.Random(arguments.seed)
    rows = list(corner_rows()) + [random_row(source) for _ in range(arguments.rows)]
    print("# Made by make_decimal_vectors.py; do not edit. `operation operands = result`")
    for operation, operands in rows:
        print(operation, *operands, "=", text(evaluate(operation, operands)))


if __name__ == "__main__":
    main()
