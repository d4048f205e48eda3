/** One measured number beside what it is compared with, taken in the same interleaved run. */
export interface BenchRow {
  readonly bench: string
  readonly case: string
  readonly metric: string
  /** Median over the rounds. */
  readonly value: number
  readonly unit: string
  /** What `ratio` divides by. */
  readonly baseline: string
  /** This case divided by the baseline, round by round. */
  readonly ratio: { readonly median: number; readonly min: number; readonly max: number }
}

/** Median, smallest and largest of a non-empty list. */
export function spread(values: readonly number[]): { median: number; min: number; max: number } {
  const sorted = values.toSorted((one, other) => one - other)
  const at = (index: number) => sorted[index] ?? Number.NaN
  const middle = (sorted.length - 1) / 2
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  }
}
