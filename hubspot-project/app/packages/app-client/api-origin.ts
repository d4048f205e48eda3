/**
 * The origin of our backend, from the profile's variable `API_ORIGIN` (`context.variables`), without a trailing slash.
 * Null when the profile does not set it: then nothing can be asked.
 */
export function apiOrigin(variables: Record<string, unknown> | undefined): string | null {
  const origin = variables?.API_ORIGIN
  if (typeof origin !== 'string' || !/^https?:\/\/[^/]+/.test(origin)) return null
  return origin.replace(/\/+$/, '')
}
