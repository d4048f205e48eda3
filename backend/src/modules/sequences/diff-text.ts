/** Lines shown of one text at most; the rest is counted. */
const SHOWN = 12

/** The lines that differ between two texts, `− ` before those that went and `+ ` before those that came. Pure. */
export function diffText(before: string, after: string): string[] {
  const [one, other] = [before.split('\n'), after.split('\n')]
  const changes = compareLines(one, other)
  const rest = changes.length - SHOWN
  return rest > 0 ? [...changes.slice(0, SHOWN), `… and ${rest} more lines`] : changes
}

/** By the longest common subsequence; what is the same at both ends is left out first, so long texts stay cheap. */
function compareLines(one: readonly string[], other: readonly string[]): string[] {
  let start = 0
  while (start < one.length && start < other.length && one[start] === other[start]) start++
  let end = 0
  while (end < Math.min(one.length, other.length) - start && one.at(-1 - end) === other.at(-1 - end)) end++
  const left = one.slice(start, one.length - end)
  const right = other.slice(start, other.length - end)
  if (left.length * right.length > LARGEST) {
    return [...left.map((line) => `− ${line}`), ...right.map((line) => `+ ${line}`)]
  }
  return walk(left, right, commonLengths(left, right))
}

/** Pairs of lines that are compared; above it everything counts as replaced. */
const LARGEST = 1_000_000

function commonLengths(left: readonly string[], right: readonly string[]): number[][] {
  const lengths = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0))
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      const row = lengths[i]
      if (!row) continue
      row[j] =
        left[i] === right[j]
          ? (lengths[i + 1]?.[j + 1] ?? 0) + 1
          : Math.max(lengths[i + 1]?.[j] ?? 0, lengths[i]?.[j + 1] ?? 0)
    }
  }
  return lengths
}

function walk(left: readonly string[], right: readonly string[], lengths: readonly number[][]): string[] {
  const lines: string[] = []
  let [i, j] = [0, 0]
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      i++
      j++
    } else if (j >= right.length || (i < left.length && (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0))) {
      lines.push(`− ${left[i++]}`)
    } else {
      lines.push(`+ ${right[j++]}`)
    }
  }
  return lines
}
