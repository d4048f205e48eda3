/** Idempotency keys that tell their number: `key-00001`, `key-00002`. */
export function countingKeys() {
  let made = 0
  return () => `key-${String(++made).padStart(5, '0')}`
}
