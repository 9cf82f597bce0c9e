"""Fill the disk with files.

Score: 0
Message: No space left
Why: what it may write is limited; the cell fails.
"""

for number in range(10**6):
    with open(f"/tmp/{number}", "wb") as file:
        file.write(bytes(60 << 20))


def double(x):
    return 2 * x
