/** Numbers in [0, 1) that are the same for the same seed (mulberry32, public domain): a schedule that can be had again. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** STAGECUE_SEED, or one of this moment. */
export function chooseSeed(): number {
  const given = Number(process.env.STAGECUE_SEED)
  return Number.isSafeInteger(given) && given > 0 ? given : Date.now() % 1_000_000_000
}
