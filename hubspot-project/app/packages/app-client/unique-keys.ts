/**
 * A key for each row of a list that is newest first, from what names it. Two rows may be named alike, two contacts who are
 * enrolled in one moment for example; they are counted from the oldest, so that a key stays when newer rows come.
 */
export function uniqueKeys(names: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return names
    .toReversed()
    .map((name) => {
      const count = (seen.get(name) ?? 0) + 1
      seen.set(name, count)
      return count === 1 ? name : `${name} ${count}`
    })
    .toReversed()
}
