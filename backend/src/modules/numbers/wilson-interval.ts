export interface Interval {
  readonly low: number
  readonly high: number
}

/** The 0.975 quantile of the normal distribution: two-sided 95 %. */
const Z = 1.959963984540054

/**
 * The 95 % score interval of a share `count / of` (Wilson 1927; method 3 of Newcombe 1998, Statistics in Medicine 17:857–872):
 * right also for few cases and for shares near 0 and 1. `of` is at least 1. Pure.
 */
export function wilsonInterval(count: number, of: number): Interval {
  const share = count / of
  const spread = Z * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2))
  const center = share + Z ** 2 / (2 * of)
  const scale = 1 + Z ** 2 / of
  return { low: Math.max(0, (center - spread) / scale), high: Math.min(1, (center + spread) / scale) }
}
