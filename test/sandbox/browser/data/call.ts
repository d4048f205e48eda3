/**
 * Calls the sandbox's JSON. Throws an `Error` with a sentence people can read: the answer's `message` when it has one,
 * otherwise the status.
 */
export async function call<T>(path: string, body?: unknown): Promise<T> {
  const init =
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(path, { ...init, headers: { accept: 'application/json', ...init.headers } })
  const text = await response.text()
  if (!response.ok) throw new Error(readMessage(text) ?? `The sandbox answered ${response.status} to ${path}.`)
  return JSON.parse(text) as T
}

function readMessage(text: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed && typeof parsed.message === 'string') {
      return parsed.message
    }
  } catch {
    return undefined
  }
  return undefined
}
